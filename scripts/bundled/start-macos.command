#!/bin/sh
# Serves the course and opens it; without Python it opens the pages as files.
cd "$(dirname "$0")" || exit 1
# Apple's own python3 is a stand-in until the developer tools are installed.
if xcode-select -p >/dev/null 2>&1 || [ "$(command -v python3)" != /usr/bin/python3 ]; then
    command -v python3 >/dev/null && exec python3 serve.py "$@"
fi
exec open site/index.html
