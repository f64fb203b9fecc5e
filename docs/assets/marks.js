// Marks in the menu: how many of a page's questions and exercises a reader has done (progress.js).
// A page counts its own when it is read and when something is done; what it has counted is kept, so
// that the menu of every page can tell it.
{
  const root = new URL("..", document.currentScript.src).href;
  const address = (url) => url.split(/[?#]/)[0].replace(root, "") || "index.html";
  const asked = [...document.querySelectorAll("[data-question], [data-exercise]")];
  const solved = ({ dataset: { question, exercise } }) =>
    question ? progress.get("question", question) : progress.get("exercise", exercise)?.right;
  const make = (className, textContent) =>
    Object.assign(document.createElement("span"), { className, textContent });

  function count() {
    const page = address(location.href);
    const counted = [asked.filter(solved).length, asked.length];
    const kept = progress.get("page", page) ?? [0];
    if (counted[0] + kept[0] && String(counted) !== String(kept)) progress.set("page", page, counted);
  }

  function mark() {
    const pages = progress.all("page");
    for (const link of document.querySelectorAll(".md-nav--primary a.md-nav__link[href]")) {
      link.querySelector(".done")?.remove();
      const [done, all] = pages[address(link.href)] ?? [0];
      if (!done || link.closest(".md-nav--secondary")) continue;
      const shown = make("done", done < all ? `${done}/${all}` : "✓");
      shown.ariaHidden = "true";
      const mark = make("done", "");
      mark.append(shown, make("heard", `, ${done} of ${all} done`));
      link.append(mark);
    }
  }

  let counting = false;
  function renew() {
    if (counting) return;
    counting = true; // what is kept now calls this again
    count();
    counting = false;
    mark();
  }
  addEventListener("progress", renew);
  renew();

  for (const button of document.querySelectorAll(".clear-kept button")) {
    button.disabled = false;
    button.addEventListener("click", () => {
      progress.clear();
      button.nextElementSibling.textContent = "Cleared: this browser keeps nothing of what you did here.";
    });
  }
}
