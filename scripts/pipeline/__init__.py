"""What the build does to pages, as plain functions; `hooks.py` calls them from MkDocs."""

from functools import lru_cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CACHE = ROOT / ".cache"

# For a live server: what is made of a page's text alone is made once for each text.
once_per_text = lru_cache(maxsize=128)
