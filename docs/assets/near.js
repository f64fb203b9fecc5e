// Scripts come when what they move comes near: an element names them in data-script, files beside this
// one without their .js. Each is loaded once; those of an element run in their order.
{
  const here = document.currentScript.src;
  const asked = new Set();
  const load = (name) => {
    if (asked.has(name)) return;
    asked.add(name);
    const src = new URL(`${name}.js`, here).href;
    document.head.append(Object.assign(document.createElement("script"), { src, async: false }));
  };
  const watcher = new IntersectionObserver((seen) => {
    for (const { isIntersecting, target } of seen) {
      if (!isIntersecting) continue;
      watcher.unobserve(target);
      target.dataset.script.split(" ").forEach(load);
    }
  }, { rootMargin: "50%" });
  for (const each of document.querySelectorAll("[data-script]")) watcher.observe(each);
}
