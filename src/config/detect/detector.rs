//! The detectors and what they are called (MODELS.md B.10 to B.13, B.17).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a detector learns from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Supervision {
    /// Nothing.
    None,
    /// Normal windows of the training part.
    NormalOnly,
    /// Windows of the training part with their labels.
    Labels,
}

impl Supervision {
    /// Stable id, used in reports.
    pub const fn id(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::NormalOnly => "normal_only",
            Self::Labels => "labels",
        }
    }
}

macro_rules! detectors {
    ($($(#[$doc:meta])* $name:ident, $id:literal, $title:literal, $supervision:ident, $kind:ident;)*) => {
        /// A detector; ids as in MODELS.md B.10 to B.13 and B.17.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
        pub enum Detector {
            $($(#[$doc])* #[serde(rename = $id)] $name,)*
        }

        impl Detector {
            /// All of them, in the order in which tables list them.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// Stable id, used in reports, links and tests.
            pub const fn id(self) -> &'static str {
                match self { $(Self::$name => $id,)* }
            }

            /// Name for people; says where a re-implementation differs from its namesake.
            pub const fn title(self) -> &'static str {
                match self { $(Self::$name => $title,)* }
            }

            /// What it learns from.
            pub const fn supervision(self) -> Supervision {
                match self { $(Self::$name => Supervision::$supervision,)* }
            }

            const fn kind(self) -> Kind {
                match self { $(Self::$name => Kind::$kind,)* }
            }
        }
    };
}

/// How a detector is fitted.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// By gradient steps, once per seed.
    Network,
    /// Drawn at random, once per seed.
    Drawn,
    /// In closed form.
    Closed,
}

detectors! {
    /// The paper's integrated D-GNN-LSTM.
    Integrated, "integrated", "D-GNN-LSTM, integrated", Labels, Network;
    /// Encoder on the last snapshot only.
    GcnOnly, "gcn-only", "GCN only, last snapshot", Labels, Network;
    /// Spatial and temporal branch that never meet before the head.
    SepParallel, "sep-parallel", "Separated, parallel branches", Labels, Network;
    /// Encoder trained first and frozen, then the LSTM.
    SepStaged, "sep-staged", "Separated, in two stages", Labels, Network;
    /// Mean of the pooled vectors in place of the LSTM.
    GcnAvg, "gcn-avg", "GCN, mean over snapshots", Labels, Network;
    /// One graph with the slices of the whole sequence.
    Gcn25, "gcn-25", "GCN, one graph of all slices", Labels, Network;
    /// No graph.
    LstmOnly, "lstm-only", "LSTM only", Labels, Network;
    /// No slice nodes.
    Static, "static", "D-GNN-LSTM without slice nodes", Labels, Network;
    /// `Â = I`.
    NoGraphEdges, "no-graph-edges", "D-GNN-LSTM without edges", Labels, Network;
    /// Three propagations without weights in between.
    Sgc, "sgc", "Simplified graph convolution + LSTM", Labels, Network;
    /// Logistic regression on sorted features.
    Logreg, "logreg", "Logistic regression", Labels, Closed;
    /// Boosted trees of depth 3 on the same.
    GbmLite, "gbm-lite", "Boosted trees, depth 3", Labels, Closed;
    /// Elapsed time and nothing else.
    Clock, "clock", "Clock (elapsed time only)", Labels, Closed;
    /// Random at the training prevalence.
    Prior, "prior", "Random at the training prevalence", Labels, Drawn;
    /// Largest deviation of an instance.
    Zmax, "zmax", "Largest |z| of an instance", NormalOnly, Closed;
    /// Mean of the three largest deviations.
    Ztop3, "ztop3", "Mean of the three largest |z|", NormalOnly, Closed;
    /// Exponentially weighted moving average.
    Ewma, "ewma", "EWMA control chart", NormalOnly, Closed;
    /// Cumulative sums.
    Cusum, "cusum", "CUSUM", NormalOnly, Closed;
    /// Isolation forest.
    Iforest, "iforest", "Isolation forest", NormalOnly, Drawn;
    /// Squared prediction error outside the principal components.
    PcaSpe, "pca_spe", "PCA reconstruction error", NormalOnly, Closed;
    /// Matrix profile against normal training.
    Mp, "mp", "Matrix profile (z-normalised)", NormalOnly, Closed;
    /// The same with plain distances.
    MpPlain, "mp_plain", "Matrix profile (plain distance)", NormalOnly, Closed;
    /// DBSCAN on CPU vectors.
    DbscanCpu, "dbscan_cpu", "CPU-DBSCAN (metric-only)", NormalOnly, Closed;
    /// LSTM autoencoder.
    LstmAe, "lstm_ae", "LSTM autoencoder", NormalOnly, Network;
    /// Two adversarial autoencoders.
    Usad, "usad", "USAD", NormalOnly, Network;
    /// Graph deviation network.
    Gdn, "gdn", "GDN", NormalOnly, Network;
    /// GRU predictor per instance.
    GruPred, "gru_pred", "GRU prediction error", NormalOnly, Network;
    /// GCN and GRU prediction on the graph without slices.
    StaticPred, "static_pred", "Static-graph GCN predictor (MADM-inspired, metric-only)", NormalOnly, Network;
    /// Gated graph network with support vector data description.
    GgnnSvdd, "ggnn_svdd", "GGNN-SVDD (CPU-graph adaptation)", NormalOnly, Network;
    /// Distance of an instance from its replicas.
    ReplicaDev, "replica_dev", "Deviation from replicas", None, Closed;
    /// Distance of an instance from one cycle before.
    CycleDev, "cycle_dev", "Deviation from the last cycle", NormalOnly, Closed;
    /// Gated graph network with support vector data description, on the calls of traces.
    TegGgnnSvdd, "teg_ggnn_svdd", "TEG-GGNN-SVDD (trace-only, no logs)", NormalOnly, Network;
    /// Traffic of each pattern of calls, found by DBSCAN and predicted by ST-GCN.
    RpcStgcn, "rpc_stgcn", "RPC-pattern DBSCAN + ST-GCN predictor (re-implementation)", NormalOnly, Network;
}

impl Detector {
    /// Whether it is trained by gradient steps.
    pub fn is_network(self) -> bool {
        self.kind() == Kind::Network
    }

    /// Whether its result depends on a seed.
    pub fn is_seeded(self) -> bool {
        self.kind() != Kind::Closed
    }

    /// Whether calls between types are edges of its graph, if the config asks for them (MODELS.md B.11).
    pub fn reads_calls(self) -> bool {
        use Detector::{Gcn25, GcnAvg, GcnOnly, Integrated, SepParallel, SepStaged, Static};
        [Integrated, GcnOnly, GcnAvg, Gcn25, SepParallel, SepStaged, Static].contains(&self)
    }

    /// Whether it reads nothing but calls, so that it needs traces.
    pub fn needs_calls(self) -> bool {
        matches!(self, Self::TegGgnnSvdd | Self::RpcStgcn)
    }

    /// Whether it reads which calls are usually made together.
    pub fn reads_patterns(self) -> bool {
        self == Self::RpcStgcn
    }

    /// The detector with this id.
    pub fn of(id: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|detector| detector.id() == id)
    }
}
