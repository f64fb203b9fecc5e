// One Python a page, off the page's own thread.
// in:  { start: { runtime, modules, total } }, { run: { id, code, token } }
// out: { loaded, total }, { ready }, { broken }, and of a run { id, loaded }, { id, text },
//      { id, figure: [light, dark] }, { id, end: { error, line, stopped, ms } }
const MOST_TEXT = 60_000; // characters of one run, and of its error
const MOST_MEMORY = 2 ** 30; // bytes; WebAssembly would take four times as many before it says no
const ASK = 50; // milliseconds between two questions whether to stop
const PATIENCE = 50; // milliseconds for which output is gathered
const TELL = 250; // milliseconds between two words of what has been loaded
let python, console_, fromRuntime;

// ---- limits

const grow = WebAssembly.Memory.prototype.grow;
WebAssembly.Memory.prototype.grow = function (pages) {
  if (this.buffer.byteLength + pages * 2 ** 16 > MOST_MEMORY) throw new RangeError("enough");
  return grow.call(this, pages); // where it throws, Python raises MemoryError
};
self.close = undefined; // a worker that ends itself tells nobody

// ---- loading: each file once a browser, with the megabytes told

const fetched = self.fetch.bind(self);

async function forgetOthers(runtime) {
  const site = runtime.replace(/[^/]+\/$/, "");
  for (const name of (await self.caches?.keys()) ?? [])
    if (name.startsWith(site) && name !== runtime) caches.delete(name);
}

const unkept = []; // to write files takes time that a start needs

function keep() {
  for (const put of unkept.splice(0)) put().catch(() => {}); // a full disk is no error
}

/**
 * Takes files of the runtime from the browser's own store, where it has one: their folder's name
 * is their hash. Of what comes over the network it tells how many bytes have come.
 */
function storing(runtime, tell) {
  let [loaded, told] = [0, 0];
  return async (resource, options) => {
    const address = String(resource.url ?? resource);
    const store = address.startsWith(runtime) && (await self.caches?.open(runtime));
    const known = store && (await store.match(address));
    if (known) return known;
    const answer = await fetched(resource, options);
    if (!answer.ok || !answer.body) return answer;
    if (store) {
      const copy = answer.clone();
      unkept.push(() => store.put(address, copy));
    }
    const count = new TransformStream({
      transform(chunk, controller) {
        loaded += chunk.length;
        if (performance.now() - told > TELL) {
          tell(loaded);
          told = performance.now();
        }
        controller.enqueue(chunk);
      },
    });
    const { status, statusText, headers } = answer;
    return new Response(answer.body.pipeThrough(count), { status, statusText, headers });
  };
}

async function start({ runtime, modules, total }) {
  new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0)); // refused? better said now
  fromRuntime = (tell) => storing(runtime, tell);
  self.fetch = fromRuntime((loaded) => postMessage({ loaded, total }));
  const archive = self.fetch(modules).then((answer) => answer.arrayBuffer());
  const { loadPyodide } = await import(runtime + "pyodide.mjs");
  python = await loadPyodide({
    indexURL: runtime,
    packageBaseUrl: runtime,
    packages: ["numpy"],
    env: { HOME: "/home/pyodide", MPLBACKEND: "module://browser.backend" },
  });
  python.unpackArchive(await archive, "zip", { extractDir: "/home/pyodide" });
  self.fetch = fetched;
  python.setStdout({ write, isatty: false });
  python.setStderr({ write, isatty: false });
  python.setStdin({ error: true });
  python.setInterruptBuffer(interrupts);
  console_ = python.pyimport("browser.console");
  postMessage({ ready: true });
  keep();
  forgetOthers(runtime).catch(() => {});
}

/** Load what draws figures, which few examples need. */
async function prepareFigures(id) {
  self.fetch = fromRuntime((loaded) => postMessage({ id, loaded }));
  await python.loadPackage("matplotlib", { messageCallback() {} });
  self.fetch = fetched;
  python.pyimport("browser.console").prepare_figures();
  keep();
}

// ---- stopping: the page revokes a blob: URL, and Python raises KeyboardInterrupt
// Shared memory would need headers that few servers send, and ending the worker loses all names.

const Request = self.XMLHttpRequest;
let token, next;

function revoked() {
  const request = new Request();
  try {
    request.open("GET", token, false);
    request.send();
    return request.status !== 200;
  } catch {
    return true;
  }
}

const interrupts = {
  get 0() {
    if (!token || performance.now() < next) return 0;
    const stop = revoked();
    next = performance.now() + ASK;
    if (!stop) return 0;
    token = undefined;
    return 2; // SIGINT
  },
  set 0(_) {},
};

// ---- running

const decoder = new TextDecoder();
let id, gathered, length, last;

function write(bytes) {
  if (length < MOST_TEXT) {
    gathered += decoder.decode(bytes, { stream: true }).slice(0, MOST_TEXT - length);
    length += bytes.length;
    if (length >= MOST_TEXT) gathered += "\n… the rest of the output is not shown\n";
    if (performance.now() - last > PATIENCE) flush();
  }
  return bytes.length;
}

function flush() {
  if (gathered) postMessage({ id, text: gathered });
  gathered = "";
  last = performance.now();
}

/** An error's text: of a long one its beginning and its end, where its name stands. */
const shortened = (text) =>
  text.length > MOST_TEXT
    ? `${text.slice(0, MOST_TEXT / 2)}\n… the rest …\n${text.slice(-MOST_TEXT / 2)}`
    : text;

async function run({ id: number, code, token: url, exercise }) {
  [id, gathered, length, last] = [number, "", 0, performance.now()];
  if (/\bmatplotlib\b/.test(code)) await prepareFigures(id);
  const begin = performance.now();
  [token, next] = [url, begin + ASK];
  if (exercise) { // its name; the code is an answer, and what comes of it answers.py says
    const end = JSON.parse(python.pyimport("browser.answers").check(exercise, code));
    token = undefined;
    flush();
    return postMessage({ id, end });
  }
  const result = console_.run(code, (light, dark) => postMessage({ id, figure: [light, dark] }));
  token = undefined;
  const [error, line, stopped] = result.toJs();
  result.destroy();
  flush();
  postMessage({ id, end: { error: shortened(error), line, stopped, ms: performance.now() - begin } });
}

self.onmessage = async ({ data }) => {
  try {
    if (data.start) await start(data.start);
    if (data.run) await run(data.run);
  } catch (error) {
    // Of a Python error the last line says what it is.
    postMessage({ broken: String(error?.message ?? error).trim().split("\n").pop() });
  }
};
