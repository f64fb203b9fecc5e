// node compile.mjs RAW MADE: copy the runtime, its Python compiled ahead; the same bytes each time.
// Compiled by Pyodide's own CPython, since no other writes bytecode that it reads.
import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";

const [raw, made] = process.argv.slice(2).map((folder) => path.resolve(folder) + path.sep);
const { info } = JSON.parse(fs.readFileSync(new URL("lock.json", import.meta.url), "utf-8"));
const { loadPyodide } = await import(pathToFileURL(raw + "pyodide.mjs").href);
const py = await loadPyodide({
  indexURL: raw,
  packageCacheDir: raw,
  lockFileContents: { info, packages: {} },
  env: { PYTHONHASHSEED: "0", HOME: "/" },
});
py.runPython(`
import importlib.util, io, zipfile
from importlib._bootstrap_external import _code_to_hash_pyc

UNUSED = ("numpy/f2py/", "numpy/_pyinstaller/", "numpy/random/_examples/", "numpy/_core/include/",
          "/tests/", "idlelib/", "turtledemo/", "lib2to3/", "ensurepip/")
NO_CODE = (".pyi", ".pxd", ".pyx", ".h", ".a", ".c", ".f", ".f90", ".afm")

def compiled(data):
    "An archive with bytecode in the place of sources, checked against nothing when it is loaded."
    made = io.BytesIO()
    with (zipfile.ZipFile(io.BytesIO(bytes(data))) as source,
          zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as target):
        for entry in sorted(source.infolist(), key=lambda entry: entry.filename):
            name = entry.filename
            if name.endswith(("/", *NO_CODE)) or any(part in "/" + name for part in UNUSED):
                continue
            content = source.read(entry)
            if name.endswith(".py"):
                code = compile(content, name, "exec", dont_inherit=True)
                name, content = name + "c", bytes(
                    _code_to_hash_pyc(code, importlib.util.source_hash(content), False))
            new = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            new.compress_type, new.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            target.writestr(new, content)
    return made.getvalue()
`);
const compiled = py.globals.get("compiled");
fs.mkdirSync(made, { recursive: true });
for (const file of fs.readdirSync(raw).sort()) {
  if (!/\.(whl|zip)$/.test(file)) {
    fs.copyFileSync(raw + file, made + file);
    continue;
  }
  const bytes = compiled(new Uint8Array(fs.readFileSync(raw + file)));
  fs.writeFileSync(made + file, bytes.toJs());
  bytes.destroy();
}
