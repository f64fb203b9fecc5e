// Exercises: an editor over the code to begin with, Check, and what each test says. Python is the
// page's own (live.js); what a reader has written and solved stays in this browser (progress.js).
(() => {
  const KIND = "exercise";

  function begin() {
    const { Cell, make, marked } = live;

    /** A text whose `code` is code. */
    const spoken = (tag, text, className = "") => {
      const element = make(tag, className);
      text.split("`").forEach((part, place) => element.append(place % 2 ? make("code", "", part) : part));
      return element;
    };

    class Exercise extends Cell {
      constructor(box) {
        const code = box.querySelector(".highlight");
        super(code, "Check", "Start over");
        this.exercise = box.dataset.exercise;
        this.mirror = code.querySelector("pre"); // it gives the editor its height, and is printed
        this.start = this.mirror.textContent.trimEnd() + "\n    ";
        this.results.classList.add("exercise-results");
        this.said = make("div");
        this.said.setAttribute("role", "status");
        this.results.before(this.said);
        this.write(this.start, `Your answer for ${this.exercise}; Control and Enter check it`);
        this.editor.addEventListener("input", () => this.set(this.editor.value));
        this.editor.addEventListener("change", () => this.keep());
        const field = make("div", "exercise-editor");
        this.mirror.before(field);
        field.append(this.mirror, this.editor);
        this.change.addEventListener("click", () => this.startOver());
        const { code: kept, right } = progress.get(KIND, this.exercise) ?? {};
        this.set(kept ?? this.start);
        this.right = right;
        if (right) this.tell("You have solved this one.");
        addEventListener("progress", () => {
          this.right = progress.get(KIND, this.exercise)?.right;
          if (progress.empty()) this.set(this.start), this.clear(); // all was cleared
        });
      }

      set(code, before) {
        if (this.editor.value !== code) this.editor.value = code;
        this.mirror.querySelector("code").textContent = `${code}\n`;
        this.before = before; // what Start over has taken away, until something else is written
        this.change.textContent = before === undefined ? "Start over" : "Take it back";
      }

      keep() {
        progress.set(KIND, this.exercise, { code: this.editor.value, right: this.right });
      }

      startOver() {
        const { before, start, editor: { value } } = this;
        this.set(before ?? start, before === undefined && value !== start ? value : undefined);
        progress.set(KIND, this.exercise, undefined);
        this.clear();
        this.editor.focus();
      }

      clear() {
        super.clear();
        this.said?.replaceChildren();
      }

      async begin() {
        const code = this.editor.value;
        const printed = make("pre", "live-text");
        const result = await this.work({ code, exercise: this.exercise }, ({ text }) => {
          if (!printed.isConnected) this.results.prepend(make("p", "live-title", "Printed"), printed);
          printed.append(text);
        });
        if (result?.stopped) this.tell("Stopped.");
        else if (result?.error) this.fail(result, code);
        else if (result) this.report(result);
      }

      fail({ error, line, said }, code) {
        this.tell(line ? `An error in line ${line}.` : "Nothing to check yet.");
        const last = error.trimEnd().split("\n").pop();
        this.said.append(spoken("p", last));
        if (said) this.said.append(spoken("p", said, "exercise-said"));
        if (line) this.results.append(marked(code, line));
      }

      report({ tests, said }) {
        const wrong = tests.filter((test) => !test.right);
        this.right ||= !wrong.length;
        this.keep();
        this.tell(`${tests.length - wrong.length} of ${tests.length} tests right.`);
        const advice = wrong.length ? said : "That is right.";
        if (advice) this.said.append(spoken("p", advice, "exercise-said"));
        const list = make("ol");
        for (const { call, came, wanted, right, hint } of [...wrong, ...tests.filter((test) => test.right)]) {
          const row = make("li", right ? "right" : "wrong");
          const called = call.includes("`") ? spoken("span", call) : make("code", "", call);
          row.append(make("b", "", right ? "Right" : "Not yet"), " ", called, ` ${came}`);
          row.append(right ? "." : `; wanted ${wanted}.`);
          if (hint) row.append(spoken("p", hint));
          list.append(row);
        }
        this.results.append(list);
      }

      key(event) {
        super.key(event);
        this.set(this.editor.value);
      }
    }

    for (const box of document.querySelectorAll(".exercise")) new Exercise(box);
    for (const line of document.querySelectorAll(".exercises-done")) count(line);
  }

  function count(line) {
    const tell = () => {
      const solved = Object.values(progress.all(KIND)).filter((each) => each.right).length;
      line.textContent = `You have solved ${solved} of ${line.dataset.count} exercises in this browser.`;
    };
    addEventListener("progress", tell);
    tell();
  }

  if (!document.documentElement.classList.contains("live")) return;
  if (window.live) begin();
  else addEventListener("DOMContentLoaded", begin);
})();
