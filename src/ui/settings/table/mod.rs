//! The table itself. Ranges are those of `RunConfig::check`; a test holds the two together.

mod more;
mod stages;

use super::Setting;

/// All settings in the order of the page.
pub fn settings() -> impl Iterator<Item = &'static Setting> {
    stages::SETTINGS.iter().chain(more::SETTINGS)
}
