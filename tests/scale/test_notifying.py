"""Deciding who is told of a post takes as many statements in a large channel as in a small one."""

from pathlib import Path
from typing import Any, Final

import pytest

from hubbub.core.contracts.notifications import EMAIL, PUSH, Notification
from hubbub.core.contracts.plugin import Manifest
from hubbub.core.testing import make_app
from hubbub.hookspecs import hookimpl
from hubbub.tests.scale.crowd import Crowd
from hubbub.tests.scale.test_queries import FEW, MANY, Counting

MOST: Final = 5
CONFIG: Final = {
    "TeamSettings": {"MaxNotificationsPerChannel": 10_000},
    "EmailSettings": {"SendPushNotifications": True},
    "ServiceSettings": {"CollapsedThreads": "default_off"},
}


class Noting:
    """A plugin that notes how many people are told."""

    manifest = Manifest(id="noting", version="1.0.0", summary="Counts notifications", reloadable=True)
    id = "noting"

    def __init__(self, context: Any) -> None:
        self.told = 0

    @hookimpl
    def register_notifiers(self) -> list[Any]:
        return [self]

    def notify(self, notification: Notification) -> None:
        self.told += 1


def statements(folder: Path, size: int, text: str, reply: bool) -> tuple[list[str], int]:
    """Return the statements of deciding, with empty caches and with full ones, and how many people are told.

    Empty is what the first post after a start finds: what creating the post has read itself is there.
    """
    with make_app(CONFIG, plugins=[Noting], data_directory=folder) as server:
        crowd = Crowd(server, size)
        counting = Counting(server, crowd)
        plugin = server.plugin("notifications")
        told: list[Any] = []
        server.app.caches.invalidate_all()  # the crowd came by copying rows
        plugin._recorder._posted = told.append
        found = []
        people = []
        for warmth in ("empty", "full"):
            crowd.me.create_post(crowd.channel, text, **({"root_id": crowd.root} if reply else {}))
            server.settle()
            counting.statements.clear()
            people = plugin.notifications.recipients.of(told[-1], frozenset((EMAIL, PUSH)))
            assert len(counting.statements) <= MOST, counting.statements
            found += [f"[{warmth} caches] {statement}" for statement in counting.statements]
        return found, len(people)


@pytest.mark.parametrize(("text", "reply"), [("@all come", False), ("@all come", True)])
def test_deciding_takes_as_many_statements_with_few_as_with_many(tmp_path: Path, text: str, reply: bool) -> None:
    few, some = statements(tmp_path / "few", FEW, text, reply)
    many, crowd = statements(tmp_path / "many", MANY, text, reply)
    assert (some, crowd) == (FEW + 2, MANY + 2)
    assert few == many
