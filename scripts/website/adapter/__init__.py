"""What knows MkDocs and its plugins; with `hooks.py`, which MkDocs loads, the only code that does."""
