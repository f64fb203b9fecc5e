// What the theme leaves without a name, out of the keyboard's reach, or named as more than it is.
document.querySelector(".md-search")?.setAttribute("aria-label", "Search");

// A branch of the menu that has a page of its own is named by an arrow alone.
for (const branch of document.querySelectorAll(".md-nav__container ~ .md-nav")) {
  branch.removeAttribute("aria-labelledby");
  branch.setAttribute("aria-label", branch.querySelector(".md-nav__title").textContent.trim());
}

// A name in a page's contents breaks behind its underscores.
for (const entry of document.querySelectorAll(".md-nav--secondary .md-ellipsis")) {
  if (entry.childElementCount || !entry.textContent.includes("_")) continue;
  const parts = entry.textContent.trim().split(/(?<=_)(?=[^_])/);
  entry.replaceChildren(...parts.flatMap((part) => [document.createElement("wbr"), part]));
}

const repair = () => {
  // A code block's buttons are no place to go to; the theme makes each a landmark.
  for (const nav of document.querySelectorAll("nav.md-code__nav:not([role])")) {
    nav.setAttribute("role", "presentation");
  }
  // A table wider than the screen scrolls with the arrow keys, once one can get to it.
  for (const wrap of document.querySelectorAll(".md-typeset__scrollwrap:not([tabindex])")) {
    if (wrap.scrollWidth > wrap.clientWidth) wrap.tabIndex = 0;
  }
};
new MutationObserver(repair).observe(document.body, { childList: true, subtree: true });
repair();
