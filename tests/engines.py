"""Firefox and WebKit as they are installed, driven in the ways that they bring themselves.

Firefox listens on a socket of its own, Marionette; WebKit has a driver that answers over HTTP.
Both take the commands of WebDriver.
"""

import contextlib
import json
import os
import re
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

PATIENCE = 120  # seconds for a browser to start, and for a script of a test
PREFERENCES = {
    "app.normandy.enabled": False,
    "app.update.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "marionette.port": 0,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "toolkit.telemetry.server": "",
}
MINI = "/usr/lib/*/webkit2gtk-4.*/MiniBrowser"
KEYS = {"Tab": "\ue004", "Enter": "\ue007", "Control": "\ue009"}
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
Send = Callable[[str, dict[str, Any]], Any]


class Engine:
    """A browser with one page, at which someone clicks and types."""

    def __init__(self, send: Send) -> None:
        self.send = send
        limits = {"script": PATIENCE * 1000, "pageLoad": PATIENCE * 1000, "implicit": 0}
        send("timeouts", limits)

    def open(self, address: str) -> None:
        self.send("url", {"url": address})

    def back(self) -> None:
        self.send("back", {})

    def evaluate(self, function: str, *arguments: Any) -> Any:
        """What a function of JavaScript returns, or promises."""
        script = f"""const done = arguments[arguments.length - 1];
            Promise.resolve(({function})(...[...arguments].slice(0, -1)))
                .then((value) => done([value]), (error) => done([null, String(error)]));"""
        answer = self.send("execute/async", {"script": script, "args": [*arguments]})
        value, error = [*answer, None][:2]
        assert error is None, error
        return value

    def press(self, *keys: str) -> None:
        """Press keys together, and let them go."""
        named = [KEYS.get(key, key) for key in keys]
        steps = [{"type": "keyDown", "value": key} for key in named]
        steps += [{"type": "keyUp", "value": key} for key in reversed(named)]
        self.send("actions", {"actions": [{"type": "key", "id": "keys", "actions": steps}]})

    def width(self, width: int) -> None:
        """Make the window so wide that the page is."""
        for _ in range(2):
            frame = self.evaluate("() => outerWidth - innerWidth")
            self.send("window/rect", {"width": width + frame, "height": 800})


@contextlib.contextmanager
def firefox() -> Iterator[Engine]:
    """A Firefox without windows."""
    command = shutil.which("firefox-esr") or shutil.which("firefox")
    if not command:
        raise LookupError("no Firefox: install firefox-esr")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        lines = [f"user_pref({json.dumps(k)}, {json.dumps(v)});" for k, v in PREFERENCES.items()]
        (Path(profile) / "user.js").write_text("\n".join(lines), encoding="utf-8")
        start = [command, "--headless", "--marionette", "--no-remote", "--profile", profile]
        with running(start, {"HOME": profile}):
            port = until(lambda: int((Path(profile) / "MarionetteActivePort").read_text()))
            with (
                socket.create_connection(("127.0.0.1", port), PATIENCE) as connection,
                connection.makefile("rb") as answers,
            ):
                yield Engine(marionette(connection, answers))


def marionette(connection: socket.socket, answers: BinaryIO) -> Send:
    """Send Firefox the commands of WebDriver, under the names that it has for them."""
    names = {
        "timeouts": "WebDriver:SetTimeouts",
        "url": "WebDriver:Navigate",
        "back": "WebDriver:Back",
        "execute/async": "WebDriver:ExecuteAsyncScript",
        "actions": "WebDriver:PerformActions",
        "window/rect": "WebDriver:SetWindowRect",
    }
    count = 0

    def message() -> Any:
        length = b""
        while (byte := answers.read(1)) != b":":
            length += byte
        return json.loads(answers.read(int(length)))

    def send(command: str, body: dict[str, Any]) -> Any:
        nonlocal count
        count += 1
        text = json.dumps([0, count, names.get(command, command), body]).encode()
        connection.sendall(b"%d:%b" % (len(text), text))
        _, _, error, answer = message()
        if error:
            raise RuntimeError(error["message"])
        return answer.get("value") if isinstance(answer, dict) else answer

    message()
    send("WebDriver:NewSession", {})
    return send


@contextlib.contextmanager
def webkit() -> Iterator[Engine]:
    """A WebKit, on a screen that is none."""
    driver, screen = shutil.which("WebKitWebDriver"), shutil.which("Xvfb")
    browser = next(Path("/").glob(MINI.lstrip("/")), None)
    if not (driver and browser and screen):
        raise LookupError("no WebKit: install webkit2gtk-driver and xvfb")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    reading, writing = os.pipe()
    with running([screen, "-displayfd", str(writing), "-nolisten", "tcp"], {}, writing):
        display = re.match(rb"\d+", os.read(reading, 20))[0].decode()
        with running([driver, f"--port={port}"], {"DISPLAY": f":{display}"}):
            address = f"http://127.0.0.1:{port}/session"
            options = {"binary": str(browser), "args": ["--automation"]}
            wanted = {"alwaysMatch": {"webkitgtk:browserOptions": options}}
            session = until(lambda: post(address, {"capabilities": wanted}))["sessionId"]
            yield Engine(lambda command, body: post(f"{address}/{session}/{command}", body))
            with contextlib.suppress(OSError):
                request = urllib.request.Request(f"{address}/{session}", method="DELETE")  # noqa: S310
                urllib.request.urlopen(request, timeout=PATIENCE)  # noqa: S310 (our own driver)


def post(address: str, body: dict[str, Any]) -> Any:
    """What a driver answers to a command."""
    request = urllib.request.Request(address, json.dumps(body).encode())  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:  # noqa: S310
            return json.load(answer)["value"]
    except urllib.error.HTTPError as error:
        raise RuntimeError(error.read().decode()) from error


@contextlib.contextmanager
def running(command: list[str], environ: dict[str, str], *kept: int) -> Iterator[None]:
    """A process that ends with the block, and so do those that it has started."""
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen(command, env=os.environ | environ, pass_fds=kept, **quiet)
    try:
        yield
    finally:
        process.terminate()
        process.wait()


def until(attempt: Callable[[], Any]) -> Any:
    """What an attempt gives, as soon as it gives it."""
    end = time.monotonic() + PATIENCE
    while True:
        try:
            return attempt()
        except (OSError, ValueError):
            if time.monotonic() > end:
                raise
            time.sleep(0.1)
