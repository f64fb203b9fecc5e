"""The content-security policy: a page may load and run what the site itself ships, no more."""

import base64
import hashlib
from collections.abc import Iterable

OWN = "'self'"


def meta(content: str) -> str:
    """A page's policy as an element of its head."""
    return f'<meta http-equiv="Content-Security-Policy" content="{content}">'


def policy(
    scripts: Iterable[str],
    styles: Iterable[str],
    sheets: Iterable[str] = (),
    *,
    live: bool = False,
    python: bool = False,
) -> str:
    """A page's own origin, its inline scripts, sheets and style attributes by their hashes.

    A live server adds a script to each page that it sends, which no hash can foresee. Python is
    WebAssembly, and its worker is a `blob:` because only such a one is bound by the page's policy.
    """
    inline = ["'unsafe-inline'"] if live else sorted(set(map(digest, scripts)))
    wasm, blob = (["'wasm-unsafe-eval'"], ["blob:"]) if python else ([], [])
    hashed = sorted(set(map(digest, styles)))
    inside = sorted(set(map(digest, sheets)))
    directives = {
        "default-src": "'none'",
        "script-src": " ".join([OWN, *wasm, *inline]),
        "style-src": " ".join([OWN, *(["'unsafe-hashes'", *hashed] if hashed else []), *inside]),
        "img-src": f"{OWN} data:",
        "font-src": OWN,
        "connect-src": " ".join([OWN, *blob]),
        "worker-src": " ".join([OWN, *blob]),
        "manifest-src": OWN,
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in directives.items())


def digest(text: str) -> str:
    """The source expression that allows this very text."""
    value = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return f"'sha256-{value}'"
