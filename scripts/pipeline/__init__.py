"""What the build does to pages, as plain functions; `hooks.py` calls them from MkDocs."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CACHE = ROOT / ".cache"
