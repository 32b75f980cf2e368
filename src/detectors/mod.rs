//! Detectors without tensors: control charts, trees, distances (MODELS.md B.13 and B.17).
