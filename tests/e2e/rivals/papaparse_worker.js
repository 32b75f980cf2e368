importScripts('node_modules/papaparse/papaparse.min.js');

const GRID_SECS = 900;
const N_BINS = (8 * 86400) / GRID_SECS;
const FIELDS = [2, 3, 6, 7, 8];
const machines = new Map();

// Sums and counts of every bin and metric of one machine.
function machine(name) {
  let cells = machines.get(name);
  if (!cells) {
    cells = { sums: new Float64Array(N_BINS * FIELDS.length), counts: new Uint32Array(N_BINS * FIELDS.length) };
    machines.set(name, cells);
  }
  return cells;
}

function take(row) {
  const { sums, counts } = machine(row[0]);
  const bin = Math.floor(Number(row[1]) / GRID_SECS);
  for (let metric = 0; metric < FIELDS.length; metric++) {
    const text = row[FIELDS[metric]];
    const value = Number(text);
    if (text !== '' && value >= 0 && value <= 100) {
      sums[bin * FIELDS.length + metric] += value;
      counts[bin * FIELDS.length + metric] += 1;
    }
  }
}

// Sums become means in place.
function close() {
  let [bins, total] = [0, 0];
  for (const { sums, counts } of machines.values()) {
    for (let idx = 0; idx < sums.length; idx++) sums[idx] /= counts[idx];
    for (let idx = 0; idx < sums.length; idx += FIELDS.length) {
      if (counts[idx] > 0) {
        bins += 1;
        total += sums[idx];
      }
    }
  }
  return `${machines.size} machines, ${bins} bins, mean CPU ${(total / bins).toFixed(4)}`;
}

onmessage = ({ data: file }) => {
  if (!file) return postMessage({ text: 'ready' });
  Papa.parse(file, {
    delimiter: ',',
    newline: '\n',
    fastMode: true,
    skipEmptyLines: true,
    chunk: ({ data }) => data.forEach(take),
    complete: () => postMessage({ text: close() }),
    error: (error) => postMessage({ error: String(error) }),
  });
};
