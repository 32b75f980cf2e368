// Types of `window.loadstone`. Members in snake_case are plain data exactly as in config and report files.

export interface Loadstone {
  /** Which program this is. `workerSha256` is null until the worker has started. */
  readonly version: { app: string; protocol: number; build: string; workerSha256: string | null };
  /** The JSON Schema of `RunConfig`. */
  schema(): object;
  /** Ready-made configs, the default first. */
  presets(): Preset[];
  /** Opens a trace, as if it were dropped on the page. Rejects with `LoadstoneError`. */
  open(files: Iterable<File | NamedBytes>): Promise<DatasetSummary>;
  /** Simulates a data set. Rejects with `LoadstoneError`. */
  openSandbox(scenario: string): Promise<DatasetSummary>;
  /**
   * Trains and scores on the present data set. A run that the reader stops gives a report with `complete: false`.
   * Rejects with `LoadstoneError`; after `signal` aborts, its `name` is "AbortError".
   */
  run(config: RunConfig, options?: RunOptions): Promise<Report>;
  /** Runs a receipt, or the receipt in a link, again on the present data set and compares. */
  verify(receipt: Receipt | string, options?: RunOptions): Promise<Verification>;
  /**
   * A trained model of the last run as a safetensors file: weights, what its preprocessing fitted, and settings.
   * Rejects with `LoadstoneError` if the result on screen is another one, or has no such model.
   */
  saveModel(model: string, seed: number): Promise<Uint8Array>;
  /**
   * Scores a saved model on the present data set, as it was read; trains nothing. The report says what the model was
   * trained on. Rejects with `LoadstoneError`, also if the model does not fit the data.
   */
  score(file: File | NamedBytes, options?: RunOptions): Promise<Report>;
  /** The receipt of the result on screen; null if there is none. */
  receipt(): Receipt | null;
  /** Stops what is going on, within 100 ms; what is finished is kept. */
  stop(): void;
  /** A report as a file: all of it, or its table. */
  exportReport(report: Report, format: "json" | "csv"): Blob;
}

declare global {
  interface Window {
    readonly loadstone: Loadstone;
  }
}

export interface LoadstoneError extends Error {
  /** Where it happened. */
  stage: Stage;
  /** One sentence: what, where, what was expected, what to do. */
  message: string;
}

export type Stage = "start" | "read" | "config" | "prepare" | "train";

export interface NamedBytes {
  name: string;
  bytes: ArrayBuffer | ArrayBufferView | Blob | string;
}

export interface RunOptions {
  onProgress?: (progress: Progress) => void;
  signal?: AbortSignal;
}

export type Progress =
  | { kind: "reading"; run: number; bytes: number; total_bytes: number; rows: number }
  | { kind: "opened"; run: number; summary: DatasetSummary }
  | { kind: "planned"; run: number; parts: { model: string; seed: number; epochs: number; cell: number; label: string }[] }
  | { kind: "step"; run: number; part: number; epoch: number; share: number; secs_left: number | null }
  | { kind: "epoch"; run: number; part: number; point: EpochPoint; best_epoch: number }
  | { kind: "part_done"; run: number; part: number; model: ModelResult }
  | { kind: "detector_done"; run: number; part: number; detector: DetectorResult };

export interface Preset {
  id: string;
  title: string;
  config: RunConfig;
}

/** Members with a default may be left out; unknown members are refused. `schema()` has every range. */
export interface RunConfig {
  schema: 1;
  protocol: "headline" | "anchor-118";
  data?: {
    grid_secs?: number | null;
    skip_bad_rows?: boolean;
    /** What the nodes are; null takes services, then instances, then machines, whichever have series. */
    nodes?: NodeLevel | null;
    /** Seconds added to every fault label. */
    label_offset_secs?: number;
    /** Ids of repairs that are not made. */
    off?: string[];
    /** What the columns of a table of any origin mean; null guesses. Its form is in the JSON Schema. */
    mapping?: object | null;
  };
  prepare?: {
    imputation?: "causal" | "paper";
    max_carry_bins?: number;
    input_scale?: "unit" | "minmax" | "zscore";
    max_node_missing?: number;
    max_window_missing?: number;
    hampel?: boolean;
    mask_feature?: boolean;
    clock_features?: boolean;
  };
  split?: { train_share?: number; validation_share?: number };
  window?: { input_steps?: number; output_steps?: number; score_step?: number; train_stride?: number };
  graph?: { correlation_steps?: number | null; min_joint_observations?: number; renew_secs?: number };
  models: ModelConfig[];
  train?: {
    epochs?: number;
    patience?: number;
    batch?: number;
    learning_rate?: number;
    clip_norm?: number;
    schedule?: "constant" | "cosine" | "plateau";
    weight_decay?: number;
    residual_output?: boolean;
  };
  seeds: number[];
  backend?: "auto" | "ndarray" | "flex";
  /** A run of detection: of the members above only `data`, `seeds` and `backend` count, and `models` is empty. */
  detect?: DetectConfig | null;
}

