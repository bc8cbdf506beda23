"""Several clients of the same people: what one does the others know, and all end up with the same."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from typing import Any

import gevent
import pytest

from hubbub.core.testing import Client, LiveServer, WebSocketClient, client

THREADS = "/users/me/teams/{team}/threads/{root}"


class Meeting:
    """Alice, bob and carol in one channel. Sockets are closed after the test."""

    def __init__(self, server: LiveServer, stack: ExitStack, new_name: Callable[[str], str]) -> None:
        self.server, self._stack = server, stack
        self.alice, self.bob, self.carol = (server.create_user(new_name(name)) for name in ("alice", "bob", "carol"))
        self.team = server.create_team(owner=self.alice, members=(self.bob, self.carol))
        self.channel = server.create_channel(owner=self.alice, team=self.team, members=(self.bob, self.carol))

    def socket(self, user: Client) -> WebSocketClient:
        """Return a new socket of a user, on whichever worker."""
        return self._stack.enter_context(self.server.websocket(user))

    def call(self, user: Client) -> str:
        """Return how a message names a user."""
        return f"@{user.user['username']}"

    def try_to(self, user: Client) -> Client:
        """Return a client of the same user that returns refusals."""
        other = client.Client(client.HttpTransport(self.server.host, self.server.port), strict=False)
        other.token, other.user = user.token, user.user
        return other


@pytest.fixture
def meeting(server: LiveServer, new_name: Callable[[str], str]) -> Iterator[Meeting]:
    """Yield people on each kind of server in turn."""
    with ExitStack() as stack:
        yield Meeting(server, stack, new_name)


def together(*calls: Callable[[], Any]) -> list[Any]:
    """Make calls at the same time and return their answers."""
    greenlets = [gevent.spawn(call) for call in calls]
    gevent.joinall(greenlets, timeout=60, raise_error=True)
    return [greenlet.value for greenlet in greenlets]


def heard_until(socket: WebSocketClient, message: str) -> list[dict[str, Any]]:
    """Return the events about posts up to the one about a message."""
    heard = []
    while True:
        event = socket.receive()
        if event.get("event") in ("posted", "post_edited", "post_deleted"):
            heard.append(event)
            if json.loads(event["data"]["post"])["message"] == message:
                return heard


def test_a_channel_read_in_one_client_is_read_in_the_other(meeting: Meeting) -> None:
    phone = meeting.socket(meeting.carol)
    post = meeting.bob.create_post(meeting.channel, meeting.call(meeting.carol))
    assert json.loads(phone.wait_for("posted")["data"]["mentions"]) == [meeting.carol.id]
    meeting.carol.post("/channels/members/me/view", {"channel_id": meeting.channel["id"]})
    times = phone.wait_for("multiple_channels_viewed")["data"]["channel_times"]
    assert times[meeting.channel["id"]] >= post["create_at"]
    unread = meeting.carol.get(f"/users/me/channels/{meeting.channel['id']}/unread").json
    assert (unread["msg_count"], unread["mention_count"]) == (0, 0)


def test_a_thread_read_in_one_client_is_read_in_the_other(meeting: Meeting) -> None:
    phone = meeting.socket(meeting.carol)
    root = meeting.alice.create_post(meeting.channel, "root")
    reply = meeting.bob.create_post(meeting.channel, meeting.call(meeting.carol), root_id=root["id"])
    badge = phone.wait_for("thread_updated")["data"]
    assert json.loads(badge["thread"])["unread_mentions"] == 1
    path = THREADS.format(team=meeting.team["id"], root=root["id"])
    meeting.carol.put(f"{path}/read/{reply['create_at']}")
    read = phone.wait_for("thread_read_changed")["data"]
    assert (read["thread_id"], read["unread_mentions"], read["unread_replies"]) == (root["id"], 0, 0)
    assert read["previous_unread_mentions"] == 1


def test_only_followers_hear_of_a_thread(meeting: Meeting) -> None:
    stranger, follower = meeting.socket(meeting.carol), meeting.socket(meeting.alice)
    root = meeting.alice.create_post(meeting.channel, "root")
    meeting.bob.create_post(meeting.channel, "reply", root_id=root["id"])
    follower.wait_for("thread_updated")
    meeting.bob.create_post(meeting.channel, "end")
    heard = []
    while not heard or json.loads(heard[-1]["data"].get("post", "{}")).get("message") != "end":
        heard.append(stranger.receive())
    assert "thread_updated" not in {event["event"] for event in heard}
    assert not any("followers" in event["data"] for event in heard)


def test_two_edits_at_once_end_with_one_text_for_everybody(meeting: Meeting) -> None:
    sockets = [meeting.socket(user) for user in (meeting.alice, meeting.carol)]
    post = meeting.bob.create_post(meeting.channel, "as it was")
    edits = [f"edit {number}" for number in range(4)]
    together(*[partial(meeting.bob.put, f"/posts/{post['id']}/patch", {"message": text}) for text in edits])
    meeting.bob.create_post(meeting.channel, "end")
    stored = meeting.alice.get(f"/posts/{post['id']}").json
    assert stored["message"] in edits
    for socket in sockets:
        events = heard_until(socket, "end")
        seen = [json.loads(event["data"]["post"]) for event in events if event["event"] == "post_edited"]
        assert sorted(shown["message"] for shown in seen) == edits
        assert max(seen, key=lambda shown: shown["update_at"])["message"] == stored["message"]
    assert len(meeting.bob.get(f"/posts/{post['id']}/edit_history").json) == 4


def test_a_root_deleted_while_others_reply_leaves_nothing_behind(meeting: Meeting) -> None:
    socket = meeting.socket(meeting.carol)
    root = meeting.alice.create_post(meeting.channel, "root")
    bob = meeting.try_to(meeting.bob)
    body = {"channel_id": meeting.channel["id"], "root_id": root["id"], "message": "reply"}
    answers = together(
        *[partial(bob.post, "/posts", body) for _ in range(5)],
        partial(meeting.alice.delete, f"/posts/{root['id']}"),
        *[partial(bob.post, "/posts", body) for _ in range(5)],
    )
    assert {answer.status for answer in answers} <= {200, 201, 400}
    page = meeting.carol.get(f"/channels/{meeting.channel['id']}/posts").json
    assert [post for post in page["posts"].values() if not post["type"]] == []
    end = meeting.alice.create_post(meeting.channel, "end")
    events = heard_until(socket, "end")
    deleted = {json.loads(event["data"]["post"])["id"] for event in events if event["event"] == "post_deleted"}
    assert deleted == {root["id"]}, "with it a client drops its replies"
    thread = THREADS.format(team=meeting.team["id"], root=root["id"])
    assert meeting.try_to(meeting.bob).get(thread).status == 404
    page = meeting.carol.get(f"/channels/{meeting.channel['id']}/posts").json
    assert [post["id"] for post in page["posts"].values() if not post["type"]] == [end["id"]]


def test_who_comes_and_goes_hears_nothing_of_the_time_outside(
    single_server: LiveServer, new_name: Callable[[str], str]
) -> None:
    with ExitStack() as stack:
        meeting = Meeting(single_server, stack, new_name)
        socket = meeting.socket(meeting.carol)
        path, end = (
            f"/channels/{meeting.channel['id']}/members",
            meeting.server.create_channel(owner=meeting.alice, team=meeting.team, members=(meeting.carol,)),
        )
        outside: set[str] = set()
        inside: set[str] = set()
        goes_on = True

        def talk() -> None:
            number = 0
            while goes_on:
                number += 1
                meeting.bob.create_post(meeting.channel, f"meanwhile {number}")

        talking = gevent.spawn(talk)
        for turn in range(4):
            inside.add(meeting.alice.create_post(meeting.channel, f"inside {turn}")["id"])
            meeting.carol.delete(f"{path}/{meeting.carol.id}")
            outside |= {meeting.alice.create_post(meeting.channel, f"outside {turn}.{n}")["id"] for n in range(3)}
            meeting.alice.post(path, {"user_id": meeting.carol.id})
        goes_on = False
        talking.get(timeout=60)
        meeting.alice.create_post(end, "end")
        heard = {json.loads(event["data"]["post"])["id"] for event in heard_until(socket, "end")}
        assert heard & outside == set()
        assert inside <= heard
