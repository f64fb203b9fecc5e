// What a reader has done, kept in this browser alone: for a kind ("question", "exercise", …) and a
// name any value that JSON can hold. Where nothing may be kept, it lasts as long as the page.
{
  const KEY = "nnref-progress";
  let unkept = {};
  const read = () => {
    try {
      const kept = JSON.parse(localStorage.getItem(KEY));
      return kept && typeof kept === "object" ? kept : {};
    } catch {
      return unkept;
    }
  };
  const write = (all) => {
    unkept = all;
    try {
      localStorage.setItem(KEY, JSON.stringify(all));
    } catch {}
    dispatchEvent(new Event("progress"));
  };

  window.progress = {
    get: (kind, name) => read()[kind]?.[name],
    all: (kind) => ({ ...read()[kind] }),
    empty: () => !Object.keys(read()).length, // nothing yet, or all was cleared
    set(kind, name, value) {
      const all = read();
      write({ ...all, [kind]: { ...all[kind], [name]: value } });
    },
    clear: () => write({}),
  };
}
