"""Serve the course in the folder `site` beside this file, to this computer alone.

Standard library only; any Python from 3.8 on runs it. `serve.py PORT` chooses the port.
"""

import contextlib
import functools
import http.server
import re
import socketserver
import sys
import threading
import webbrowser
from pathlib import Path

SITE = Path(__file__).resolve().parent / "site"
PORT = 8000
YEAR = 365 * 24 * 60 * 60
# A name that changes with the content: of a folder its hash, of the theme's files a part of it.
HASHED = re.compile(r"/(?:[\w.]+-)?[0-9a-f]{12,64}/|\.[0-9a-f]{8}\.min\.(?:css|js)$")
# What the system says of endings may be wrong: Windows keeps it where any program may write.
TYPES = {
    "": "application/octet-stream",
    ".css": "text/css; charset=utf-8",
    ".gz": "application/gzip",
    ".html": "text/html; charset=utf-8",
    ".ipynb": "application/x-ipynb+json",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".mjs": "text/javascript; charset=utf-8",
    ".png": "image/png",
    ".py": "text/plain; charset=utf-8",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".wasm": "application/wasm",
    ".whl": "application/zip",
    ".woff2": "font/woff2",
    ".xml": "application/xml",
    ".zip": "application/zip",
}


class Handler(http.server.SimpleHTTPRequestHandler):
    """Sends the site's files, each as what it is, and says how long a browser may keep them."""

    extensions_map = TYPES

    def send_response(self, code, message=None):
        """Keep for a year what is there and has its hash in its address; ask again for all else."""
        super().send_response(code, message)
        forever = code == 200 and HASHED.search(self.path.partition("?")[0])
        kept = f"public, max-age={YEAR}, immutable" if forever else "no-cache"
        self.send_header("Cache-Control", kept)
        self.send_header("Content-Security-Policy", "frame-ancestors 'self'")
        self.send_header("X-Content-Type-Options", "nosniff")

    def send_error(self, code, message=None, explain=None):
        """Show the site's own page where there is none."""
        page = SITE / "404.html"
        if code != 404 or not page.is_file():
            super().send_error(code, message, explain)
            return
        self.send_response(code)
        self.send_header("Content-Type", TYPES[".html"])
        self.send_header("Content-Length", str(page.stat().st_size))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(page.read_bytes())

    def list_directory(self, _):
        """Show no folder that has no page."""
        self.send_error(404)

    def log_message(self, *_):
        """Say nothing of each request."""


class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    """Serves several requests at once."""

    daemon_threads = True
    allow_reuse_address = sys.platform != "win32"  # there two servers would share the port


def server(port):
    """A server at the port, or at any that is free."""
    handler = functools.partial(Handler, directory=str(SITE))
    try:
        return Server(("127.0.0.1", port), handler)
    except OSError:
        return Server(("127.0.0.1", 0), handler)


def main():
    """Serve until Ctrl-C, and open the reader's browser."""
    port = int(sys.argv[1]) if len(sys.argv) > 1 else PORT
    with server(port) as serving:
        address = f"http://127.0.0.1:{serving.server_port}/"
        print(f"The course is at {address}\nKeep this window open while you read; Ctrl-C ends it.")
        sys.stdout.flush()
        threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()
        with contextlib.suppress(KeyboardInterrupt):
            serving.serve_forever()


if __name__ == "__main__":
    main()
