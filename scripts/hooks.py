"""What MkDocs calls during a build. Each hook is a few lines; the work is in `pipeline`."""

import logging
import os
import subprocess

from jinja2 import Environment, FileSystemBytecodeCache
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.plugins import event_priority
from mkdocs.structure.files import File, Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page

from pipeline import (
    CACHE,
    ROOT,
    accuracy,
    assets,
    facts,
    figures,
    glossary,
    inventories,
    kept,
    maths,
    notebooks,
    pages,
    searching,
    security,
    snippets,
    studies,
    used,
)

log = logging.getLogger("mkdocs.hooks.nnref")
GLOSSARY = ROOT / "docs" / "glossary.md"
drawn: dict[str, figures.Source] = {}
executed: dict[str, studies.Study] = {}
terms: dict[str, str] = {}
shown: set[str] = set()


def on_startup(command: str, **_: object) -> None:
    """Make a live server quick: it renders only what an edit has changed."""
    if command == "serve":
        kept.keep()


@event_priority(100)  # before mkdocstrings reads its inventories
def on_config(config: MkDocsConfig) -> None:
    """Prepare what other plugins read, and a date that two builds of one commit share."""
    os.environ.setdefault("SOURCE_DATE_EPOCH", commit_time())
    if not config.repo_url:
        config.edit_uri = None
    handler = config.plugins["mkdocstrings"].config.handlers.setdefault("python", {})
    handler["inventories"] = inventories.write()
    terms.clear()
    terms.update(glossary.meanings(GLOSSARY.read_text(encoding="utf-8")))


def commit_time() -> str:
    """The time of the last commit; outside a repository, of the first day a zip file knows."""
    git = ["git", "log", "-1", "--format=%ct"]
    try:
        run = subprocess.run(git, cwd=ROOT, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return "315532800"
    return run.stdout.strip()


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add to the site what the build makes: drawings, the font, license notices."""
    shared = [ROOT / "mkdocs.yml", *(ROOT / "nnref").rglob("*.py")]
    kept.only_while(figures.fingerprint(shared))
    keep_compiled(config.plugins["mkdocstrings"].get_handler("python").env)
    drawn.clear()
    shown.clear()
    try:
        drawn.update(figures.sources())
        count = figures.draw_missing(drawn.values())
    except figures.FigureError as error:
        raise PluginError(str(error)) from None
    log.info("Figures: %d drawn, %d from the cache", count, len(drawn) - count)
    made = {
        each.address(theme): str(each.drawing(theme))
        for each in drawn.values()
        for theme in figures.THEMES
    }
    made["assets/fonts/STIXTwoMath.woff2"] = str(assets.math_font())
    for address, path in made.items():
        files.append(File.generated(config, address, abs_src_path=path))
    files.append(File.generated(config, "licenses.txt", content=assets.licenses()))
    return files


def on_nav(nav: Navigation, config: MkDocsConfig, files: Files) -> Navigation:
    """Run the case studies; add to the site their figures and everybody's notebooks."""
    try:
        executed.clear()
        executed.update(studies.run(nav.pages, config, files))
        made = {
            address: svg for each in executed.values() for address, svg in each.drawings.items()
        }
        for page in filter(comes_as_notebook, files.documentation_pages()):
            made[notebook_address(page)] = notebook_of(page)
    except studies.StudyError as error:
        raise PluginError(str(error)) from None
    for address, content in made.items():
        files.append(File.generated(config, address, content=content))
    return nav


def comes_as_notebook(file: File) -> bool:
    """Whether a page also has a notebook, and a reading time."""
    return file.src_uri.startswith("chapter/") or file.src_uri in executed


def notebook_address(file: File) -> str:
    """Where a page's notebook stands on the site."""
    return f"{file.src_uri.rpartition('.')[0]}.ipynb"


def notebook_of(file: File) -> str:
    """A page's notebook."""
    if file.src_uri in executed:
        return executed[file.src_uri].download
    try:
        return notebooks.notebook(studies.quoted(file.content_string, executed))
    except pages.PageError as error:
        raise PluginError(f"docs/{file.src_uri}: {error}") from None


def keep_compiled(templates: Environment) -> None:
    """Keep compiled templates: to compile them anew takes a fifth of a warm build."""
    directory = CACHE / "templates"
    directory.mkdir(parents=True, exist_ok=True)
    templates.bytecode_cache = FileSystemBytecodeCache(str(directory))


@event_priority(-100)
def on_pre_page(page: Page, **_: object) -> None:
    """Let MkDocs render a study as any other page, after mkdocs-jupyter has offered to."""
    if page.file.src_uri in executed:
        vars(page).pop("render")


def on_page_read_source(page: Page, **_: object) -> str | None:
    """The Markdown of a case study; other pages are read from their files."""
    study = executed.get(page.file.src_uri)
    return study.page if study else None


def on_page_markdown(markdown: str, page: Page, **_: object) -> str:
    """Put on the page its figures, what was measured, and links to the functions it uses."""
    address = page.file.src_uri
    markdown = accuracy.expand(markdown)
    try:
        markdown, names = figures.expand(markdown, address, drawn)
        markdown = studies.quoted(markdown, executed)
    except (figures.FigureError, studies.StudyError) as error:
        raise PluginError(str(error)) from None
    shown.update(names)
    if address.startswith("reference/"):
        return markdown
    if address in executed:
        return markdown + used.links(executed[address].sources)
    return markdown + used.links(pages.sources(page.file.content_string))


def on_page_content(content: str, page: Page, **_: object) -> str:
    """Take a page's HTML through the steps that make it this site's."""
    if comes_as_notebook(page.file):
        notebook = notebook_address(page.file).rpartition("/")[2]
        content = facts.below_title(content, minutes(page.file), notebook)
    try:
        content = maths.render(content)
    except maths.MathError as error:
        raise PluginError(f"{place(page, error.tex)}: {error}") from None
    content = content.replace('<a href="" id="', '<a id="')  # `[](){#id}`: a place, no link
    content = searching.without_sources(snippets.render(content))
    if page.file.src_uri == GLOSSARY.name:
        return content
    return glossary.first_uses(content, terms)


def minutes(file: File) -> int:
    """How long a page takes to read."""
    study = executed.get(file.src_uri)
    if study:
        return facts.duration(study.text, len(study.sources))
    return facts.minutes(file.content_string)


def place(page: Page, text: str) -> str:
    """The page's `file:line` where a text stands; the file alone if it came from elsewhere."""
    before, found, _ = page.file.content_string.partition(text)
    line = f":{before.count(chr(10)) + 1}" if found else ""
    return f"docs/{page.file.src_uri}{line}"


def on_env(env: Environment, config: MkDocsConfig, **_: object) -> Environment:
    """When all pages are read, complain about figures that none of them shows."""
    keep_compiled(env)
    sort_backlinks(config.plugins["mkdocstrings"].get_handler("python").env)
    for complaint in figures.unused(drawn, shown):
        log.warning(complaint)
    return env


def sort_backlinks(templates: Environment) -> None:
    """List the places that use a function in one order, whatever order their set has."""
    tree = templates.filters["backlink_tree"]
    templates.filters["backlink_tree"] = lambda links: tree(sorted(links))


@event_priority(-100)  # after every plugin that adds a script
def on_post_page(output: str, **_: object) -> str:
    """Allow what is on the page, and nothing else."""
    return security.protect(output)


@event_priority(-100)
def on_post_template(output_content: str, template_name: str, **_: object) -> str:
    """The same for the pages that have no Markdown, such as 404.html."""
    if template_name.endswith(".html"):
        return security.protect(output_content)
    return output_content
