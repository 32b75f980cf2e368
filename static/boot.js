// Starts the page. A file of its own because the page's policy forbids inline scripts.
// The bundler writes the hashed names of the page's code into the attributes of this script's tag.
const { app, wasm } = document.querySelector("script[data-app]").dataset;
const address = (path) => new URL(path, document.baseURI).href;

// The program that draws is fetched beside the page and behind it in line, since the first result has charts.
const charts = import(address("charts.js")).then(async ({ default: start, answer }) => {
  await start({ module_or_path: fetch(address("charts_bg.wasm"), { priority: "low" }) });
  return answer;
});
// The page asks for its one function, and says so if there is none.
charts.catch(() => {});
window.loadstoneCharts = () => charts;

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
