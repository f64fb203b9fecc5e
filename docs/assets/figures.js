// A figure opens larger on a click or Enter; Escape, the button or a click beside it closes it.
const larger = document.createElement("dialog");
larger.className = "larger md-typeset";
larger.setAttribute("aria-label", "Figure");
larger.addEventListener("click", (event) => {
  if (event.target === larger) larger.close();
});
document.body.append(larger);

document.addEventListener("click", (event) => {
  const link = event.target.closest("a.drawing__open");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const close = document.createElement("button");
  close.className = "larger__close";
  close.textContent = "Close";
  close.addEventListener("click", () => larger.close());
  const drawing = document.createElement("div"); // wider than a phone, it scrolls in both ways
  drawing.className = "larger__drawing";
  drawing.tabIndex = 0;
  drawing.append(...[...link.children].map((image) => image.cloneNode()));
  larger.replaceChildren(close, drawing, link.parentElement.querySelector("figcaption").cloneNode(true));
  larger.showModal();
});
