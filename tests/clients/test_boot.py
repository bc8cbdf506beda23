"""What the official web client asks from the login page on, replayed in its order; boot.json says what it needs."""

import json
import re
from collections.abc import Callable
from typing import Any, Final

import pytest

from hubbub.core.testing import PASSWORD, Answer, LiveServer
from hubbub.tests.clients.kit import HERE, Browser

BOOT: Final[dict[str, Any]] = json.loads((HERE / "boot.json").read_text())
STAGES: Final = [stage["stage"] for stage in BOOT["stages"]]
NOT_OURS: Final = {
    "GET /agents",
    "GET /agents/status",
    "GET /upgrade_to_enterprise/allowed",
    "GET /upgrade_to_enterprise/status",
}
"""Operations that there is no reason to have: a bridge to a plugin of others, and the way to another edition."""


FORM: Final = "multipart/form-data; boundary=edge"


class Page:
    """A signed-in browser, and what the placeholders of boot.json stand for."""

    def __init__(self, server: LiveServer, name: str, *, admin: bool) -> None:
        self.browser = Browser(server)
        self.admin = admin
        owner = server.create_user("" if admin else name)
        if admin:
            owner.login("admin", PASSWORD)
        other = server.create_user()
        team = server.create_team(owner=owner, members=(other,))
        channel = server.create_channel(owner=owner, team=team, members=(other,))
        direct = owner.post("/channels/direct", [owner.id, other.id]).json
        owner.create_post(direct, "between us")
        root = owner.create_post(channel, "first words")
        other.create_post(channel, "an answer", root_id=root["id"])
        owner.put(
            f"/users/{owner.id}/preferences",
            [{"user_id": owner.id, "category": "tutorial_step", "name": owner.id, "value": "999"}],
        )
        self.values = {
            "me": owner.id,
            "username": owner.user["username"],
            "password": PASSWORD,
            "other": other.id,
            "team": team["id"],
            "channel": channel["id"],
            "other_channel": server.create_channel(owner=owner, team=team)["id"],
            "direct": direct["id"],
            "root": root["id"],
            "since": str(root["create_at"]),
        }
        self._number = 0

    def fill(self, value: Any) -> Any:
        """Put the values in for the placeholders."""
        if isinstance(value, dict):
            return {key: self.fill(item) for key, item in value.items()}
        if isinstance(value, list):
            return [self.fill(item) for item in value]
        if isinstance(value, str):
            return re.sub(r"\{(\w+)\}", lambda match: self.values[match[1]], value)
        return value

    def ask(self, call: str | dict[str, Any]) -> list[str]:
        """Make one call of a stage and return what is wrong with the answer."""
        line = call if isinstance(call, str) else call["call"]
        operation = BOOT["operations"][operation_of(line)]
        body = operation.get("body")
        if isinstance(call, dict):
            body = {**body, **call["body"]}
        self._number += 1
        self.values["number"] = str(self._number)
        method, path = self.fill(line).split(" ")
        headers = {}
        if "form" in operation:
            body, headers = form_of(self.fill(operation["form"])), {"Content-Type": FORM}
        csrf = operation.get("csrf", True)
        answer = self.browser.request(method, path, self.fill(body), csrf=csrf, headers=headers)
        if operation_of(line) in NOT_OURS:
            return still_missing(line, answer)
        status = operation.get("status", 200)
        if "member" in operation and not self.admin:
            return wrong_status(line, answer, operation["member"])
        return wrong_status(line, answer, status) or wrong_shape(
            line, answer, operation, signed_in=bool(self.browser.cookies)
        )


def form_of(fields: dict[str, str]) -> bytes:
    """Return a multipart form; `files` is the content of a file."""
    body = ""
    for name, value in fields.items():
        file = '; filename="words.txt"' if name == "files" else ""
        body += f'--edge\r\nContent-Disposition: form-data; name="{name}"{file}\r\n\r\n{value}\r\n'
    return f"{body}--edge--\r\n".encode()


def operation_of(line: str) -> str:
    """Return the name of the operation that a call's line asks for."""
    return line.partition("?")[0].replace("{other_channel}", "{channel}").replace("{direct}", "{channel}")


def still_missing(line: str, answer: Answer) -> list[str]:
    """Say what is wrong with the answer of an operation that is not there: a client takes any 401 for a logout."""
    if answer.status not in (404, 501):
        return [f"{line}: {answer.status}; it is there now: take it off its list"]
    return [] if answer.json["status_code"] == answer.status else [f"{line}: {answer}"]


def wrong_status(line: str, answer: Answer, wanted: int) -> list[str]:
    """Say so when the status is not the wanted one."""
    return [] if answer.status == wanted else [f"{line}: {answer.status} instead of {wanted}: {answer.body[:300]!r}"]


def wrong_shape(line: str, answer: Answer, operation: dict[str, Any], *, signed_in: bool) -> list[str]:
    """Say which fields the client misses in an answer."""
    kind = answer.headers.get("content-type", "")
    if "bytes" in operation:
        return [] if kind.startswith(operation["bytes"]) else [f"{line}: content type {kind}"]
    if kind == "application/x-ndjson":
        found: Any = [json.loads(text) for text in answer.body.splitlines()]
    elif kind == "application/json":  # with anything behind it the client does not decode the answer
        found = answer.json
    else:
        return [f"{line}: content type {kind!r}"]
    if "array" in operation:
        if not isinstance(found, list):
            return [f"{line}: no array: {answer}"]
        if (operation["array"] and not found and "empty" not in operation) or len(found) != operation.get(
            "count", len(found)
        ):
            return [f"{line}: {len(found)} elements"]
        return [f"{line}: {field} is missing" for field in operation["array"] if not all(field in x for x in found)]
    if not isinstance(found, dict):
        return [f"{line}: no object: {answer}"]
    wanted = operation["object"] + (operation.get("signed_in", []) if signed_in else [])
    return [f"{line}: {field} is missing" for field in wanted if field not in found]


