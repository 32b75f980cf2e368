// Starts the worker's program. A script that cannot be loaded is thrown again outside the promise, because only then
// does the page hear of it.
import init from './worker.js';

init().catch((error) => setTimeout(() => { throw error; }));
