"""The way to another generator: writes the staged pages with settings that it can read.

`export.py FOLDER` draws the figures, runs the studies with nbclient, and writes Markdown and a
`mkdocs.yml`. After the generator has built them, `export.py --finish SITE` adds the tooltips and
the policy. No MkDocs is needed for either.
"""

import argparse
import re
import shutil
from pathlib import Path, PurePosixPath
from typing import Any

import yaml

from website import ROOT, assets, finish, glossary, inventories, kernel
from website.stage import DOCS, File, Stage
from website.workshop import Workshop

LINK = r"(?<=\()((?:[\w-]+/|\.\./)*(?:{}))\.py(?=[)#])"  # to a study
OURS = ("hooks", "watch", "exclude_docs")
COPIED = ("assets", "data")


def main() -> None:
    """Write what another generator reads, or finish what it wrote."""
    parser = argparse.ArgumentParser(prog="export.py", description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path, help="where to write, or the built site")
    parser.add_argument("--finish", action="store_true", help="finish the site that was built")
    options = parser.parse_args()
    if options.finish:
        terms = glossary.terms((DOCS / "glossary.md").read_text(encoding="utf-8"))
        finish.site(options.folder, terms)
    else:
        export(options.folder)


def export(folder: Path) -> None:
    """Write the staged pages, the files that they show, and the settings."""
    stage = Stage(Workshop(kernel.run))
    script = re.compile(LINK.format("|".join(stage.scripts)))
    for path in [*sorted(DOCS.rglob("*.md")), *(each.path for each in stage.scripts.values())]:
        address = path.relative_to(DOCS).as_posix()
        page = stage.page(address, path.read_text(encoding="utf-8"))
        markdown = script.sub(r"\1.md", page.markdown)
        made = {str(PurePosixPath(address).with_suffix(".md")): markdown} | page.files
        for name, content in made.items():
            write(folder / "docs" / name, content)
    for name, source in assets.files().items():
        write(folder / "docs" / name, source)
    for name in COPIED:
        shutil.copytree(DOCS / name, folder / "docs" / name, dirs_exist_ok=True)
    text = yaml.safe_dump(settings(), sort_keys=False, allow_unicode=True)
    write(folder / "mkdocs.yml", text)


def write(path: Path, content: File) -> None:
    """Write a text, or copy the file where it lies."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(content, Path):
        shutil.copy(content, path)
    else:
        path.write_text(content, encoding="utf-8", newline="\n")


def settings() -> dict[str, Any]:
    """The settings in `mkdocs.yml` without what only MkDocs and our hooks know."""
    found = yaml.load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"), Loader)  # noqa: S506
    kept = {name: value for name, value in found.items() if name not in OURS}
    kept["nav"] = scripts_as_pages(found["nav"])
    kept["theme"]["custom_dir"] = str(ROOT / found["theme"]["custom_dir"])
    kept["markdown_extensions"].append("website.extension")
    kept["plugins"] = [each for each in found["plugins"] if "mkdocs-jupyter" not in each]
    kept["plugins"] = ["search" if "search" in each else each for each in kept["plugins"]]
    for plugin in kept["plugins"]:
        if "mkdocstrings" in plugin:
            own = plugin["mkdocstrings"]
            own["custom_templates"] = str(ROOT / own["custom_templates"])
            own["handlers"]["python"] |= {"paths": [str(ROOT)], "inventories": inventories.write()}
    return kept


def scripts_as_pages(nav: Any) -> Any:
    """The navigation, where a study is a page in Markdown."""
    if isinstance(nav, str):
        return re.sub(r"\.py$", ".md", nav)
    if isinstance(nav, list):
        return [scripts_as_pages(each) for each in nav]
    return {title: scripts_as_pages(each) for title, each in nav.items()}


class Loader(yaml.SafeLoader):
    """Reads settings; of `!ENV [NAME, default]` the default."""


Loader.add_constructor("!ENV", lambda loader, node: loader.construct_sequence(node)[-1])

if __name__ == "__main__":
    main()
