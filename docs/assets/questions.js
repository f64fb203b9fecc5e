// Questions that answer back. The build writes each as a form with its choices and what is said to
// them; here answers are checked, and what was right is kept (progress.js). The fold with the answer
// follows its form and opens when the answer is right.
{
  const KIND = "question";
  const forms = [...document.querySelectorAll("form.question")];
  const solved = (form) => progress.get(KIND, form.dataset.question);
  const line = (...parts) => {
    const made = document.createElement("p");
    made.append(...parts.map((part) => (part.cloneNode ? part.cloneNode(true) : part)));
    for (const each of made.querySelectorAll("[hidden]")) each.hidden = false;
    return made;
  };

  const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

  /** What was written as a number: 1,024 or 1'024 or 0,5 or 1/6 or 1e-3; else NaN. */
  function number(text) {
    text = text.replace(/\s/g, "").replace(/[\u2212\u2013]/g, "-"); // minus signs that are pasted
    if (/^-?[1-9]\d{0,2}(([,'’])\d{3})(\2\d{3})*(\.\d+)?$/.test(text)) text = text.replace(/[,'’]/g, "");
    const [above, below = "1", ...more] = text.replaceAll(",", ".").split("/");
    if (more.length || !DECIMAL.test(above) || !DECIMAL.test(below)) return NaN;
    return +below ? above / below : Infinity;
  }
  const near = (given, value, within) =>
    Math.abs(given - value) <= +within + 1e-9 * Math.max(1, Math.abs(value));

  /** What is wrong with the number in a field, as a line, or nothing. */
  function wrongNumber(field, feedback, name) {
    const { value, within } = field.dataset;
    const given = number(field.value);
    if (near(given, value, within)) return;
    const tempting = feedback.find((each) => near(given, each.dataset.value, within));
    if (tempting) return line(...name, tempting);
    if (given < Infinity && given > -Infinity) return line(...name, `${field.value} is not it.`);
    if (!isNaN(given)) return line(...name, "That is no number.");
    const alone = /^\s*(-?\d[\d.,]*)(?![\d.,x])/i.exec(field.value); // before a unit or a word
    return line(...name, alone ? `The number alone, such as ${alone[1]}.` : "Write a number, such as 0.25 or 1/6.");
  }

  /** Whether a form's answers are right, and what is said to them. */
  function judge(form) {
    const fields = [...form.querySelectorAll("input")];
    const said = [];
    let right = true;
    for (const field of fields) {
      const item = field.closest("li");
      const feedback = [...item.querySelectorAll(":scope > span")];
      const name = field.type !== "radio" && fields.length > 1 ? [item.querySelector("label > span"), ": "] : [];
      if (field.type === "text") {
        const wrong = wrongNumber(field, feedback, name);
        field.ariaInvalid = wrong ? "true" : null;
        if (wrong) said.push(wrong), (right = false);
      } else {
        if (field.checked !== "right" in field.dataset) right = false;
        if (field.checked && feedback.length) said.push(line(...name, ...feedback));
      }
    }
    return [right, said];
  }

  function begin(form) {
    const [check, again] = form.querySelectorAll("button");
    const status = form.querySelector("[role=status]");
    const fields = [...form.querySelectorAll("input")], written = fields[0].type === "text";
    const show = (state, words, said = []) => {
      form.dataset.state = state;
      status.replaceChildren(...(words ? [line(words)] : []), ...said);
    };
    let tries = 0;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      status.ariaLive = "polite";
      if (!fields.some((field) => (written ? field.value.trim() : field.checked)))
        return show("", written ? "Enter a number first." : "Choose an answer first.");
      const [right, said] = judge(form);
      tries += 1;
      again.hidden = false;
      if (!right) return show("wrong", said.length ? "Not yet." : "Right so far, but something is missing.", said);
      if (!solved(form)) progress.set(KIND, form.dataset.question, tries);
      form.nextElementSibling.open = true;
      show("right", `Right. On this page you have answered ${forms.filter(solved).length} of ${forms.length}.`, said);
    });
    form.addEventListener("reset", () => {
      tries = 0;
      again.hidden = true;
      form.nextElementSibling.open = false;
      for (const field of fields) field.ariaInvalid = null;
      show("", "");
    });
    again.addEventListener("click", () => fields[0].focus());
    form.addEventListener("input", () => {
      if (form.dataset.state === "right") show("", ""); // it was said of another answer
    });
    addEventListener("progress", () => {
      if (form.dataset.state === "right" && !solved(form)) form.reset(); // all was cleared
    });
    status.ariaLive = "off"; // what follows is no news
    if (solved(form)) show("right", "You have answered this before. " +
      (written ? "Enter it again to check." : "Choose again to check."));
    check.disabled = false;
  }
  forms.forEach(begin);
}
