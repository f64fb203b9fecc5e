// Where an address leads, its reader sees: a fold that hides the place opens, and so do folds of a
// search's hit that alone hold words of it. A place that has moved to another page is one to which
// this page has a link.
{
  const FOLD = "details:not(.example)"; // the source of a figure is not searched
  const article = document.querySelector("article");
  const place = () => document.getElementById(decodeURIComponent(location.hash.slice(1)));

  const arrive = () => {
    const found = place();
    if (found) {
      const folds = [...document.querySelectorAll("details:not([open])")];
      const hiding = folds.filter((fold) => fold.contains(found));
      for (const fold of hiding) fold.open = true;
      if (hiding.length) found.scrollIntoView();
    } else if (location.hash) {
      const moved = article.querySelector(`a[href$="${CSS.escape(location.hash)}"]`);
      if (moved) location.replace(moved.href);
    }
  };

  // The theme marks the words of ?h= where they can be seen; a section ends at the next heading.
  const show = (words) => {
    const heading = place() ?? article.querySelector("h1");
    const [folds, seen] = [[], []];
    let part = heading?.nextElementSibling;
    for (; part && !part.matches("h1, h2, h3"); part = part.nextElementSibling) {
      const fold = part.matches(FOLD);
      if (fold) folds.push(part);
      seen.push((fold ? part.querySelector("summary") : part).textContent.toLowerCase());
    }
    const hidden = words.filter((word) => !seen.some((text) => text.includes(word)));
    for (const fold of folds) {
      const text = fold.textContent.toLowerCase();
      fold.open ||= hidden.some((word) => text.includes(word));
    }
  };

  if (article) {
    addEventListener("hashchange", arrive);
    arrive();
    show((new URLSearchParams(location.search).get("h") ?? "").split(/\s+/).filter(Boolean));
  }
}
