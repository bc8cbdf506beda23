"""A real Chromium, driven over its DevTools protocol: pages that tests click, type and look into.

The protocol is spoken over the package `websockets`, which tests have anyway; a driver of its own would bring a second
event loop into a process that gevent has patched.
"""

import base64
import json
import shutil
import subprocess
import tempfile
import time
from collections import deque
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import Any, Final

from websockets.sync.client import ClientConnection, connect

WAIT_S: Final = 20
START_S: Final = 30
PHONE: Final = (390, 780)
DESK: Final = (1280, 800)
_NAMES: Final = ("chromium", "chromium-browser", "google-chrome")
_FLAGS: Final = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --disable-dev-shm-usage --hide-scrollbars --lang=en-US "
    "--disable-background-timer-throttling --disable-renderer-backgrounding --remote-debugging-port=0 about:blank"
)
_KEYS: Final = {
    "Enter": (13, "\r"), "Escape": (27, ""), "Tab": (9, ""), "ArrowUp": (38, ""), "ArrowDown": (40, ""),
    "ArrowLeft": (37, ""), "ArrowRight": (39, ""), "Backspace": (8, ""), "Delete": (46, ""), "F6": (117, ""),
    " ": (32, " "),
}  # fmt: skip
_MODIFIERS: Final = {"Alt": 1, "Control": 2, "Meta": 4, "Shift": 8}

# Finds the first visible element of a selector that has a text (its own, its label or its placeholder).
_FIND: Final = """
(selector, text) => [...document.querySelectorAll(selector)].find((e) => {
  if (!e.getClientRects().length) return false;
  const said = [e.textContent, e.getAttribute("aria-label"), e.placeholder].join(" ");
  return !text || said.includes(text);
})
"""


class NotSeen(AssertionError):
    """What a test waited for did not appear; the text has what the page shows instead."""


def executable() -> str | None:
    """Return where Chromium is, None when it isn't installed."""
    return next((found for name in _NAMES if (found := shutil.which(name))), None)


