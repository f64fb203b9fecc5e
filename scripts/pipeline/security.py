"""The content-security policy: a page may load and run what the site itself ships, no more."""

import base64
import hashlib
import html
import re

SCRIPT = re.compile(r"<script(?P<attributes>[^>]*)>(?P<body>.*?)</script>", re.DOTALL)
STYLE = re.compile(r'<[a-z][^>]*\sstyle="(?P<style>[^"]*)"')
DATA = re.compile(r'\ssrc=|type="?application/json')
CHARSET = '<meta charset="utf-8">'


def digest(text: str) -> str:
    """The source expression that allows this very text."""
    value = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return f"'sha256-{value}'"


def policy(page: str) -> str:
    """The policy of one page: its own origin, its inline scripts and styles by their hashes."""
    scripts = {
        digest(match["body"])
        for match in SCRIPT.finditer(page)
        if not DATA.search(match["attributes"])
    }
    styles = {digest(html.unescape(match["style"])) for match in STYLE.finditer(page)}
    own = "'self'"
    directives = {
        "default-src": "'none'",
        "script-src": " ".join([own, *sorted(scripts)]),
        "style-src": " ".join([own, *(["'unsafe-hashes'", *sorted(styles)] if styles else [])]),
        "img-src": f"{own} data:",
        "font-src": own,
        "connect-src": own,
        "worker-src": own,
        "manifest-src": own,
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in directives.items())


def protect(page: str) -> str:
    """The page with its policy as the first thing after the character set."""
    meta = f'<meta http-equiv="Content-Security-Policy" content="{policy(page)}">'
    if CHARSET not in page:
        raise ValueError(f"expected {CHARSET} in the page's head, to put the policy behind it")
    return page.replace(CHARSET, CHARSET + meta, 1)
