//! One snapshot of a deployment: services, their instances with the slices of the snapshot, and the hosts.

mod plot;
mod words;

use std::rc::Rc;

use yew::prelude::*;

use super::frame::{Figure, Reserve};
use super::scene::Plot;
use super::twin::Twin;
use crate::snapshot::SnapshotView;

/// Properties of [`SnapshotChart`].
#[derive(Debug, Clone, PartialEq, Properties)]
pub struct SnapshotChartProps {
    /// The snapshot; `None` while there is none.
    pub snapshot: Option<Rc<SnapshotView>>,
}

/// A snapshot in its layers.
#[component]
pub fn SnapshotChart(props: &SnapshotChartProps) -> Html {
    let snapshot = props.snapshot.clone();
    let draw = use_callback(snapshot.clone(), |(width, height): (u32, u32), snapshot| -> Plot {
        match snapshot {
            Some(snapshot) => plot::plot(snapshot, width, height),
            None => Plot::blank(width, height),
        }
    });
    let twin = use_callback(snapshot.clone(), |(), snapshot| -> Twin {
        snapshot.as_deref().map(words::twin).unwrap_or_default()
    });
    let empty = snapshot.is_none().then_some(words::EMPTY);
    html! {
        <Figure testid="snapshot-chart" title={words::TITLE} reading={snapshot.as_deref().map(words::reading).unwrap_or_default()}
            caption={words::caption(snapshot.as_deref())} reserve={Reserve::Fixed(plot::HEIGHT, plot::HEIGHT)} {empty} {draw} {twin} />
    }
}
