// Starts the page. A file of its own because the page's policy forbids inline scripts.
// The bundler writes the hashed names of the page's code into the attributes of this script's tag.
const { app, wasm } = document.querySelector("script[data-app]").dataset;
const address = (path) => new URL(path, document.baseURI).href;

// Called by the page once it is on screen: loads the program that draws, and gives its one function.
window.loadstoneCharts = async () => {
  const { default: start, answer } = await import(address("charts.js"));
  await start();
  return answer;
};

// What `loadstone.schema()` gives.
const schema = fetch(address("config.schema.json"))
  .then((response) => response.json())
  .then((schema) => { window.loadstoneSchema = schema; }, () => {});

try {
  const { default: start } = await import(address(app));
  await start({ module_or_path: address(wasm) });
  await schema;
} catch (error) {
  const message = document.createElement("p");
  message.dataset.testid = "error";
  message.setAttribute("role", "alert");
  message.textContent =
    `Loadstone could not start (${error}): it needs a current Chrome, Edge, Firefox or Safari with WebAssembly SIMD.`;
  document.body.prepend(message);
  throw error;
}
