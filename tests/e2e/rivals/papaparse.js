// PapaParse in a worker, with the sums beside it. Its own option `worker: true` would copy every row to the page.
export async function start() {
  const worker = new Worker('papaparse_worker.js');
  const answer = () => new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => (data.error ? reject(new Error(data.error)) : resolve(data.text));
    worker.onerror = reject;
  });
  const ready = answer();
  worker.postMessage(null);
  await ready;

  return async (file) => {
    const read = answer();
    worker.postMessage(file);
    const text = await read;
    return async () => text;
  };
}
