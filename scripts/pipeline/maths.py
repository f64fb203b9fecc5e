"""Formulas: LaTeX in, MathML out, at build time."""

import html
import re

from math_core import LatexError, LatexToMathML

from pipeline import once_per_text

CONVERTER = LatexToMathML(annotation=False, fancy_error=False)
GENERIC = re.compile(
    r'<(?P<tag>span|div) class="arithmatex">\\[(\[](?P<tex>.*?)\\[)\]]</(?P=tag)>', re.DOTALL
)
PRIME = re.compile(r"<msup>(?P<base><mi[^>]*>[^<]*</mi>)<mo>(?P<prime>[′″‴])</mo></msup>")


class MathError(Exception):
    """LaTeX that has no MathML; `tex` is the formula."""

    def __init__(self, tex: str, reason: str) -> None:
        """Keep the formula, so that the page's line can be found."""
        super().__init__(f"bad LaTeX `{tex}`: {reason}")
        self.tex = tex


def to_mathml(tex: str, *, display: bool) -> str:
    """One formula as a `math` element."""
    try:
        formula = CONVERTER.convert_with_local_state(tex.strip(), displaystyle=display)
    except LatexError as error:
        raise MathError(tex.strip(), str(error)) from None
    # The font's prime is raised already; as a superscript some browsers raise it twice.
    return PRIME.sub(r'<mrow>\g<base><mo lspace="0" rspace="0">\g<prime></mo></mrow>', formula)


@once_per_text
def render(content: str) -> str:
    """A page's HTML with every formula that arithmatex marked turned into MathML."""

    def convert(match: re.Match[str]) -> str:
        display = match["tag"] == "div"
        formula = to_mathml(html.unescape(match["tex"]), display=display)
        # A formula wider than a phone scrolls inside itself, with the keyboard too.
        return f'<div class="formula" tabindex="0">{formula}</div>' if display else formula

    return GENERIC.sub(convert, content)
