"""A browser, a server, and people who use it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pytest

from hubbub.core.testing import PASSWORD, Client, LiveServer
from hubbub.tests.webclient.browser import DESK, Chromium, Page, executable
from hubbub.tests.webclient.kit import FIXED, LARGEST, Findings, OpenPage, World, sign_in

AXE: Final = Path(__file__).parents[1] / "clients" / "node" / "node_modules" / "axe-core" / "axe.min.js"
TAGS: Final = '["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]'


@pytest.fixture(scope="session")
def chromium() -> Iterator[Chromium]:
    """Yield the browser that all tests share; each page in it is somebody else's."""
    program = executable()
    if program is None:
        pytest.skip("the web client is tested in Chromium: apt-get install chromium")
    browser = Chromium(program)
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def server() -> Iterator[LiveServer]:
    """Yield a server; its first account, the system admin, is taken."""
    config = {
        "TeamSettings": {"EnableOpenServer": True},
        "FileSettings": {"MaxFileSize": LARGEST},
        "GuestAccountsSettings": {"Enable": True},
        "LogSettings": {"EnableFile": True},
        "ServiceSettings": {
            "AllowedUntrustedInternalConnections": "127.0.0.1",
            "EnablePostUsernameOverride": True,
            "EnablePostIconOverride": True,
            "EnableUserAccessTokens": True,
            "EnableBotAccountCreation": True,
            "EnableOutgoingOAuthConnections": True,
        },
    }
    with LiveServer(config, environment={"MM_SUPPORTSETTINGS_ABOUTLINK": FIXED}) as server:
        server.create_user("admin")
        yield server


@pytest.fixture
def admin(server: LiveServer) -> Client:
    """Return the system admin."""
    client = server.client()
    client.login("admin", PASSWORD)
    return client


@pytest.fixture
def world(server: LiveServer) -> World:
    """Return people of this test's own."""
    return World(server)


@pytest.fixture
def open_page(chromium: Chromium, server: LiveServer) -> OpenPage:
    """Return `open_page(person, path)`: a page of somebody who is signed in (nobody: None), closed at the end.

    Leaving it fails the test if the page had an exception or broke its own policy.
    """

    @contextmanager
    def open_page(
        person: Client | None, path: str = "/", *, size: tuple[int, int] = DESK, dark: bool = False
    ) -> Iterator[Page]:
        with chromium.page(server.url, size, dark=dark) as page:
            if person is not None:
                sign_in(page, person)
            page.open(path)
            if person is not None:
                page.wait("document.querySelector('.channel-view, .console-page h1') && true")
            yield page
            assert page.problems() == []

    return open_page


@pytest.fixture(scope="session")
def findings() -> Findings:
    """Return `findings(page)`: what axe-core finds serious or critical in what the page shows.

    `findings(page, only="color-contrast")` looks for one kind alone, which is much quicker.
    """
    if not AXE.is_file():
        pytest.skip("axe-core is not installed: scripts/node-clients.sh")
    source = AXE.read_text(encoding="utf-8")

    def findings(page: Page, *, only: str = "") -> list[str]:
        wanted = json.dumps({"type": "rule", "values": [only]}) if only else TAGS
        page.wait("!document.getAnimations().some((one) => one instanceof CSSTransition)")
        page.run(source + "\n0")
        found = page.run(
            f"""axe.run(document, {{ runOnly: {wanted}, resultTypes: ["violations"] }})
                .then((answer) => answer.violations.filter((one) => ["serious", "critical"].includes(one.impact))
                .map((one) => one.id + ": " + one.nodes.slice(0, 3).map((node) => node.html.slice(0, 150) + " "
                    + node.any.concat(node.all, node.none).map((check) => check.message).join("; ")).join(" | ")))"""
        )
        return list(found)

    return findings
