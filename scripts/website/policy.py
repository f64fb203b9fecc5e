"""The content-security policy: a page may load and run what the site itself ships, no more."""

import base64
import hashlib
from collections.abc import Iterable

OWN = "'self'"


def meta(scripts: Iterable[str], styles: Iterable[str]) -> str:
    """The policy of a page as an element of its head."""
    return f'<meta http-equiv="Content-Security-Policy" content="{policy(scripts, styles)}">'


def policy(scripts: Iterable[str], styles: Iterable[str]) -> str:
    """A page's own origin, its inline scripts and its style attributes by their hashes."""
    hashed = sorted(set(map(digest, styles)))
    directives = {
        "default-src": "'none'",
        "script-src": " ".join([OWN, *sorted(set(map(digest, scripts)))]),
        "style-src": " ".join([OWN, *(["'unsafe-hashes'", *hashed] if hashed else [])]),
        "img-src": f"{OWN} data:",
        "font-src": OWN,
        "connect-src": OWN,
        "worker-src": OWN,
        "manifest-src": OWN,
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in directives.items())


def digest(text: str) -> str:
    """The source expression that allows this very text."""
    value = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return f"'sha256-{value}'"
