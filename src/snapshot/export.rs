//! Snapshots as one JSON document; `data` reads it again.

use super::error::SnapshotError;
use super::features::{FeatureLayout, Scaling};
use super::hierarchy::Hierarchy;
use super::series::SnapshotSeries;
use crate::data::{DocumentEdge, SNAPSHOT_SCHEMA, SnapshotDocument, SnapshotHeader, SnapshotRecord};

/// Most features of all snapshots together.
const MAX_FEATURES: usize = 24_000_000;

impl SnapshotHeader {
    /// What all snapshots of a series share.
    pub fn of(series: &SnapshotSeries) -> Self {
        Self {
            schema: SNAPSHOT_SCHEMA,
            metric: series.metric.id.clone(),
            delta_millis: series.slices.delta_millis,
            n_slices: series.hierarchy.n_slices,
            deployment: series.deployment.clone(),
            feature_names: FeatureLayout::of(&series.config).names(&series.metric.id),
            edges: edges(&series.hierarchy),
        }
    }

    /// The graph that all snapshots share.
    pub fn hierarchy(&self) -> Hierarchy {
        Hierarchy::new(&self.deployment, self.n_slices)
    }
}

fn edges(hierarchy: &Hierarchy) -> Vec<DocumentEdge> {
    hierarchy.edges().into_iter().map(|edge| DocumentEdge(edge.from, edge.to, edge.role)).collect()
}

impl SnapshotRecord {
    /// One snapshot of a series.
    pub fn of(series: &SnapshotSeries, snapshot: usize, scaling: &Scaling) -> Self {
        let missing = series.missing(snapshot);
        Self {
            at_millis: series.at_millis(snapshot),
            label: series.labels[snapshot],
            kept: series.kept[snapshot],
            missing: (0..missing.len()).filter(|&instance| missing[instance]).collect(),
            features: series.features(snapshot, scaling),
        }
    }
}

impl SnapshotDocument {
    /// All snapshots of a series.
    ///
    /// # Errors
    /// When they would be too large for one document.
    pub fn of(series: &SnapshotSeries, scaling: &Scaling) -> Result<Self, SnapshotError> {
        let header = SnapshotHeader::of(series);
        let per_snapshot = series.hierarchy.n_nodes() * header.feature_names.len();
        let n_features = per_snapshot.saturating_mul(series.n_snapshots());
        if n_features > MAX_FEATURES {
            return Err(SnapshotError::TooLarge {
                what: "The document of all snapshots",
                needed: n_features.to_string(),
                limit: MAX_FEATURES,
                advice: "choose a shorter recording or fewer slices",
            });
        }
        let record = |snapshot: usize| SnapshotRecord::of(series, snapshot, scaling);
        Ok(Self { header, snapshots: (0..series.n_snapshots()).map(record).collect() })
    }

    /// The document as text.
    ///
    /// # Panics
    /// Never: its numbers are finite and its keys are texts.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("plain data serialises to JSON")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::series::two_minutes;
    use super::*;
    use crate::config::{DataConfig, SnapshotConfig};
    use crate::data::{DataError, Deployment, Ingest, Instance};

    /// The document as it is read again, wherever it is cut.
    fn read(json: &str, chunk: usize) -> Result<SnapshotDocument, DataError> {
        let mut ingest = Ingest::new(&DataConfig::default());
        ingest.begin_file("snapshots.json");
        json.as_bytes().chunks(chunk).try_for_each(|bytes| ingest.push(bytes))?;
        let system = ingest.finish()?.system;
        Ok(SnapshotDocument::clone(&system.snapshots.expect("snapshots")))
    }

    fn document() -> SnapshotDocument {
        let config = SnapshotConfig { typed_features: true, mask_feature: true, ..SnapshotConfig::default() };
        let series = SnapshotSeries::build(&two_minutes(), &config).expect("two minutes");
        let scaling = series.fit_scaling(&[0, 1, 2], true);
        SnapshotDocument::of(&series, &scaling).expect("small")
    }

    #[test]
    fn a_series_survives_json() {
        let document = document();
        assert_eq!(document.snapshots.len(), 24);
        let json = document.to_json();
        assert!(json.contains("[0,5,\"type_instance\"]"), "{}", &json[..600]);
        assert_eq!(read(&json, 1000), Ok(document));
    }

    fn any_document() -> impl Strategy<Value = SnapshotDocument> {
        let instances = proptest::collection::vec(("[a-z\"\\\\é]{0,4}", 0_usize..3, 0_usize..2), 1..5);
        let sizes = (instances, 1_usize..4, 1_usize..4, any::<bool>());
        sizes
            .prop_flat_map(|(instances, n_slices, n_snapshots, is_wide)| {
                let n_nodes = 5 + instances.len() * (1 + n_slices);
                let width = if is_wide { 5 } else { 1 };
                let features = proptest::collection::vec(
                    proptest::num::f32::NORMAL | proptest::num::f32::SUBNORMAL | proptest::num::f32::ZERO,
                    n_nodes * width,
                );
                let snapshot = (any::<bool>(), any::<bool>(), features, proptest::option::of(0..instances.len()));
                let snapshots = proptest::collection::vec(snapshot, n_snapshots);
                (Just((instances, n_slices, width)), snapshots, any::<i32>())
            })
            .prop_map(|((instances, n_slices, width), snapshots, start)| {
                let instance = |(idx, (name, service, host)): (usize, (String, usize, usize))| Instance {
                    name: format!("{name}{idx}"),
                    service,
                    host,
                };
                let deployment = Deployment {
                    types: ["x", "y", "z"].map(str::to_owned).into(),
                    hosts: ["", "m"].map(str::to_owned).into(),
                    instances: instances.into_iter().enumerate().map(instance).collect(),
                };
                let edges = edges(&Hierarchy::new(&deployment, n_slices));
                let header = SnapshotHeader {
                    schema: SNAPSHOT_SCHEMA,
                    metric: "cpu".to_owned(),
                    delta_millis: 500,
                    n_slices,
                    deployment,
                    feature_names: (0..width).map(|column| format!("f{column}")).collect(),
                    edges,
                };
                let record =
                    |(idx, (label, kept, features, missing)): (usize, (bool, bool, Vec<f32>, Option<usize>))| {
                        let at_millis = i64::from(start) + 5000 * idx as i64;
                        SnapshotRecord { at_millis, label, kept, missing: missing.into_iter().collect(), features }
                    };
                SnapshotDocument { header, snapshots: snapshots.into_iter().enumerate().map(record).collect() }
            })
    }

    proptest! {
        #[test]
        fn every_bit_of_any_series_survives_json(document in any_document(), chunk in 1_usize..400) {
            let json = document.to_json();
            let back = read(&json, chunk).expect("our own document");
            prop_assert_eq!(back.to_json(), json);
            prop_assert_eq!(&back, &document);
            let bits = |document: &SnapshotDocument| -> Vec<u32> {
                document.snapshots.iter().flat_map(|s| &s.features).map(|value| value.to_bits()).collect()
            };
            prop_assert_eq!(bits(&back), bits(&document));
        }
    }
}
