//! What saved snapshots say beside themselves: a value per instance and snapshot, where instances belong, what broke.

use super::super::super::error::DataError;
use super::super::super::intake::Intake;
use super::super::super::snapshots::{SnapshotDocument, SnapshotHeader, SnapshotRecord};
use super::super::super::system::Fault;
use super::Snapshots;
use crate::config::{NodeLevel, Unit};

impl Snapshots {
    /// Hands everything on and keeps the document as it is.
    ///
    /// # Errors
    /// When there is no snapshot, there are snapshots already, or the values do not fit into memory.
    pub(in super::super) fn finish(&mut self, intake: &mut Intake, file: &str) -> Result<(), DataError> {
        let Some(header) = self.header.take() else { return Ok(()) };
        let document = SnapshotDocument { header, snapshots: std::mem::take(&mut self.records) };
        let (Some(_), length) = (document.snapshots.first(), length_millis(&document.header)) else {
            return Err(DataError::NoRow { file: file.to_owned(), line: 1, found: "no snapshot".to_owned() });
        };
        intake.sum_grid(step_secs(&document.snapshots, length));
        values(&document, intake)?;
        faults(&document.snapshots, length).for_each(|fault| intake.fault(fault));
        if intake.keep_snapshots(document) {
            return Ok(());
        }
        Err(DataError::MixedFormats {
            file: file.to_owned(),
            line: 1,
            expected: "snapshots of one trace".to_owned(),
            found: "those of a second one".to_owned(),
        })
    }
}

/// How long a snapshot lasts.
fn length_millis(header: &SnapshotHeader) -> i64 {
    // At most 64 slices of a minute.
    header.n_slices as i64 * header.delta_millis
}

/// Whole seconds from one snapshot to the next where they are nearest, so that each has a bin of its own; at least one.
fn step_secs(snapshots: &[SnapshotRecord], length: i64) -> u32 {
    let steps = snapshots.windows(2).map(|pair| pair[1].at_millis - pair[0].at_millis);
    let step = steps.min().unwrap_or(length) / 1000;
    u32::try_from(step.clamp(1, 86_400)).unwrap_or(1)
}

/// An instance carries the mean of its slices; where it is marked as missing it has no value.
fn values(document: &SnapshotDocument, intake: &mut Intake) -> Result<(), DataError> {
    let SnapshotDocument { header, snapshots } = document;
    let deployment = &header.deployment;
    let metric = intake.metric(&header.metric, &header.metric, Unit::Unknown);
    let first = deployment.types.len() + deployment.hosts.len();
    for (idx, instance) in deployment.instances.iter().enumerate() {
        let entity = intake.entity(NodeLevel::Instance, &instance.name)?;
        intake.place(entity, &deployment.types[instance.service], &deployment.hosts[instance.host]);
        for snapshot in snapshots.iter().filter(|snapshot| snapshot.missing.binary_search(&idx).is_err()) {
            let value = snapshot.features[(first + idx) * header.feature_names.len()];
            intake.sum(entity, metric, snapshot.at_millis.div_euclid(1000), f64::from(value))?;
        }
    }
    Ok(())
}

/// One fault for each run of labelled snapshots; the document does not say what it was.
fn faults(snapshots: &[SnapshotRecord], length: i64) -> impl Iterator<Item = Fault> {
    let runs = snapshots.chunk_by(|a, b| a.label == b.label);
    runs.filter(|run| run[0].label).map(move |run| Fault {
        start_millis: run[0].at_millis,
        end_millis: run[run.len() - 1].at_millis + length,
        target: String::new(),
        kind: String::new(),
    })
}