export type DetectProtocol = "p0-rand" | "p0-class" | "p0-chron" | "p1" | "p1-target" | "p2" | "p3" | "p4" | "testbed";

/** Members with a default may be left out. `schema()` has every range and the ids of all detectors. */
export interface DetectConfig {
  snapshot?: object;
  setup?: object;
  split?: {
    protocol?: DetectProtocol;
    train_share?: number;
    validation_share?: number;
    folds?: number;
    purge_secs?: number;
    embargo_secs?: number;
    seed?: number;
    /** A control: which draw of offsets moves the labels of each run in a circle; 0 moves none. */
    label_shift?: number;
  };
  balance?:
    | { kind: "none" | "weights" }
    | { kind: "smote"; ratio: number; neighbours: number }
    | { kind: "duplicate"; ratio: number };
  threshold?: { kind: "paper" | "half" | "best_f1" } | { kind: "alarms"; per_hour: number };
  detectors: string[];
  network?: object;
  train?: object;
  study?:
    | { kind: "comparison" | "features" | "variants" | "balance" | "complexity" }
    | { kind: "label_shift"; shifts: number }
    | { kind: "protocols"; protocols: DetectProtocol[] }
    | {
        kind: "sensitivity";
        sweeps: { axis: "delta" | "window" | "sequence" | "hidden" | "batch" | "units"; values: number[] }[];
        protocols: DetectProtocol[];
      };
  /** Also tell which faults are found at so many false alarms a day, by an oracle's threshold. */
  alarms_per_day?: number | null;
}

export type ModelConfig =
  | { id: "persistence" }
  | { id: "ar"; lags?: number; ridge?: number[] }
  | { id: "seasonal_naive"; season_secs?: number }
  | { id: "moving_average"; windows?: number[] }
  | { id: "ets"; damping?: number }
  | { id: "arma"; max_ar?: number; max_ma?: number }
  | { id: "mstl"; season_secs?: number[] }
  | { id: "gru" | "lstm"; width?: number; layers?: number }
  | {
      id: "tsf";
      width?: number;
      layers?: number;
      heads?: number;
      attention_width?: number;
      sparsity?: number;
      refresh_steps?: number;
      channels?: { records?: boolean; correlation?: boolean; attention?: boolean };
      combine?: "sum" | "product";
      stack?: "residual" | "strict";
      gru_input?: "serial" | "parallel" | "concat";
      fusion?: "scalar" | "gate" | "temporal_only" | "spatial_only";
      dropout?: number;
    };

export interface FileReceipt {
  name: string;
  bytes: number;
  sha256: string;
  rows: number;
}

export type NodeLevel = "machine" | "service" | "instance";

export type Unit =
  | "percent"
  | "share"
  | "cores"
  | "bytes"
  | "bytes_per_second"
  | "per_second"
  | "millis"
  | "count"
  | "unknown";

export interface DatasetSummary {
  name: string;
  format: string;
  synthetic: boolean;
  files: FileReceipt[];
  nodes: string[];
  level: NodeLevel;
  metrics: { id: string; label: string; unit: Unit }[];
  n_rows: number;
  n_bins: number;
  grid_secs: number;
  grid_reason: string;
  start_secs: number;
  missing_share: number;
  n_relations: number;
  findings: {
    id: string;
    title: string;
    severity: "info" | "warning";
    count: number;
    unit: string;
    first: string;
    action: string;
    can_be_off: boolean;
  }[];
  system: {
    services: string[];
    n_call_edges: number;
    n_calls: number;
    /** Pairs of services whose calls have no time, and these calls; not there if there are none. */
    n_timeless_edges?: number;
    n_timeless_calls?: number;
    faults: { start_millis: number; end_millis: number; target: string; kind: string }[];
    placements: { service: string; host: string; names: string[]; domains: string[] }[];
    /** Snapshots that were saved and opened again; absent if there are none. */
    snapshots?: { n_snapshots: number; n_nodes: number; n_edges: number; n_labels: number };
  };
  /** Tables whose columns were guessed or given, with their first rows. */
  tables: { file: string; header: string[]; rows: string[][]; mapping: object; is_guessed: boolean }[];
  coverage: { n_columns: number; percent: number[] };
}

export interface EpochPoint {
  epoch: number;
  train: number;
  validation: number;
  rate: number;
  gradient_norm: number;
}

/** Errors on the scale percent / 100; null where a measure is undefined. */
export interface Metrics {
  n: number;
  mse: number;
  mae: number;
  rmse: number;
  mape: number | null;
  mape_dropped: number;
  wape: number | null;
  mase: number | null;
  skill: number | null;
}

export interface Spread {
  mean: number;
  sd: number | null;
}

export interface ModelResult {
  id: string;
  learned: boolean;
  n_params: number;
  backend: string;
  seeds: {
    seed: number;
    metrics: Metrics;
    curve: EpochPoint[];
    best_epoch: number;
    stop: "fitted" | "planned" | "early" | "asked" | "diverged";
    weights_sha256: string;
  }[];
  rmse: Spread | null;
  mae: Spread | null;
  mse: Spread | null;
  skill: Spread | null;
  mape: Spread | null;
  wape: Spread | null;
  mase: Spread | null;
  rmse_by_node: (number | null)[];
  chosen: string;
}

