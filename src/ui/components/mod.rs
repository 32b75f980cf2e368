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

pub(crate) use button::{Button, Weight};
pub(crate) use card::{Card, badge};
pub(crate) use field::Frame;
pub(crate) use fold::fold;
pub(crate) use number_field::NumberField;
pub(crate) use progress::progress;
pub(crate) use segmented::Segmented;
pub(crate) use select::{Group, Select};
pub(crate) use stage::Stage;
pub(crate) use table::Table;
pub(crate) use toggle::Toggle;
