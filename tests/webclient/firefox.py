"""A real Firefox, driven over WebDriver BiDi (W3C), as little of it as the tests of the web client need."""

import json
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any, Final

from websockets.sync.client import ClientConnection, connect

from hubbub.tests.webclient.browser import WAIT_S, NotSeen

ENTER: Final = "\ue007"
ESCAPE: Final = "\ue00c"
_NAMES: Final = ("firefox-esr", "firefox")


def executable() -> str | None:
    """Return where Firefox is, None when it isn't installed."""
    return next((found for name in _NAMES if (found := shutil.which(name))), None)


@contextmanager
def firefox(program: str, width: int = 1280, height: int = 800) -> Iterator["Firefox"]:
    """Yield a browser of its own with one page, ended and forgotten afterwards."""
    profile = Path(tempfile.mkdtemp(prefix="hubbub-firefox-"))
    command = [program, "--headless", "--no-remote", "--profile", str(profile), "--remote-debugging-port=0"]
    environment = {"HOME": str(profile), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}
    process = subprocess.Popen(
        command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    try:
        assert process.stderr is not None
        found = next((match[0] for line in process.stderr if (match := re.search(r"ws://\S+", line))), None)
        if found is None:
            raise NotSeen("Firefox did not start")
        with connect(f"{found}/session", max_size=None, compression=None) as socket:
            yield Firefox(socket, width, height)
    finally:
        process.kill()
        process.wait()
        shutil.rmtree(profile, ignore_errors=True)


class Firefox:
    """One page. What isn't there yet is waited for."""

    def __init__(self, socket: ClientConnection, width: int, height: int) -> None:
        self._socket = socket
        self._ids = count(1)
        self.complaints: list[str] = []
        """Errors of scripts and of the page's policy so far."""
        self.command("session.new", capabilities={})
        self.command("session.subscribe", events=["log.entryAdded"])
        self._context = self.command("browsingContext.getTree")["contexts"][0]["context"]
        self.resize(width, height)

    def command(self, method: str, **params: Any) -> dict[str, Any]:
        """Send a command and return its result."""
        number = next(self._ids)
        self._socket.send(json.dumps({"id": number, "method": method, "params": params}))
        while True:
            answer = json.loads(self._socket.recv(timeout=WAIT_S + 10))
            if answer.get("id") == number:
                if answer["type"] == "error":
                    raise NotSeen(f"{method}: {answer['error']} {answer['message']}")
                result: dict[str, Any] = answer["result"]
                return result
            if answer.get("method") == "log.entryAdded" and answer["params"]["level"] == "error":
                self.complaints.append(answer["params"]["text"])

    def resize(self, width: int, height: int) -> None:
        """Give the page another size, in CSS pixels."""
        size = {"width": width, "height": height}
        self.command("browsingContext.setViewport", context=self._context, viewport=size)

    def open(self, address: str) -> None:
        """Go to an address."""
        self.command("browsingContext.navigate", context=self._context, url=address, wait="complete")

    def run(self, script: str) -> Any:
        """Return the value of a JavaScript expression (awaited if it is a promise)."""
        expression = f"Promise.resolve({script}).then((value) => JSON.stringify(value ?? null))"
        target = {"context": self._context}
        result = self.command("script.evaluate", expression=expression, target=target, awaitPromise=True)
        if result["type"] == "exception":
            raise NotSeen(f"{script[:200]}: {result['exceptionDetails']['text']}")
        return json.loads(result["result"]["value"])

    def wait(self, condition: str) -> Any:
        """Wait until a JavaScript expression is true and return its value."""
        deadline = time.monotonic() + WAIT_S
        while not (value := self.run(condition)):
            if time.monotonic() > deadline:
                raise NotSeen(f"waited {WAIT_S} s for {condition}\n{self.run('document.body.innerText')[-2500:]}")
            time.sleep(0.05)
        return value

    def sees(self, text: str, selector: str = "body") -> None:
        """Wait until a text is shown."""
        shown = f"[...document.querySelectorAll({json.dumps(selector)})].filter((e) => e.getClientRects().length)"
        self.wait(f"{shown}.some((e) => e.textContent.includes({json.dumps(text)}))")

    def type(self, text: str) -> None:
        """Press a key for each character."""
        keys = [{"type": kind, "value": key} for key in text for kind in ("keyDown", "keyUp")]
        self._act({"type": "key", "id": "keys", "actions": keys})

    def click(self, selector: str, text: str = "") -> None:
        """Click the middle of the first visible element that says a text, once nothing lies over it."""
        found = f"""(() => {{
            const e = [...document.querySelectorAll({json.dumps(selector)})]
                .find((e) => e.getClientRects().length && e.textContent.includes({json.dumps(text)}));
            if (!e || document.getAnimations().some((one) => one instanceof CSSTransition)) return null;
            e.scrollIntoView({{ block: "nearest" }});
            const b = e.getBoundingClientRect();
            const middle = [Math.round(b.x + b.width / 2), Math.round(b.y + b.height / 2)];
            return e.contains(document.elementFromPoint(...middle)) ? middle : null;
        }})()"""
        x, y = self.wait(found)
        kinds: list[dict[str, Any]] = [
            {"type": "pointerMove", "x": x, "y": y},
            {"type": "pointerDown", "button": 0},
            {"type": "pointerUp", "button": 0},
        ]
        self._act({"type": "pointer", "id": "mouse", "actions": kinds})

    def _act(self, source: dict[str, Any]) -> None:
        self.command("input.performActions", context=self._context, actions=[source])