/** A number with a stable id; null where it is undefined. */
export interface Measured {
  id: string;
  value: number | null;
}

export interface DetectorResult {
  id: string;
  title: string;
  supervision: "labels" | "normal_only" | "none";
  learned: boolean;
  n_params: number;
  backend: string;
  seeds: {
    seed: number;
    /** One per fold. */
    thresholds: (number | null)[];
    /** True negatives, false positives, false negatives, true positives. */
    confusion: [number, number, number, number];
    measures: Measured[];
    kinds: { kind: string; n: number; auc: number | null; ap: number | null; episodes: number; found: number }[];
    /** False and true alarm rate. */
    roc: [number, number][];
    /** Recall and precision. */
    pr: [number, number][];
    choices: {
      rule: string;
      threshold: number | null;
      f1: number | null;
      alarms_per_hour: number | null;
      found: number | null;
    }[];
    budget: {
      threshold: number;
      validation_per_week: number;
      test_per_week: number;
      found: number;
      delay_secs: number | null;
    }[];
    curve: EpochPoint[];
    /** On training and validation windows. */
    accuracy: [number, number][];
    best_epoch: number;
    stop: "fitted" | "planned" | "early" | "asked" | "diverged";
    chosen: string;
    weights_sha256: string;
    /** With network.node_head: faulty windows with a known target, and those that have it first or among three. */
    located?: { n: number; episodes: number; first: number; three: number };
  }[];
  spreads: { id: string; spread: Spread }[];
}

export interface DetectionReport {
  cells: {
    group: string;
    label: string;
    x: number | null;
    config_sha256: string;
    parts: { name: string; runs: number; normal: number; faulty: number; buffer: number; episodes: number }[];
    remarks: string[];
    detectors: DetectorResult[];
    differences: { a: string; b: string; difference: number | null; interval: [number, number] | null }[];
  }[];
  board: {
    window_secs: number;
    instances: string[];
    runs: string[];
    start_millis: number[];
    run: number[];
    last: number[];
    /** 0 normal, 1 faulty, plus 2 at the edge of a fault. */
    label: number[];
    fold: number[];
    episodes: { run: number; start_secs: number; end_secs: number; kind: string; target: string }[];
    lines: { id: string; scores: number[]; thresholds: (number | null)[] }[];
    embeddings: {
      id: string;
      state: "trained" | "untrained" | "raw";
      explained: number[];
      window: number[];
      x: number[];
      y: number[];
      silhouette: number | null;
      auc: number | null;
    }[];
    /** With network.node_head: instances behind alarms, the most suspicious first. */
    located?: { id: string; windows: number[]; instances: number[][]; scores: number[][] }[];
    /** Likewise: the calls with the most unusual durations. */
    calls?: { edges: [string, string][]; windows: number[]; unusual: [number, number][][] };
  } | null;
  lies: { id: string; measures: Measured[] }[];
  audit: { id: string; title: string; passed: boolean | null; detail: string }[];
}

export interface Report {
  schema: 1;
  app_version: string;
  target: string;
  complete: boolean;
  config: RunConfig;
  config_sha256: string;
  dataset: DatasetSummary;
  protocol: {
    parts: { name: string; first_bin: number; end_bin: number; n_origins: number }[];
    purge_bins: number;
    nodes: string[];
    left_out: [string, number][];
    windows_left_out: number;
    n_points: number;
    repairs: [string, number][];
    edge_sources: string[];
    leak_checks: { id: string; title: string; passed: boolean | null }[];
    remarks: string[];
  };
  models: ModelResult[];
  comparisons: {
    a: string;
    b: string;
    difference: number;
    interval: [number, number] | null;
    p: number | null;
    p_holm: number | null;
    outcome: "better" | "worse" | "no_difference" | "undefined";
    reason: string;
  }[];
  /** In percent; `[n_bins, N]`, row by row. */
  forecast: {
    first_bin: number;
    n_bins: number;
    truth: (number | null)[];
    models: { id: string; values: (number | null)[] }[];
  };
  graph: {
    nodes: string[];
    weights: number[];
    lambda: [number, number, number];
    alpha: number | null;
    kept_per_row: number;
    overlap: number | null;
  } | null;
  /** There for a run of detection; the members about forecasts are then empty. */
  detection?: DetectionReport;
  timings: { model: string; seed: number; secs: number }[];
}

export interface Receipt {
  app_version: string;
  target: string;
  config: RunConfig;
  config_sha256: string;
  scenario: string | null;
  files: FileReceipt[];
  split_sha256: string;
  scores: number[];
  metrics_sha256: string;
  weights_sha256: string;
  report_sha256: string;
}

export interface Verification {
  verdict: "identical" | "within-tolerance" | "different";
  differences: { part: string; expected: string; found: string }[];
}
