"""The two Python drivers that people write their scripts with, as they come from PyPI."""

import json
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from hubbub.core.testing import LiveServer
from hubbub.tests.clients.kit import python_script, run_client

DRIVERS = ("mattermostautodriver", "mattermostdriver")


@pytest.fixture(params=DRIVERS)
def seen(request: pytest.FixtureRequest, server: LiveServer, new_name: Callable[[str], str]) -> Any:
    """Return what one driver saw: alice signs up, makes a team and a channel and talks, bob listens."""
    names = {role: new_name(role) for role in ("alice", "bob", "team")}
    return {**names, **run_client(server, python_script(f"{request.param}_flow"), names)}


def test_people_sign_up_talk_and_hear_each_other(seen: Any) -> None:
    assert seen["me"]["username"] == seen["alice"]
    assert seen["by_name"] == seen["bob_id"]
    assert seen["found"] == [seen["bob"]]
    assert seen["members"] == 2
    assert seen["refused"] in (True, "api.context.permissions.app_error")

    assert seen["root"]["message"] == "first words"
    assert seen["reply"]["root_id"] == seen["root"]["id"]
    assert seen["edited"]["message"] == "first words, mended"
    assert seen["edited"]["edit_at"] > 0
    assert seen["replaced"]["message"] == "a better answer"
    assert seen["page"][:2] == ["a better answer", "first words, mended"]
    assert seen["thread"] == ["a better answer", "first words, mended"]

    assert [event["seq"] for event in seen["events"]] == list(range(len(seen["events"])))
    assert seen["events"][0]["event"] == "hello"
    assert seen["events"][0]["data"]["server_version"].startswith("11.6.0.")
    posted = [json.loads(event["data"]["post"]) for event in seen["events"] if event["event"] == "posted"]
    assert [post["message"] for post in posted] == [
        "first words",
        "an answer",
        "never mind",
        "between us",
        "that is all",
    ]
    counted = Counter(event["event"] for event in seen["events"])
    assert (counted["post_edited"], counted["post_deleted"], counted["direct_added"]) == (2, 1, 1)
