//! Snapshots that were saved here: `{"header":{…},"snapshots":[{…}]}`, one snapshot at a time.

mod draft;
mod hand_on;

use super::super::snapshots::{SnapshotHeader, SnapshotRecord};
use super::super::table::shorten;
use super::document::{At, Event, Shape};
use super::key::Key::{self, Deployment, Header, Instances, Item};
use super::{Refusal, misfit};
use draft::{DraftHeader, DraftRecord};

/// Most features of all snapshots together: 96 MB.
const MAX_FEATURES: usize = 24_000_000;

/// A document that is being read.
#[derive(Debug, Default)]
pub(super) struct Snapshots {
    draft: DraftHeader,
    /// Once it is whole.
    header: Option<SnapshotHeader>,
    record: DraftRecord,
    records: Vec<SnapshotRecord>,
    n_snapshots: u64,
}

impl Snapshots {
    pub(super) const TITLE: &'static str = "Snapshots of Loadstone";

    pub(super) fn n_snapshots(&self) -> u64 {
        self.n_snapshots
    }

    /// Takes note of one event; whether it shows that this is such a document.
    pub(super) fn event(&mut self, at: At<'_>, event: Event<'_>) -> Result<bool, Refusal> {
        match (at.path, event) {
            ([Header, _], Event::Number(text)) if at.name == "schema" => {
                self.draft.schema(text)?;
                return Ok(true);
            }
            // Others have headers too, and ours begin with their schema.
            _ if !self.draft.is_ours() => {}
            ([Header], Event::Open(_)) => return Err(misfit("one header", "a second one")),
            ([Header], Event::Close) => self.header = Some(self.draft.finish()?),
            ([Header, inside @ ..], event) => self.in_header(at, inside, event)?,
            ([Key::Snapshots, inside @ ..], event) => self.in_snapshots(at, inside, event)?,
            _ => {}
        }
        Ok(false)
    }

    fn in_header(&mut self, at: At<'_>, inside: &[Key], event: Event<'_>) -> Result<(), Refusal> {
        match (inside, event) {
            ([Deployment, Instances, Item], Event::Open(Shape::Object)) => self.draft.begin_instance(),
            ([Deployment, Instances, Item], Event::Close) => self.draft.end_instance()?,
            ([Deployment, Instances, Item, _], Event::Text(text) | Event::Number(text)) => {
                self.draft.in_instance(at.name, text)?;
            }
            ([Deployment], Event::Open(Shape::Object)) => {}
            ([Deployment, _] | [_], Event::Open(Shape::Array)) => self.draft.begin_list(at.name)?,
            ([Deployment, _, Item] | [_, Item], Event::Text(text)) => self.draft.in_list(at.name, text)?,
            ([_], Event::Text(text) | Event::Number(text)) => self.draft.field(at.name, text)?,
            ([_, Item], Event::Open(Shape::Array)) if at.name == "edges" => self.draft.begin_edge(),
            ([_, Item], Event::Close) => self.draft.end_edge()?,
            ([_, Item, Item], Event::Text(text) | Event::Number(text)) => self.draft.in_edge(text)?,
            (_, Event::Close) => {}
            _ => return Err(unexpected(at, event)),
        }
        Ok(())
    }

    fn in_snapshots(&mut self, at: At<'_>, inside: &[Key], event: Event<'_>) -> Result<(), Refusal> {
        let Some(header) = &self.header else { return Err(misfit("the header before the snapshots", "snapshots")) };
        let n_features = n_features(header);
        match (inside, event) {
            ([], Event::Open(Shape::Array)) if self.records.is_empty() => {}
            ([Item], Event::Open(Shape::Object)) => {
                if n_features.saturating_mul(self.records.len() + 1) > MAX_FEATURES {
                    return Err(too_large("features"));
                }
                self.record = DraftRecord::default();
            }
            ([Item], Event::Close) => {
                let before = self.records.last().map(|record| record.at_millis);
                let record = std::mem::take(&mut self.record).finish(header, before)?;
                self.records.push(record);
                self.n_snapshots += 1;
            }
            ([Item, _], Event::Open(Shape::Array)) => self.record.begin_list(at.name)?,
            ([Item, _], Event::Number(text)) => self.record.at(at.name, text)?,
            ([Item, _], Event::Word(Some(word))) => self.record.flag(at.name, word)?,
            ([Item, _, Item], Event::Number(text)) => {
                self.record.in_list(at.name, text, (n_features, header.deployment.instances.len()))?;
            }
            (_, Event::Close) => {}
            _ => return Err(unexpected(at, event)),
        }
        Ok(())
    }
}

/// Features of one snapshot.
fn n_features(header: &SnapshotHeader) -> usize {
    header.n_nodes().saturating_mul(header.feature_names.len())
}

fn unexpected(at: At<'_>, event: Event<'_>) -> Refusal {
    let found = match event {
        Event::Open(Shape::Object) => "an object".to_owned(),
        Event::Open(Shape::Array) => "an array".to_owned(),
        Event::Text(text) => format!("the text “{}”", shorten(text.as_bytes())),
        Event::Number(text) => format!("the number {}", shorten(text.as_bytes())),
        Event::Word(_) | Event::Close => "a word".to_owned(),
    };
    misfit("snapshots as they were saved", format!("{found} at “{}”", shorten(at.name.as_bytes())))
}

fn too_large(what: &str) -> Refusal {
    misfit(format!("at most {MAX_FEATURES} {what}"), "more")
}
