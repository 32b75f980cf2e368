//! The table itself. Ranges are those of `RunConfig::check`; a test holds the two together.

mod detect;
mod models;
mod more;
mod stages;
mod study;

use super::Setting;

/// All settings in the order of the page.
pub fn settings() -> impl Iterator<Item = &'static Setting> {
    stages::SETTINGS.iter().chain(study::SETTINGS).chain(more::SETTINGS).chain(models::SETTINGS).chain(detect::SETTINGS)
}