@pytest.fixture(params=["admin", "member"])
def page(request: pytest.FixtureRequest, server: LiveServer, new_name: Callable[[str], str]) -> Page:
    """Return a browser before it signs in: of the system admin, and of somebody else."""
    return Page(server, new_name("boot"), admin=request.param == "admin")


def test_every_stage_gets_what_it_needs(page: Page) -> None:
    problems = []
    for stage in BOOT["stages"]:
        for call in stage["calls"]:
            if page.browser.cookies or operation_of(str(call)) != "GET /teams":  # the first needs a session
                problems += [f"[{stage['stage']}] {problem}" for problem in page.ask(call)]
    assert not problems, "\n" + "\n".join(dict.fromkeys(problems))


@pytest.fixture
def booted(server: LiveServer, new_name: Callable[[str], str]) -> Page:
    """Return a signed-in browser of somebody who is no admin."""
    page = Page(server, new_name("boot"), admin=False)
    assert page.browser.login(page.values["username"]).status == 200
    return page


def test_channels_and_memberships_are_the_same_in_each_list(booted: Page) -> None:
    ask = booted.browser.request
    me, team = booted.values["me"], booted.values["team"]
    of_team = {channel["id"] for channel in ask("GET", f"/users/me/teams/{team}/channels?include_deleted=false").json}
    members = {member["channel_id"] for member in ask("GET", f"/users/me/teams/{team}/channels/members").json}
    assert booted.values["direct"] in of_team  # direct messages belong to every team
    assert of_team == members
    everywhere = {channel["id"] for channel in ask("GET", "/users/me/channels").json}
    assert everywhere == of_team  # there is one team only
    paged = ask("GET", f"/users/{me}/channel_members?page=0&per_page=200")
    assert {member["channel_id"] for member in paged.json} == everywhere
    streamed = ask("GET", f"/users/{me}/channel_members?page=-1&per_page=60")
    assert streamed.headers["content-type"] == "application/x-ndjson"
    assert {json.loads(line)["channel_id"] for line in streamed.body.splitlines()} == everywhere


def test_the_sidebar_has_every_channel_once(booted: Page) -> None:
    me, team = booted.values["me"], booted.values["team"]
    answer = booted.browser.request("GET", f"/users/{me}/teams/{team}/channels/categories").json
    channels = booted.browser.request("GET", f"/users/me/teams/{team}/channels").json
    assert sorted(answer["order"]) == sorted(category["id"] for category in answer["categories"])
    assert [category["type"] for category in answer["categories"]] == ["favorites", "channels", "direct_messages"]
    shown = [channel_id for category in answer["categories"] for channel_id in category["channel_ids"]]
    assert sorted(shown) == sorted(channel["id"] for channel in channels)


def test_every_role_that_somebody_has_can_be_looked_up(booted: Page) -> None:
    ask = booted.browser.request
    named = set(ask("GET", "/users/me").json["roles"].split())
    for path in ("/users/me/teams/members", f"/users/me/teams/{booted.values['team']}/channels/members"):
        named |= {role for member in ask("GET", path).json for role in member["roles"].split()}
    roles = {role["name"]: role["permissions"] for role in ask("POST", "/roles/names", sorted(named)).json}
    assert set(roles) == named
    assert "create_post" in roles["channel_user"]


def test_replies_are_left_out_of_a_channel_when_threads_are_collapsed(booted: Page) -> None:
    ask, values = booted.browser.request, booted.values
    for path in (
        f"/users/{values['me']}/channels/{values['channel']}/posts/unread?limit_after=30&limit_before=30",
        f"/channels/{values['channel']}/posts?since={values['since']}",
        f"/channels/{values['channel']}/posts?page=0&per_page=30",
    ):
        flat = ask("GET", f"{path}&skipFetchThreads=false").json
        assert "an answer" in {post["message"] for post in flat["posts"].values()}, path
        collapsed = ask(
            "GET", f"{path}&skipFetchThreads=false&collapsedThreads=true&collapsedThreadsExtended=false"
        ).json
        messages = {post["message"] for post in collapsed["posts"].values()}
        assert "first words" in messages, path
        assert "an answer" not in messages, path
        assert collapsed["posts"][values["root"]]["reply_count"] == 1, path
        participants = collapsed["posts"][values["root"]]["participants"]
        assert [user["id"] for user in participants] == [values["other"]], path


def test_reading_a_channel_makes_it_read(booted: Page) -> None:
    ask, values = booted.browser.request, booted.values
    path = f"/users/me/channels/{values['channel']}/unread"
    assert ask("GET", path).json["msg_count"] > 0
    viewed = ask(
        "POST",
        "/channels/members/me/view",
        {"channel_id": values["channel"], "collapsed_threads_supported": True},
    ).json
    assert viewed["last_viewed_at_times"][values["channel"]] > 0
    assert (ask("GET", path).json["msg_count"], ask("GET", path).json["mention_count"]) == (0, 0)
