"""A browser, a server, and people who use it."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from hubbub.core.testing import PASSWORD, Client, LiveServer
from hubbub.tests.webclient.browser import DESK, Chromium, Page, executable
from hubbub.tests.webclient.kit import LARGEST, OpenPage, World, sign_in


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
        },
    }
    with LiveServer(config) as server:
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
