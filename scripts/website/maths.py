"""Formulas: LaTeX in, MathML out, at build time."""

import html
import re

from math_core import LatexError, LatexToMathML

from website import SourceError

CONVERTER = LatexToMathML(annotation=False, fancy_error=False)
NAMED = re.compile(r"&(?!lt;|gt;|amp;|quot;)\w+;")  # HTML knows them, XML does not
PRIME = re.compile(r"<msup>(?P<base><mi[^>]*>[^<]*</mi>)<mo>(?P<prime>[′″‴])</mo></msup>")


def to_mathml(tex: str, *, display: bool) -> str:
    """One formula as a `math` element."""
    try:
        formula = CONVERTER.convert_with_local_state(tex.strip(), displaystyle=display)
    except LatexError as error:
        raise SourceError(tex.strip(), f"bad LaTeX `{tex.strip()}`: {error}") from None
    formula = NAMED.sub(lambda name: html.unescape(name[0]), formula)
    # The font's prime is raised already; as a superscript some browsers raise it twice.
    return PRIME.sub(r'<mrow>\g<base><mo lspace="0" rspace="0">\g<prime></mo></mrow>', formula)
