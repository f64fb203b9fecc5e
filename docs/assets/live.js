// Run and Edit on the page's examples: Python in a worker (scripts/browser/worker.mjs), which is
// fetched when the first of them is run. One namespace a page: what stands above runs first.
(() => {
  const { runtime, worker: code, modules, total } = document.currentScript.dataset;
  const address = (path) => new URL(path, location.href).href;
  const make = (tag, className = "", text = "") =>
    Object.assign(document.createElement(tag), { className, textContent: text });
  const button = (text) => Object.assign(make("button", "", text), { type: "button" });
  const megabytes = (bytes) => (bytes / 1e6).toFixed(1);
  const PATIENCE = 60_000; // milliseconds without a word from a Python that starts
  const DOUBLE = 500; // milliseconds in which a second press of a button is a slip

  const ENDED = "Python was ended.";
  const NAMES = { torch: "PyTorch" };
  const recorded = (needs) =>
    `Recorded: this needs ${NAMES[needs] ?? needs}, here or in an example above, which a browser has not.`;

  // ---- what was recorded, and whether what came is the same

  const NUMBER = /[+-]?(?:\d+\.\d*|\.\d+|\d+(?=e))(?:e[+-]?\d+)?/gi;
  const TRACE = "Traceback (most recent call last):";

  /** The printed number is the other one, rounded to its digits. */
  function agree(printed, other) {
    const [mantissa, exponent = 0] = printed.toLowerCase().split("e");
    const digits = mantissa.split(".")[1]?.length;
    if (!digits) return +printed === +other;
    return Math.abs(printed - other) <= 0.5000001 * 10 ** (exponent - digits);
  }

  function same(wanted, got) {
    if (wanted.includes(TRACE)) {
      const [before, error] = wanted.split(TRACE);
      const [printed, raised] = got.split(TRACE);
      const last = (text = "") => text.trimEnd().split("\n").pop();
      return same(before, printed) && raised !== undefined && same(last(error), last(raised));
    }
    const numbers = wanted.match(NUMBER) ?? [];
    if (numbers.length === (got.match(NUMBER) ?? []).length) {
      let place = 0;
      got = got.replace(NUMBER, (n) => (agree(numbers[place], n) ? numbers[place++] : (place++, n)));
    }
    const parts = wanted.trimEnd().split("...");
    const pattern = parts.map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&")).join("[^]*");
    return new RegExp(`^${pattern}$`).test(got.trimEnd());
  }

  /** The output in a session: its lines without a prompt. */
  const outputOf = (session) =>
    session.split("\n").filter((line) => !/^(>>>|\.\.\.)( |$)/.test(line)).join("\n").trimEnd();

  // ---- Python

  let python; // a promise of the worker, from the first Run on
  let current; // the cell that runs
  let era = 0; // how often Reset was pressed; what was begun before says nothing after
  let count = 0;
  const heard = (worker, tell) => new Promise((resolve, reject) => {
    let late;
    const wait = () => {
      clearTimeout(late);
      late = setTimeout(() => reject(new Error("it does not answer")), PATIENCE);
    };
    wait();
    worker.onerror = (event) => reject(new Error(event.message || "its worker cannot be loaded"));
    worker.onmessage = ({ data }) => {
      wait();
      if (data.loaded) tell(`Loading Python: ${megabytes(data.loaded)} of ${megabytes(data.total)} MB`);
      if (data.broken) reject(new Error(data.broken));
      if (data.ready) clearTimeout(late), resolve(worker);
    };
  });

  function start(tell) {
    tell("Loading Python");
    // A worker of a blob: is bound by the page's policy; one of an address would not be.
    const source = `import ${JSON.stringify(address(code))};`;
    const blob = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
    const worker = new Worker(blob, { type: "module" });
    worker.postMessage({
      start: { runtime: address(runtime), modules: address(modules), total: +total },
    });
    const started = heard(worker, tell);
    started.worker = worker;
    return started;
  }

  /** End Python; its names are gone, and every example counts as not yet run. */
  function end() {
    python?.worker.terminate();
    python = undefined;
    for (const example of examples) example.ran = false;
  }

  /** Run a job in the worker; `hear` is told what comes, and the promise is for the end. */
  function ask(worker, job, hear) {
    const id = ++count;
    return new Promise((resolve, reject) => {
      worker.onerror = (event) => reject(new Error(event.message));
      worker.onmessage = ({ data }) => {
        if (data.broken) reject(new Error(data.broken));
        else if (data.id === id && data.end) resolve(data.end);
        else if (data.id === id) hear(data);
      };
      worker.postMessage({ run: { id, ...job } });
      current.abort = reject;
    });
  }

  const BUSY = "Wait until the running example has ended.";
  const waiting = []; // the lines that say so, until it has
  function busy(status) {
    status.textContent = BUSY;
    waiting.push(status);
  }

  // ---- what has a button that runs code: an example, or an exercise (exercises.js)

  class Cell {
    constructor(box, name, other) {
      this.name = name;
      this.go = button(name);
      this.change = button(other);
      this.status = make("span", "live-status");
      this.status.setAttribute("role", "status");
      this.results = make("div", "live-results");
      const bar = make("div", "live-bar");
      bar.append(this.go, this.change, this.status);
      box.append(bar, this.results);
      this.go.addEventListener("click", () => this.press());
    }

    tell(text) {
      this.status.textContent = text;
    }

    press() {
      if (current === this) performance.now() - this.since > DOUBLE && this.stop();
      else if (current) busy(this.status);
      else this.begin();
    }

    /** Have the button say what a press does from now on. */
    label(text) {
      this.go.textContent = text;
      this.since = performance.now();
    }

    clear() {
      this.results.replaceChildren();
      this.tell("");
    }

    /** Have Python do a job: how it ends, or nothing where Python itself has ended. */
    async work(job, hear) {
      const started = era;
      current = this;
      this.stopped = this.running = false;
      this.clear();
      this.label("Stop");
      const token = (this.token = URL.createObjectURL(new Blob([""])));
      try {
        python ??= start((said) => current?.tell(said));
        const worker = await Promise.race([python, new Promise((_, no) => (this.abort = no))]);
        this.tell("Running");
        this.running = true;
        return await ask(worker, { ...job, token }, hear);
      } catch (error) {
        end();
        if (era !== started) this.clear();
        else {
          const what = error.message === ENDED ? ENDED : `Python has ended (${error.message}).`;
          this.tell(`${what} The names of this page are lost; ${this.name} starts it again.`);
        }
      } finally {
        URL.revokeObjectURL(token);
        this.go.textContent = this.name;
        current = undefined;
        for (const status of waiting.splice(0)) if (status.textContent === BUSY) status.textContent = "";
      }
    }

    /** The first press asks Python to stop; the second ends it, and so does one while it starts. */
    stop() {
      if (this.stopped || !this.running) return this.abort(new Error(ENDED));
      URL.revokeObjectURL(this.token);
      this.stopped = true;
      this.label("End Python");
      this.tell("Stopping. If it goes on, press again: that ends Python, and all names are lost.");
    }

    write(text, label) {
      this.editor = make("textarea", "live-editor");
      Object.assign(this.editor, { value: text, spellcheck: false, wrap: "off" });
      this.editor.setAttribute("aria-label", label);
      this.editor.setAttribute("autocapitalize", "off");
      this.editor.addEventListener("keydown", (event) => this.key(event));
    }

    key(event) {
      if (event.key !== "Enter") return;
      if (event.ctrlKey || event.metaKey) {
        event.preventDefault();
        if (!event.repeat) this.press();
      } else if (!event.shiftKey) {
        const { value, selectionStart: here, selectionEnd } = this.editor;
        const line = value.slice(value.lastIndexOf("\n", here - 1) + 1, here);
        const indent = /^ */.exec(line)[0] + (line.trimEnd().endsWith(":") ? "    " : "");
        if (!indent) return;
        event.preventDefault();
        this.editor.setRangeText(`\n${indent}`, here, selectionEnd, "end");
      }
    }
  }

  class Example extends Cell {
    constructor(box) {
      super(box, "Run", "Edit");
      this.original = box.dataset.copy;
      this.session = box.querySelector("pre");
      this.wanted = outputOf(box.querySelector("code").textContent);
      this.ran = false;
      this.change.addEventListener("click", () => (this.editor ? this.restore() : this.edit()));
    }

    get code() {
      return this.editor?.value ?? this.original;
    }

    begin() {
      runFrom(this);
    }

    edit() {
      this.write(this.original, "The example's code; Control and Enter run it");
      this.editor.rows = this.original.split("\n").length + 1;
      this.session.hidden = true;
      this.session.before(this.editor);
      this.change.textContent = "Undo changes";
      this.editor.focus();
    }

    restore() {
      this.editor.remove();
      this.editor = undefined;
      this.session.hidden = false;
      this.change.textContent = "Edit";
      this.clear();
    }

    /** Run; say whether the examples behind it may go on. */
    async run(above) {
      const text = make("pre", "live-text");
      const title = make("p", "live-title", "Now");
      const hear = (data) => {
        if (data.loaded) this.tell(`Loading matplotlib: ${megabytes(data.loaded)} MB`);
        if (data.text) text.append(data.text);
        if (data.figure) this.results.append(picture(data.figure));
      };
      text.tabIndex = 0;
      text.setAttribute("aria-label", "Output");
      const code = this.code;
      const working = this.work({ code }, hear);
      this.results.append(text);
      const result = await working;
      if (result) {
        this.ran = true;
        this.finish(result, text, code, above, title);
      }
      if (!text.textContent) text.remove();
      return result && !result.stopped;
    }

    finish({ error, line, stopped, ms }, text, code, above, title) {
      text.append(error);
      const time = ms < 1000 ? `${Math.max(1, Math.round(ms))} ms` : `${(ms / 1000).toFixed(1)} s`;
      if (stopped) {
        this.tell("Stopped. The names that it has set are kept.");
        return;
      }
      const equal = same(this.wanted, text.textContent);
      if (error && !equal && line) this.results.prepend(marked(code, line));
      if (equal && above) text.textContent = "";
      if (!equal && this.wanted && text.textContent) {
        text.before(title);
        this.results.append(make("p", "live-title", "Recorded"), make("pre", "live-text", this.wanted));
      }
      const other = code === this.original ? ": not as recorded"
        : text.textContent ? "; it prints something else than recorded" : ""; // as its reader wants it
      const how = equal ? ": as recorded" : error ? `: an error in line ${line}` : other;
      this.tell(`${above ? "Ran first" : "Done"} in ${time}${how}.`);
    }
  }

  function marked(code, line) {
    const shown = make("pre", "live-text");
    code.split("\n").forEach((each, place) => {
      const row = make(place + 1 === line ? "mark" : "span", "", `${place + 1}  ${each}`);
      if (Math.abs(place + 1 - line) < 3) shown.append(row, "\n");
    });
    return shown;
  }

  function picture([light, dark]) {
    const figure = make("figure", "drawing");
    for (const [scheme, drawing] of Object.entries({ light, dark })) {
      const image = make("img", `drawing-${scheme}`);
      image.src = `data:image/svg+xml,${encodeURIComponent(drawing)}`;
      image.alt = "The figure that the example has drawn";
      figure.append(image);
    }
    return figure;
  }

  // ---- the page

  /** Run an example, and before it those above it that have not run yet. */
  async function runFrom(example) {
    const above = examples.slice(0, examples.indexOf(example)).filter((each) => !each.ran);
    const started = era;
    for (const each of above) {
      example.tell("Waits for the examples above");
      const done = await each.run(true);
      if (era !== started) return;
      if (!done) return example.tell("An example above was stopped.");
    }
    await example.run(false);
  }

  async function runAll() {
    if (current) return busy(page);
    const started = era;
    const tell = (text) => era === started && (page.textContent = text);
    for (const [place, each] of examples.entries()) {
      tell(`Example ${place + 1} of ${examples.length}`);
      if (!(await each.run(false))) return tell(`Stopped at example ${place + 1}.`);
    }
    tell(`All ${examples.length} examples have run.`);
  }

  /** A new Python, because a reader may have changed any module, or filled the memory. */
  function reset() {
    era++;
    current?.abort(new Error(ENDED));
    end();
    for (const each of examples) {
      each.editor ? each.restore() : each.clear();
    }
    page.textContent = "All names, results and changes of this page are gone.";
  }

  if (!document.documentElement.classList.contains("live")) return;
  const examples = [];
  for (const box of document.querySelectorAll(".highlight[data-needs]")) {
    if (box.dataset.needs) box.append(make("p", "live-bar", recorded(box.dataset.needs)));
    else examples.push(new Example(box));
  }
  const page = document.querySelector(".live-note [role=status]");
  document.querySelector("[data-live=all]").addEventListener("click", runAll);
  document.querySelector("[data-live=reset]").addEventListener("click", reset);
  addEventListener("pagehide", end);
  window.live = { Cell, make, marked };
})();
