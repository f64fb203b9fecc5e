// A script comes when what it moves comes near: an element names its script in data-script, a file
// beside this one without its .js. Each is loaded once.
{
  const here = document.currentScript.src;
  const asked = new Set();
  const load = (name) => {
    if (asked.has(name)) return;
    asked.add(name);
    const src = new URL(`${name}.js`, here).href;
    document.head.append(Object.assign(document.createElement("script"), { src }));
  };
  const watcher = new IntersectionObserver((seen) => {
    for (const { isIntersecting, target } of seen) {
      if (!isIntersecting) continue;
      watcher.unobserve(target);
      load(target.dataset.script);
    }
  }, { rootMargin: "50%" });
  for (const each of document.querySelectorAll("[data-script]")) watcher.observe(each);
}
