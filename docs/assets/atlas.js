// The atlas: find who prints a number, hide what is not asked for, copy the code that asked.
const questions = [...document.querySelectorAll(".atlas section")];

const element = (name, text = "", properties = {}) =>
  Object.assign(document.createElement(name), { textContent: text }, properties);

// A typed number stands for all that round to it.
const reading = (text) => {
  const typed = text.trim().replace("−", "-").replace(",", ".");
  const parts = /^[-+]?\d*(?:\.(\d*))?(?:e([-+]?\d+))?$/i.exec(typed);
  if (!typed || !parts || Number.isNaN(Number(typed))) return null;
  const unit = 10 ** (Number(parts[2] ?? 0) - (parts[1] ?? "").length);
  return { value: Number(typed), slack: unit * 0.5000001 };
};

const find = () => {
  const form = document.getElementById("finder");
  const found = document.getElementById("found");
  const fields = [form.elements.first, form.elements.second];
  const typed = fields.map((field) => reading(field.value));
  fields.forEach((field, i) => {
    const wrong = field.value.trim() && !typed[i];
    field.setAttribute("aria-invalid", wrong ? "true" : "false");
  });
  const columns = form.elements.example.value.split(" ").map((path) => {
    const [question, part] = path.split("/");
    return { question: document.getElementById(question), part: Number(part) };
  });
  const asked = element("ol");
  for (const { question, part } of columns) {
    const link = element("a", question.querySelector("h3").textContent, { href: `#${question.id}` });
    const name = question.querySelectorAll("tbody tr:first-child i")[part];
    const item = element("li");
    item.append(link, name ? ` (${name.textContent})` : "");
    asked.append(item);
  }
  found.replaceChildren(asked);
  if (fields.some((field) => field.getAttribute("aria-invalid") === "true")) {
    found.append(element("p", "Write a number such as 0.8798 or 1e-7."));
    return;
  }
  if (!typed[0] && !typed[1]) return;

  const libraries = new Map();
  columns.forEach(({ question, part }, i) => {
    for (const row of question.querySelectorAll("tbody tr")) {
      const value = row.querySelectorAll("data")[part];
      const words = row.cells[2].firstChild?.data?.trim() ?? "";
      for (const library of row.querySelectorAll("[data-library]")) {
        const name = library.dataset.library;
        const entry = libraries.get(name) ?? { title: library.textContent, answers: [] };
        entry.answers[i] = { value, words };
        libraries.set(name, entry);
      }
    }
  });
  const fits = (answer, number) =>
    answer?.value?.value !== undefined && answer.value.value !== "" &&
    Math.abs(Number(answer.value.value) - number.value) <=
      number.slack + 1e-6 * Math.abs(number.value);
  const wanted = [0, 1].filter((i) => typed[i]);
  const groups = new Map();
  for (const { title, answers } of libraries.values()) {
    if (!wanted.every((i) => fits(answers[i], typed[i]))) continue;
    const words = [...new Set(answers.map((answer) => answer?.words).filter(Boolean))].join("; ");
    groups.set(words, [...(groups.get(words) ?? []), title]);
  }
  const list = element("ul");
  for (const [words, titles] of groups) {
    const item = element("li");
    item.append(element("strong", words || "No name for the convention"), `: ${titles.join(", ")}`);
    list.append(item);
  }
  if (list.childElementCount) {
    found.append(list);
    return;
  }
  const values = wanted.map((i) => {
    const all = [...libraries.values()].map(({ answers }) => answers[i]?.value?.textContent);
    return [...new Set(all.filter(Boolean))].join(", ");
  });
  found.append(element("p", `No library gives this. They give ${values.join(" and ")}.`));
};

const filter = () => {
  const form = document.getElementById("filter");
  const text = form.elements.text.value.trim().toLowerCase();
  const library = form.elements.library.value;
  const odd = form.elements.odd.checked;
  let count = 0;
  for (const question of questions) {
    const topic = question.parentElement.previousElementSibling.textContent;
    let shown = false;
    for (const row of question.querySelectorAll("tbody tr")) {
      const has = (name) => row.querySelector(`[data-library="${name}"]`);
      const fits = (!library || has(library)) && (!odd || "odd" in row.dataset);
      shown ||= fits;
      row.hidden = !fits && !has("nnref");
    }
    for (const code of question.querySelectorAll("[data-libraries]")) {
      const names = code.dataset.libraries.split(" ");
      code.hidden = library && !names.includes(library) && !names.includes("nnref");
    }
    const heading = question.querySelector("h3").textContent;
    question.hidden = !shown || !`${topic} ${heading} ${question.id}`.toLowerCase().includes(text);
    count += !question.hidden;
  }
  for (const block of document.querySelectorAll(".atlas")) {
    if (block.querySelector("section"))
      block.hidden = block.previousElementSibling.hidden = !block.querySelector("section:not([hidden])");
  }
  document.getElementById("counted").textContent = `${count} of ${questions.length} questions`;
};

// The code of an answer runs with what stands before it.
const offer = (details) => {
  for (const code of details.querySelectorAll("pre[data-before]")) {
    if (code.previousElementSibling.querySelector("button")) continue;
    const button = element("button", "Copy", { type: "button", className: "md-button" });
    button.addEventListener("click", async () => {
      const before = document.getElementById(`before-${code.dataset.before}`).textContent;
      await navigator.clipboard.writeText(`${before}\n\n\n${code.textContent}\n`);
      button.textContent = "Copied";
    });
    code.previousElementSibling.append(" ", button);
  }
};

for (const [id, act] of [["finder", find], ["filter", filter]]) {
  const form = document.getElementById(id);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", act);
}
for (const block of document.querySelectorAll(".atlas"))
  block.addEventListener("toggle", (event) => offer(event.target), true);
find();
filter();
