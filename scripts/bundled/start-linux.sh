#!/bin/sh
# Serves the course and opens it; without Python it opens the pages as files.
cd "$(dirname "$0")" || exit 1
if command -v python3 >/dev/null; then
    exec python3 serve.py "$@"
fi
exec xdg-open site/index.html
