"""The finished page: links where terms first stand, and a policy that allows what is there."""

import base64
import hashlib
import re
from pathlib import Path

import pytest

from website import finish, policy
from website.glossary import Term

ONE = Term("One number.", "glossary-loss")
TERMS = {
    "loss": ONE,
    "losses": ONE,
    "batch": Term("Some.", "glossary-batch"),
    "batch size": Term("How.", "glossary-batch-size"),
}
HEAD = '<meta charset="utf-8"><title>A loss</title>'


def page(content: str, around: str = "") -> str:
    return f"<html><head>{HEAD}</head><body>{around}<article>{content}</article></body></html>"


def content(text: str, terms: dict[str, Term] = TERMS) -> str:
    """The content of a page after finishing."""
    whole = finish.finished(page(text), terms)
    return whole.partition("<article>")[2].partition("</article>")[0]


def tip(text: str, meaning: str = "One number.", place: str = "loss") -> str:
    return f'<a class="term" href="glossary.html#glossary-{place}" title="{meaning}">{text}</a>'


# ---- terms


def test_only_the_first_use_has_a_tooltip_whatever_its_form() -> None:
    assert content("<p>losses <b>loss</b>, losses") == f"<p>{tip('losses')} <b>loss</b>, losses"


def test_the_longer_of_two_terms_is_taken() -> None:
    assert content("batch size") == tip("batch size", "How.", "batch-size")


def test_a_part_of_a_word_is_no_term() -> None:
    assert content("lossless") == "lossless"


@pytest.mark.parametrize("tag", ["h2", "a", "code", "pre", "summary", "math", "th"])
def test_headings_links_and_code_have_no_tooltips(tag: str) -> None:
    inside = f"<{tag} class='x'>loss <img src='a'> <span>loss</span></{tag}>"
    assert content(f"{inside} loss") == f"{inside} {tip('loss')}"


def test_backlinks_have_no_tooltips() -> None:
    links = '<div class="doc doc-backlinks"><div>loss</div> loss</div>'
    assert content(f"{links}loss") == f"{links}{tip('loss')}"


def test_the_headings_of_a_docstring_have_no_tooltips() -> None:
    heading = '<p><span class="doc-section-title">loss:</span></p>'
    assert content(f"{heading}loss") == f"{heading}{tip('loss')}"


def test_menus_and_titles_have_no_tooltips() -> None:
    whole = finish.finished(page("batch", around="<nav>loss</nav>"), TERMS)
    assert "<nav>loss</nav>" in whole
    assert "<title>A loss</title>" in whole


def test_a_meaning_is_escaped() -> None:
    assert content("loss", {"loss": ONE._replace(meaning='a "b" < c')}) == tip(
        "loss", "a &quot;b&quot; &lt; c"
    )


def test_what_is_on_the_page_stays_byte_for_byte() -> None:
    text = '<P CLASS=x>&amp; &nbsp;<br/>\n<svg><path d="M0"/></svg><!-- c --><p   >é</p\n></P>'
    whole = page(text)
    inserts = finish.inserts(whole, TERMS)
    assert len(inserts) == 1
    place, meta = inserts[0]
    assert finish.put(whole, inserts) == whole[:place] + meta + whole[place:]


def test_the_glossary_has_no_tooltips_and_every_page_a_policy(tmp_path: Path) -> None:
    names = ("glossary.html", "chapter/loss.html", "404.html")
    for name in names:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(page("loss"), encoding="utf-8")
    finish.site(tmp_path, TERMS)
    texts = {name: (tmp_path / name).read_text(encoding="utf-8") for name in names}
    assert all("Content-Security-Policy" in text for text in texts.values())
    links = {name: re.findall(r'class="term" href="([^"]+)"', texts[name]) for name in names}
    assert links == {
        "glossary.html": [],
        "chapter/loss.html": ["../glossary.html#glossary-loss"],
        "404.html": ["glossary.html#glossary-loss"],
    }


# ---- policy


def digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def directives(text: str, *, live: bool = False) -> dict[str, list[str]]:
    """The policy of a page."""
    [(_, meta), *_] = finish.inserts(page(text), {}, live=live)
    policy = meta.partition('content="')[2].removesuffix('">')
    return {name: sources for name, *sources in (each.split() for each in policy.split("; "))}


def test_inline_scripts_and_styles_are_allowed_by_their_hashes() -> None:
    found = directives(
        '<p style="color: red"></p><script>run()</script><script src="a.js"></script>'
        '<script type="application/json">{"not": "run"}</script>'
    )
    assert found["script-src"] == ["'self'", digest("run()")]
    assert found["style-src"] == ["'self'", "'unsafe-hashes'", digest("color: red")]


@pytest.mark.parametrize(
    "tag",
    [
        '<img alt="a > b" style="width: 1px">',
        "<img alt='\"' style='width: 1px'>",
        "<path d=M0 style='width: 1px'/>",
        '<IMG STYLE="width: 1px">',
        '<pre><span style="width: 1px">x</span></pre>',
        '<p style="width&#58; 1px">',
    ],
)
def test_a_style_is_found_wherever_it_stands(tag: str) -> None:
    assert digest("width: 1px") in directives(tag)["style-src"]


def test_a_sheet_inside_the_page_is_allowed_by_its_hash() -> None:
    assert directives("<style>p {}</style>")["style-src"] == ["'self'", digest("p {}")]


def test_what_looks_like_a_style_and_is_none_is_not_allowed() -> None:
    found = directives("""<p title='<b style="x">'>&lt;b style="y"&gt;</p><!-- <b style="z"> -->""")
    assert found["style-src"] == ["'self'"]


def test_a_page_without_anything_inline_allows_nothing_inline() -> None:
    assert directives("<p>")["script-src"] == ["'self'"]
    assert "unsafe" not in policy.policy([], [])


def test_a_live_server_may_add_its_own_script() -> None:
    assert directives("<p>", live=True)["script-src"] == ["'self'", "'unsafe-inline'"]


def test_only_a_page_that_runs_python_allows_webassembly_and_a_worker_of_its_own() -> None:
    still, live = directives("<p>"), directives('<script src="a.js" data-runtime="b/"></script>')
    assert live["script-src"] == ["'self'", "'wasm-unsafe-eval'"]
    assert live["connect-src"] == live["worker-src"] == ["'self'", "blob:"]
    assert still["script-src"] == still["connect-src"] == still["worker-src"] == ["'self'"]
    changed = {name for name in still if still[name] != live[name]}
    assert changed == {"script-src", "connect-src", "worker-src"}


def test_the_policy_comes_before_anything_is_loaded() -> None:
    whole = finish.finished(page(""), {})
    assert whole.startswith('<html><head><meta charset="utf-8"><meta http-equiv="Content-Sec')
    with pytest.raises(ValueError, match="expected <meta charset"):
        finish.finished("<p>no head</p>", {})
