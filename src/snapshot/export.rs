//! Snapshots as one JSON document, and back.

use serde::{Deserialize, Serialize};

use super::deployment::Deployment;
use super::error::SnapshotError;
use super::features::{FeatureLayout, Scaling};
use super::hierarchy::{Hierarchy, Role};
use super::series::SnapshotSeries;

/// Version of [`SnapshotDocument`].
pub const SNAPSHOT_SCHEMA: u32 = 1;
/// Most features of all snapshots together.
const MAX_FEATURES: usize = 24_000_000;
/// Largest document that is read.
const MAX_BYTES: usize = 512 << 20;

/// A series of snapshots: features, adjacency, labels and everything needed to name them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SnapshotDocument {
    /// What all snapshots share.
    pub header: SnapshotHeader,
    /// The snapshots in the order of time.
    pub snapshots: Vec<SnapshotRecord>,
}

/// What all snapshots share.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SnapshotHeader {
    /// Version of this structure, [`SNAPSHOT_SCHEMA`].
    pub schema: u32,
    /// Id of the metric.
    pub metric: String,
    /// `δ`: milliseconds between two slices.
    pub delta_millis: i64,
    /// `W`: slices of a snapshot.
    pub n_slices: usize,
    /// Types, hosts and instances.
    pub deployment: Deployment,
    /// Names of the columns of the features.
    pub feature_names: Vec<String>,
    /// The adjacency without its loops: undirected edges between nodes in the order types, hosts, instances, slices.
    pub edges: Vec<DocumentEdge>,
}

/// An undirected edge and what it joins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentEdge(pub usize, pub usize, pub Role);

/// One snapshot.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SnapshotRecord {
    /// When it begins, on the clock of the data.
    pub at_millis: i64,
    /// Whether something was broken.
    pub label: bool,
    /// Whether it may be used.
    pub kept: bool,
    /// Instances without enough samples.
    pub missing: Vec<usize>,
    /// Features, `[n, F0]`, row-major.
    pub features: Vec<f32>,
}

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

    fn check(&self) -> Result<(), SnapshotError> {
        let require = |is_met: bool, place: &str, problem: String| {
            if is_met { Ok(()) } else { Err(SnapshotError::document(place, problem)) }
        };
        let schema = self.schema;
        require(schema == SNAPSHOT_SCHEMA, "schema", format!("is {schema}, and {SNAPSHOT_SCHEMA} was expected"))?;
        let (w, delta) = (self.n_slices, self.delta_millis);
        require((1..=64).contains(&w), "n_slices", format!("is {w}, and 1 to 64 was expected"))?;
        require((1..=60_000).contains(&delta), "delta_millis", format!("is {delta}, and 1 to 60000 was expected"))?;
        self.deployment.check()?;
        let width = self.feature_names.len();
        require((1..=64).contains(&width), "feature_names", format!("has {width} names, and 1 to 64 were expected"))?;
        let is_same = self.edges == edges(&self.hierarchy());
        require(is_same, "edges", "are not those of the deployment".to_owned())
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

    fn check(&self, n_features: usize, n_instances: usize) -> Result<(), String> {
        if self.features.len() != n_features {
            return Err(format!("has {} features, and {n_features} were expected", self.features.len()));
        }
        if self.features.iter().any(|value| !value.is_finite()) {
            return Err("has a feature that is no finite number".to_owned());
        }
        match self.missing.iter().find(|&&instance| instance >= n_instances) {
            Some(instance) => Err(format!("misses instance {instance} of {n_instances}")),
            None => Ok(()),
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

    /// Reads a document and checks that its parts fit each other.
    ///
    /// # Errors
    /// With the place of what does not fit.
    pub fn from_json(bytes: &[u8]) -> Result<Self, SnapshotError> {
        if bytes.len() > MAX_BYTES {
            let problem = format!("has {} bytes, and the limit is {MAX_BYTES}", bytes.len());
            return Err(SnapshotError::document("the document", problem));
        }
        let parsed = serde_json::from_slice::<Self>(bytes);
        let document =
            parsed.map_err(|error| SnapshotError::document("the document", format!("is no series: {error}")))?;
        document.header.check()?;
        let hierarchy = document.header.hierarchy();
        let n_features = hierarchy.n_nodes() * document.header.feature_names.len();
        for (idx, snapshot) in document.snapshots.iter().enumerate() {
            let checked = snapshot.check(n_features, hierarchy.n_instances());
            checked.map_err(|problem| SnapshotError::document(format!("snapshot {idx}"), problem))?;
        }
        let is_ascending = document.snapshots.windows(2).all(|pair| pair[0].at_millis < pair[1].at_millis);
        if is_ascending { Ok(document) } else { Err(SnapshotError::document("snapshots", "are not ordered by time")) }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::deployment::Instance;
    use super::super::series::two_minutes;
    use super::*;
    use crate::config::SnapshotConfig;

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
        assert_eq!(SnapshotDocument::from_json(json.as_bytes()), Ok(document));
    }

    fn any_document() -> impl Strategy<Value = SnapshotDocument> {
        let instances = proptest::collection::vec(("[a-z\"\\\\é]{0,4}", 0_usize..3, 0_usize..2), 1..5);
        let sizes = (instances, 1_usize..4, 0_usize..4, any::<bool>());
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
                let instance = |(name, service, host)| Instance { name, service, host };
                let deployment = Deployment {
                    types: ["x", "y", "z"].map(str::to_owned).into(),
                    hosts: ["", "m"].map(str::to_owned).into(),
                    instances: instances.into_iter().map(instance).collect(),
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
        fn every_bit_of_any_series_survives_json(document in any_document()) {
            let back = SnapshotDocument::from_json(document.to_json().as_bytes()).expect("our own document");
            prop_assert_eq!(&back, &document);
            let bits = |document: &SnapshotDocument| -> Vec<u32> {
                document.snapshots.iter().flat_map(|s| &s.features).map(|value| value.to_bits()).collect()
            };
            prop_assert_eq!(bits(&back), bits(&document));
        }
    }

    #[test]
    fn what_does_not_fit_is_named_with_its_place() {
        let said = |change: fn(&mut SnapshotDocument)| {
            let mut document = document();
            change(&mut document);
            let error = SnapshotDocument::from_json(document.to_json().as_bytes()).expect_err("it does not fit");
            error.to_string()
        };
        let begin = "The stored snapshots cannot be used: ";
        let end = "; export them again";
        let wanted = |middle: &str| format!("{begin}{middle}{end}");
        assert_eq!(said(|d| d.header.schema = 9), wanted("schema is 9, and 1 was expected"));
        assert_eq!(said(|d| d.header.n_slices = 0), wanted("n_slices is 0, and 1 to 64 was expected"));
        assert_eq!(said(|d| d.header.edges.truncate(3)), wanted("edges are not those of the deployment"));
        assert_eq!(
            said(|d| d.header.deployment.instances[1].host = usize::MAX),
            wanted(&format!("instance 1 (pod-1) has type 0 of 3 and host {} of 2", usize::MAX))
        );
        assert_eq!(said(|d| d.snapshots[3].missing.push(4)), wanted("snapshot 3 misses instance 4 of 4"));
        assert_eq!(said(|d| d.snapshots.swap(0, 1)), wanted("snapshots are not ordered by time"));
        assert!(said(|d| d.snapshots[2].features.truncate(1)).contains("snapshot 2 has 1 features"));
        let broken = SnapshotDocument::from_json(b"{\n \"header\": 1}").expect_err("no header").to_string();
        assert!(broken.contains("line 2 column"), "{broken}");
    }
}
