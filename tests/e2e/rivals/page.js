// Reads the chosen file with the reader that the fragment names.
const started = import(`./${location.hash.slice(1)}.js`).then((reader) => reader.start());
started.catch(() => {});

window.finished = new Promise((resolve, reject) => {
  document.querySelector('input').addEventListener('change', async (event) => {
    try {
      const read = await started;
      const begun = performance.now();
      const answer = await read(event.target.files[0]);
      resolve({ secs: (performance.now() - begun) / 1000, text: await answer() });
    } catch (error) {
      reject(error);
    }
  });
});
window.finished.catch(() => {});

// The harness waits for a page with `loadstone`; the reader itself may take longer.
window.started = started;
window.loadstone = {};
