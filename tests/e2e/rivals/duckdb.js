// DuckDB reads the file in place, in slices of its own choice, in its worker.
const COLUMNS = `{
  machine_id: 'VARCHAR', time_stamp: 'BIGINT', cpu: 'DOUBLE', mem: 'DOUBLE', mem_gps: 'DOUBLE', mkpi: 'DOUBLE',
  net_in: 'DOUBLE', net_out: 'DOUBLE', disk: 'DOUBLE' }`;
const MEANS = ['cpu', 'mem', 'net_in', 'net_out', 'disk']
  .map((name) => `avg(${name}) FILTER (${name} BETWEEN 0 AND 100) AS ${name}`);
const GRID = `CREATE TABLE grid AS
  SELECT machine_id, time_stamp // 900 AS bin, ${MEANS.join(', ')}
  FROM read_csv('machine_usage.csv', auto_detect = false, header = false, delim = ',', nullstr = '', columns = ${COLUMNS})
  GROUP BY machine_id, bin`;
const DIST = new URL('node_modules/@duckdb/duckdb-wasm/dist/', document.baseURI);

export async function start() {
  const duckdb = await library();
  const blob = new Blob([`importScripts(${JSON.stringify(new URL('duckdb-browser-eh.worker.js', DIST).href)});`], {
    type: 'text/javascript',
  });
  const worker = new Worker(URL.createObjectURL(blob));
  const db = new duckdb.AsyncDuckDB(new duckdb.VoidLogger(), worker);
  await db.instantiate(new URL('duckdb-eh.wasm', DIST).href);
  await db.open({});
  const connection = await db.connect();

  return async (file) => {
    await db.registerFileHandle('machine_usage.csv', file, duckdb.DuckDBDataProtocol.BROWSER_FILEREADER, true);
    await connection.query(GRID);
    return async () => {
      const checked = await connection.query(
        'SELECT count(DISTINCT machine_id) AS machines, count(*) AS bins, avg(cpu) AS cpu FROM grid',
      );
      const { machines, bins, cpu } = checked.toArray()[0];
      return `${machines} machines, ${bins} bins, mean CPU ${cpu.toFixed(4)}`;
    };
  };
}

// Its modules end in `.mjs`, which not every file server knows as scripts; its CommonJS build needs one library.
async function library() {
  const arrow = document.createElement('script');
  arrow.src = 'node_modules/apache-arrow/Arrow.es2015.min.js';
  await new Promise((resolve, reject) => {
    arrow.onload = resolve;
    arrow.onerror = reject;
    document.head.append(arrow);
  });
  const response = await fetch(new URL('duckdb-browser.cjs', DIST));
  const module = { exports: {} };
  new Function('require', 'module', 'exports', await response.text())(() => window.Arrow, module, module.exports);
  return module.exports;
}
