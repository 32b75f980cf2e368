//! The networks that find faults.

use loadstone::config::Detector;

/// These learn from labels.
pub(crate) const CLASSIFIERS: [Detector; 10] = [
    Detector::Integrated,
    Detector::GcnOnly,
    Detector::Static,
    Detector::NoGraphEdges,
    Detector::SepParallel,
    Detector::LstmOnly,
    Detector::GcnAvg,
    Detector::Sgc,
    Detector::SepStaged,
    Detector::Gcn25,
];

/// These learn from normal windows alone.
pub(crate) const LABEL_FREE: [Detector; 8] = [
    Detector::LstmAe,
    Detector::GruPred,
    Detector::StaticPred,
    Detector::Usad,
    Detector::Gdn,
    Detector::GgnnSvdd,
    Detector::TegGgnnSvdd,
    Detector::RpcStgcn,
];
