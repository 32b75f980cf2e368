// Runs before every document: lets a worker that is started from a blob tell how large its WebAssembly memory is.
(() => {
  const inWorker = () => {
    const memories = new Set();
    const keep = (item) => item instanceof WebAssembly.Memory && memories.add(item);
    for (const name of ['instantiate', 'instantiateStreaming']) {
      const original = WebAssembly[name];
      WebAssembly[name] = async (...given) => {
        const made = await original.apply(WebAssembly, given);
        keep(given[1]?.env?.memory);
        Object.values((made.instance ?? made).exports ?? {}).forEach(keep);
        return made;
      };
    }
    const channel = new BroadcastChannel('wasm-memory');
    channel.onmessage = ({ data }) => {
      if (data !== 'ask' || memories.size === 0) return;
      let bytes = 0;
      for (const memory of memories) bytes += memory.buffer.byteLength;
      channel.postMessage(bytes);
    };
  };
  const PlainBlob = window.Blob;
  window.Blob = class Blob extends PlainBlob {
    constructor(parts = [], options = {}) {
      super(options.type === 'text/javascript' ? [`(${inWorker})();`, ...parts] : parts, options);
    }
  };
  // WebAssembly memory never shrinks, so its size at the end is its peak. Null if no worker answers.
  window.wasmMemoryBytes = () => new Promise((resolve) => {
    const channel = new BroadcastChannel('wasm-memory');
    const done = (bytes) => {
      channel.close();
      resolve(bytes);
    };
    channel.onmessage = ({ data }) => { if (data !== 'ask') done(data); };
    channel.postMessage('ask');
    setTimeout(() => done(null), 3000);
  });
})();
