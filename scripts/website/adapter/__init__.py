"""With `hooks.py`, which MkDocs loads, the only code that knows MkDocs and its plugins."""