class Chromium:
    """A browser process; `page()` opens a page that shares nothing with the others (its own cookies and storage)."""

    def __init__(self, program: str) -> None:
        self._profile = Path(tempfile.mkdtemp(prefix="hubbub-chromium-"))
        self._process = subprocess.Popen(
            [program, *_FLAGS.split(), f"--user-data-dir={self._profile}"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        self._closing = ExitStack()
        self._socket = self._connect()
        self._ids = count(1)
        self.heard: dict[str, deque[dict[str, Any]]] = {}

    def _connect(self) -> ClientConnection:
        told = self._profile / "DevToolsActivePort"
        deadline = time.monotonic() + START_S
        while not (told.exists() and told.read_text().count("\n") >= 1):
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise NotSeen("Chromium did not start")
            time.sleep(0.02)
        port, path = told.read_text().split("\n")[:2]
        return self._closing.enter_context(connect(f"ws://127.0.0.1:{port}{path}", max_size=None, compression=None))

    def command(self, method: str, params: dict[str, Any] | None = None, session: str = "") -> dict[str, Any]:
        """Send a command and return its result; events that come meanwhile are kept per session."""
        number = next(self._ids)
        message = {"id": number, "method": method, "params": params or {}}
        self._socket.send(json.dumps(message | ({"sessionId": session} if session else {})))
        while True:
            answer = json.loads(self._socket.recv(timeout=WAIT_S + 10))
            if answer.get("id") == number:
                if "error" in answer:
                    raise NotSeen(f"{method}: {answer['error']}")
                result: dict[str, Any] = answer["result"]
                return result
            if "method" in answer:
                self.heard.setdefault(answer.get("sessionId", ""), deque(maxlen=500)).append(answer)

    @contextmanager
    def page(self, address: str, size: tuple[int, int] = DESK, *, dark: bool = False) -> Iterator["Page"]:
        """Open a page of somebody of their own and close it in the end."""
        context = self.command("Target.createBrowserContext")["browserContextId"]
        try:
            target = self.command("Target.createTarget", {"url": "about:blank", "browserContextId": context})
            attached = self.command("Target.attachToTarget", {"targetId": target["targetId"], "flatten": True})
            page = Page(self, attached["sessionId"], address)
            page.prepare(size, dark=dark)
            yield page
        finally:
            self.command("Target.disposeBrowserContext", {"browserContextId": context})

    def close(self) -> None:
        """End the browser and forget its profile."""
        with suppress(Exception):
            self._closing.close()
        self._process.kill()
        self._process.wait()
        shutil.rmtree(self._profile, ignore_errors=True)


class Page:
    """One page. Selectors are CSS; `text` picks the element that says it. Whatever isn't there yet is waited for."""

    def __init__(self, browser: Chromium, session: str, address: str) -> None:
        self._browser = browser
        self._session = session
        self.address = address

    def send(self, method: str, **params: Any) -> dict[str, Any]:
        """Send a DevTools command to this page."""
        return self._browser.command(method, params, self._session)

    def prepare(self, size: tuple[int, int], *, dark: bool) -> None:
        """Give the page its size and theme, and listen to what it complains about."""
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.send(f"{domain}.enable")
        width, height = size
        phone = width < 600
        self.send(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=phone
        )  # fmt: skip
        if phone:
            self.send("Emulation.setTouchEmulationEnabled", enabled=True)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.send("Emulation.setEmulatedMedia", features=[scheme])
        self.send("Emulation.setFocusEmulationEnabled", enabled=True)

    # --- looking

    def run(self, script: str) -> Any:
        """Return the value of a JavaScript expression (awaited if it is a promise)."""
        result = self.send("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in result:
            raise NotSeen(f"{script[:200]}: {result['exceptionDetails'].get('exception', {}).get('description')}")
        return result["result"].get("value")

    def wait(self, condition: str, what: str = "") -> Any:
        """Wait until a JavaScript expression is true and return its value."""
        deadline = time.monotonic() + WAIT_S
        while not (value := self._if_it_stays(condition)):
            if time.monotonic() > deadline:
                shown = self.run("document.body?.innerText ?? ''")
                raise NotSeen(
                    f"waited {WAIT_S} s for {what or condition}\nproblems: {self.problems()}\n{shown[-2500:]}"
                )
            time.sleep(0.03)
        return value

    def _if_it_stays(self, condition: str) -> Any:
        """Return the value of an expression, None when the page is just being left for another."""
        try:
            return self.run(condition)
        except NotSeen as error:
            if "navigated or closed" in str(error):
                return None
            raise

    def sees(self, text: str, selector: str = "body") -> None:
        """Wait until a text is shown."""
        self.wait(f"({_FIND})({json.dumps(selector)}, {json.dumps(text)}) && true", f"{text!r} in {selector}")

    def misses(self, text: str, selector: str = "body") -> None:
        """Wait until a text is not shown any more."""
        self.wait(f"!({_FIND})({json.dumps(selector)}, {json.dumps(text)})", f"{text!r} to go from {selector}")

    def texts(self, selector: str) -> list[str]:
        """Return the texts of all elements of a selector."""
        found = self.run(f"[...document.querySelectorAll({json.dumps(selector)})].map((e) => e.textContent)")
        return list(found)

    def events(self) -> deque[dict[str, Any]]:
        """Return the newest DevTools events of this page, to read or clear."""
        return self._browser.heard.setdefault(self._session, deque(maxlen=500))

    def problems(self) -> list[str]:
        """Return what went wrong in the page so far: exceptions, refused by policy, errors on the console."""
        self.run("0")
        found = []
        for event in self.events():
            params = event["params"]
            if event["method"] == "Runtime.exceptionThrown":
                found.append(str(params["exceptionDetails"].get("exception", {}).get("description")))
            elif event["method"] == "Log.entryAdded" and params["entry"]["level"] == "error":
                if params["entry"].get("source") != "network":
                    found.append(params["entry"]["text"])
            elif event["method"] == "Runtime.consoleAPICalled" and params["type"] == "error":
                found.append(str([one.get("description", one.get("value")) for one in params["args"]]))
        return found

    def picture(self, path: Path) -> None:
        """Save what the page looks like as a PNG."""
        path.write_bytes(base64.b64decode(self.send("Page.captureScreenshot", format="png")["data"]))

    # --- acting

    def open(self, path: str = "/") -> None:
        """Go to an address of the site."""
        self.send("Page.navigate", url=self.address + path)
        self.wait("document.readyState === 'complete' && document.querySelector('#app')?.children.length > 0")

    def click(self, selector: str, text: str = "") -> None:
        """Click the middle of an element, once it stands still and nothing lies over it."""
        found = f"({_FIND})({json.dumps(selector)}, {json.dumps(text)})"
        script = f"""(async () => {{
            const e = {found};
            if (!e) return null;
            e.scrollIntoView({{block: "nearest"}});
            const middle = () => {{
                const b = e.getBoundingClientRect();
                return [b.x + b.width / 2, b.y + b.height / 2];
            }};
            const before = middle();
            await new Promise((go) => requestAnimationFrame(() => requestAnimationFrame(go)));
            const now = middle();
            return String(now) === String(before) && e.contains(document.elementFromPoint(...now)) ? now : null;
        }})()"""
        x, y = self.wait(script, f"{selector} {text!r} to click")
        self.point(x, y)
        for kind in ("mousePressed", "mouseReleased"):
            self.send("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def point(self, x: float, y: float) -> None:
        """Move the mouse."""
        self.send("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y)

    def hover(self, selector: str, text: str = "") -> None:
        """Move the mouse over an element."""
        found = f"({_FIND})({json.dumps(selector)}, {json.dumps(text)})"
        box = f"(() => {{ const b = {found}?.getBoundingClientRect(); return b && [b.x + 60, b.y + b.height / 2]; }})()"
        self.point(1, 1)
        self.point(*self.wait(box, f"{selector} {text!r}"))

    def type(self, text: str) -> None:
        """Type into what has the focus, as one piece."""
        self.send("Input.insertText", text=text)

    def fill(self, selector: str, text: str) -> None:
        """Put a text in the place of a field's."""
        self.wait(f"document.querySelector({json.dumps(selector)}) && true", selector)
        self.run(f"(() => {{ const e = document.querySelector({json.dumps(selector)}); e.focus(); e.select?.(); }})()")
        self.type(text)

    def select(self, selector: str, value: str) -> None:
        """Choose an option of a select by its value."""
        self.wait(f"document.querySelector({json.dumps(selector)}) && true", selector)
        self.run(f"""(() => {{
            const e = document.querySelector({json.dumps(selector)});
            e.value = {json.dumps(value)};
            e.dispatchEvent(new Event("change"));
        }})()""")

    def choose(self, selector: str, *files: Path) -> None:
        """Choose files in a file input, as its dialog does."""
        found = self.send("Runtime.evaluate", expression=f"document.querySelector({json.dumps(selector)})")
        names = [str(file) for file in files]
        self.send("DOM.setFileInputFiles", files=names, objectId=found["result"]["objectId"])

    def press(self, keys: str) -> None:
        """Press a key, with modifiers before it: "Enter", "Control+k", "Alt+Shift+ArrowDown"."""
        *modifiers, key = keys.split("+") if keys != "+" else ["+"]
        bits = sum(_MODIFIERS[name] for name in modifiers)
        code, text = _KEYS.get(key, (ord(key.upper()[0]), key))
        typed = {} if bits & ~_MODIFIERS["Shift"] or not text else {"text": text}
        common = {"key": key, "modifiers": bits, "windowsVirtualKeyCode": code}
        self.send("Input.dispatchKeyEvent", type="keyDown", **common, **typed)
        self.send("Input.dispatchKeyEvent", type="keyUp", **common)

    def offline(self, off: bool = True) -> None:
        """Take the network away from the page, or give it back."""
        self.send(
            "Network.emulateNetworkConditions", offline=off, latency=0, downloadThroughput=-1, uploadThroughput=-1
        )  # fmt: skip

    def throttle(self, upload: int) -> None:
        """Let the page send so many bytes per second; -1 for no limit."""
        self.send(
            "Network.emulateNetworkConditions", offline=False, latency=0, downloadThroughput=-1, uploadThroughput=upload
        )  # fmt: skip
