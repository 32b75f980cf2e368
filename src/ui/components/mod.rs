//! Parts of any page: they know no traces, no models and no state.

mod button;
mod card;
mod explain;
mod field;
mod fold;
mod number_field;
mod progress;
mod segmented;
mod select;
mod stage;
mod table;
mod toggle;

pub use button::{Button, Weight};
pub use card::{Badge, Card};
pub use explain::Explain;
pub use field::Frame;
pub use fold::Fold;
pub use number_field::NumberField;
pub use progress::Progress;
pub use segmented::Segmented;
pub use select::Select;
pub use stage::Stage;
pub use table::Table;
pub use toggle::Toggle;
