"""The web client in Chromium against a local server: how much the first view transfers, how fast it is, how it grows.

    python bench/web_client.py [--posts 5000] [--received 10000]

Prints one table. Chromium, the server and this script share the machine.
"""

# ruff: noqa: E402  (patching comes first)
from hubbub.core.patching import patch

patch()

import argparse
import time
from typing import Any, Final

import gevent
from gevent.pool import Pool

from hubbub.core.testing import Client, LiveServer
from hubbub.tests.webclient.browser import Chromium, Page, executable
from hubbub.tests.webclient.kit import sign_in

CONFIG: Final = {"RateLimitSettings": {"Enable": False}, "LogSettings": {"ConsoleLevel": "WARN", "EnableFile": False}}
SENTENCE: Final = "This is message number {} of the benchmark, **as long** as people's messages usually are."
# Notes when the first message and the text box are there, and every task that held the page up for over 50 ms.
WATCH: Final = """
performance.setResourceTimingBufferSize(1000);
new MutationObserver((_, self) => {
  if (!document.querySelector("article") || !document.querySelector("#composer")) return;
  self.disconnect();
  requestAnimationFrame(() => { window.usable = performance.now(); });
}).observe(document, { childList: true, subtree: true });
window.long = [];
new PerformanceObserver((list) => list.getEntries().forEach((e) => window.long.push(e.duration))).observe({ type: "longtask" });
"""  # noqa: E501  (JavaScript, kept as it is written there)


def fill(author: Client, channel: dict[str, Any], count: int) -> None:
    """Post many messages, several at a time."""
    pool = Pool(8)
    for number in range(count):
        pool.spawn(author.create_post, channel, SENTENCE.format(number))
    pool.join()


def transferred(page: Page) -> float:
    """Return the KiB that came over the network for the page, as it says itself (what the cache has counts nothing)."""
    kinds = '["navigation", "resource"]'
    sizes = f"{kinds}.flatMap((kind) => performance.getEntriesByType(kind)).map((one) => one.transferSize)"
    return float(page.run(f"{sizes}.reduce((sum, size) => sum + size, 0)")) / 1024


def heap(page: Page) -> float:
    """Return the MiB of JavaScript's heap after a collection."""
    page.send("HeapProfiler.collectGarbage")
    return float(page.run("performance.memory.usedJSHeapSize")) / 2**20


def open_view(page: Page, path: str) -> tuple[float, float]:
    """Open a page; return ms until it is usable and KiB transferred."""
    page.send("Page.navigate", url="about:blank")
    page.wait("location.href === 'about:blank'")
    page.open(path)
    usable = float(page.wait("window.usable"))
    time.sleep(1)
    return usable, transferred(page)


def switch(page: Page, name: str) -> float:
    """Go to a visited channel by its row in the sidebar; return ms until its messages are painted."""
    script = f"""new Promise((done) => {{
        const row = [...document.querySelectorAll("a.channel-row")].find((e) => e.textContent.includes("{name}"));
        const at = performance.now();
        row.click();
        const look = () => document.querySelector(".channel-header").textContent.includes("{name}")
            && document.querySelector("article") ? requestAnimationFrame(() => done(performance.now() - at))
            : requestAnimationFrame(look);
        look();
    }})"""
    return float(page.run(script))


def receive(page: Page, author: Client, channel: dict[str, Any], seconds: float, rate: int) -> list[float]:
    """Type while messages come in; return the tasks over 50 ms."""
    page.run("window.long = []; document.querySelector('#composer').focus()")
    end = time.monotonic() + seconds
    number = 0
    while time.monotonic() < end:
        pool = gevent.spawn(author.create_post, channel, SENTENCE.format(number))
        page.type("a")
        number += 1
        pool.join()
        time.sleep(1 / rate)
    return list(page.run("window.long"))


def measure(server: LiveServer, browser: Chromium, posts: int, received: int) -> dict[str, str]:
    """Return the figures by their names."""
    ann, ben = server.create_user("ann"), server.create_user("ben")
    team = server.create_team("bench", owner=ann, members=(ben,))
    room = server.create_channel("room", owner=ann, team=team, members=(ben,))
    fill(ben, room, posts)
    ann.post("/channels/members/me/view", {"channel_id": room["id"]})
    found: dict[str, str] = {}
    with browser.page(server.url) as page:
        page.send("Page.addScriptToEvaluateOnNewDocument", source=WATCH)
        sign_in(page, ann)
        page.send("Network.clearBrowserCache")
        for name in ("cold", "warm"):
            usable, size = open_view(page, "/bench/channels/room")
            found[f"usable, {name}"] = f"{usable:.0f} ms"
            found[f"transferred, {name}"] = f"{size:.0f} KiB"
        switch(page, "Town Square")
        times = sorted(switch(page, name) for _ in range(10) for name in ("Room", "Town Square"))
        found["to a visited channel, median / longest"] = f"{times[10]:.0f} / {times[-1]:.0f} ms"
        switch(page, "Room")
        long = receive(page, ben, room, 10, 20)
        found["tasks over 50 ms while 20 posts/s come and one types, 10 s"] = f"{len(long)}"
        page.run("document.querySelector('#composer').value = ''")
        before = heap(page)
        fill(ben, room, received)
        ben.create_post(room, "that was all")
        page.sees("that was all", "article")
        found[f"heap before / after {received:,} received posts"] = f"{before:.1f} / {heap(page):.1f} MiB"
        found["rows of messages then"] = str(page.run("document.querySelectorAll('article').length"))
    return found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--posts", type=int, default=5000)
    parser.add_argument("--received", type=int, default=10_000)
    given = parser.parse_args()
    program = executable()
    if program is None:
        raise SystemExit("bench/web_client.py: this needs Chromium (apt-get install chromium)")
    browser = Chromium(program)
    try:
        with LiveServer(CONFIG, workers=1) as server:
            figures = measure(server, browser, given.posts, given.received)
    finally:
        browser.close()
    print("| the web client | |\n| --- | --- |")
    for name, figure in figures.items():
        print(f"| {name} | {figure} |")


if __name__ == "__main__":
    main()
