"""A working day with two official client libraries, against one worker on SQLite and three on PostgreSQL."""

from collections.abc import Callable
from typing import Any

import pytest

from hubbub.core.testing import LiveServer
from hubbub.tests.clients.kit import HERE, python_script, run_client
from hubbub.tests.clients.test_javascript_client import node

__all__ = ["node"]  # a fixture

BOTH_HEAR = {"channel_updated", "hello", "post_edited", "posted", "reaction_added", "reaction_removed"}
ALICE_HEARS = BOTH_HEAR | {
    "draft_created",
    "draft_deleted",
    "post_acknowledgement_added",
    "scheduled_post_created",
    "scheduled_post_deleted",
    "scheduled_post_updated",
    "status_change",
    "thread_follow_changed",
    "thread_read_changed",
    "thread_updated",
}
BOB_HEARS = BOTH_HEAR | {
    "channel_bookmark_created",
    "channel_bookmark_deleted",
    "multiple_channels_viewed",
    "post_unread",
    "preferences_changed",
    "sidebar_category_created",
    "user_removed",
}


@pytest.fixture
def people(new_name: Callable[[str], str]) -> dict[str, str]:
    """Return names for two people and their team."""
    return {role: new_name(role) for role in ("alice", "bob", "team")}


def test_the_javascript_client_has_a_day(node: str, server: LiveServer, people: dict[str, str]) -> None:
    seen = run_client(server, [node, str(HERE / "node" / "day.mjs")], people)
    heard = [set(names) for names in seen.pop("events")]
    assert seen == {
        "status": "dnd",
        "customStatus": "Waking up",
        "categories": [seen["categories"][0]],
        "reactions": ["seedling"],
        "noReactions": [],
        "priority": "important",
        "acknowledged": [True],
        "threads": [[True, 1, 1, 1]],
        "threadRead": 0,
        "threadUnread": 1,
        "threadLeft": 0,
        "found": [
            ["Who waters the #plants while I am away?"],
            ["Who waters the #plants while I am away?"],
            [f"I do, @{people['alice']}"],
            ["Please confirm"],
            [],
        ],
        "pinned": 1,
        "saved": 1,
        "history": ["Who waters the plants?", "Who waters the #plants while I am away?"],
        "restored": "Who waters the plants?",
        "unread": 0,
        "drafts": ["half a tho"],
        "noDrafts": 0,
        "scheduled": ["Good morning, all"],
        "remind": "OK",
        "bookmarks": ["Care"],
        "privacy": "P",
        "archived": ["attic"],
        "shut": "api.context.permissions.app_error",
        "people": [people["bob"]],
        "browse": ["town-square"],
        "lists": [True, True, True],
        "unreads": [True],
        "updated": True,
    }
    assert (ALICE_HEARS - heard[0], BOB_HEARS - heard[1]) == (set(), set())
    assert not {"draft_created", "scheduled_post_created", "thread_follow_changed"} & heard[1]


def test_the_python_driver_has_a_day(server: LiveServer, people: dict[str, str]) -> None:
    seen: dict[str, Any] = run_client(server, python_script("mattermostautodriver_day"), people)
    assert seen["reactions"] == ["pizza"]
    thread = seen["threads"]["threads"][0]
    assert (thread["reply_count"], thread["unread_replies"], seen["threads"]["total_unread_threads"]) == (1, 1, 1)
    assert (seen["found"], seen["read"], seen["left"], seen["refused"]) == (True, 0, 0, True)
    assert [post["message"] for post in seen["scheduled"][seen["team"]]] == ["tea"]
    assert (seen["bookmarks"], seen["status"]) == (["Menu"], "Lunch")
    assert (seen["emoji"], seen["fields"]) == ([], [])
