"""Signing in, joining and talking on a running server with two workers where the engine allows it, on each engine."""

from collections.abc import Callable
from typing import Any

import gevent
import pytest

from hubbub.core.testing import Client, LiveServer
from hubbub.tests.services.databases import DatabaseSource

pytestmark = pytest.mark.engines("sqlite", "postgres", "mysql")
EMOJI = "Grüße 😀 an alle"


class World:
    """alice (the first account) and bob in a team with a channel."""

    def __init__(self, server: LiveServer) -> None:
        self.server = server
        self.alice, self.bob = server.create_user("alice"), server.create_user("bob")
        self.team = server.create_team("crew", owner=self.alice, members=(self.bob,))
        self.channel = server.create_channel("talk", owner=self.alice, team=self.team, members=(self.bob,))
        # Being added to a channel is a mention, made in the background; it's read now.
        server.wait_until(lambda: self.unread(self.bob)[1] == 1)
        self.bob.post("/channels/members/me/view", {"channel_id": self.channel["id"]})

    def unread(self, who: Client) -> tuple[int, int]:
        """Return the unread messages and mentions of the channel, as the sidebar shows them."""
        counts = who.get(f"/users/{who.id}/channels/{self.channel['id']}/unread").json
        return counts["msg_count"], counts["mention_count"]


@pytest.fixture
def world(database: DatabaseSource, live_server: Callable[..., LiveServer]) -> World:
    sql = {"DriverName": database.driver_name, "DataSource": database.data_source}
    workers = 1 if database.driver_name == "sqlite" else 2
    return World(live_server({"SqlSettings": sql, "TeamSettings": {"EnableOpenServer": True}}, workers=workers))


def test_people_sign_in_join_and_talk(world: World) -> None:
    alice, bob, channel = world.alice, world.bob, world.channel
    with world.server.websocket(bob) as socket:
        post = alice.create_post(channel, f"{EMOJI} @bob")
        heard = socket.wait_for("posted")
        assert EMOJI in heard["data"]["post"]
        assert heard["data"]["mentions"] == f'["{bob.id}"]'
        assert world.unread(bob) == (1, 1)

        reply = bob.create_post(channel, "🎉", root_id=post["id"])
        assert reply["reply_count"] == 1
        edited = alice.put(f"/posts/{post['id']}/patch", {"message": "edited 👍🏽"}).json
        assert edited["edit_at"] > 0
        assert "edited 👍🏽" in socket.wait_for("post_edited")["data"]["post"]

    bob.post("/channels/members/me/view", {"channel_id": channel["id"]})
    assert world.unread(bob) == (0, 0)
    page = bob.get(f"/channels/{channel['id']}/posts").json
    talk = [page["posts"][post_id]["message"] for post_id in page["order"] if not page["posts"][post_id]["type"]]
    assert talk == ["🎉", "edited 👍🏽"]
    thread = alice.get(f"/posts/{post['id']}/thread").json
    assert set(thread["order"]) == set(thread["posts"]) == {post["id"], reply["id"]}


def test_everything_is_there_after_a_restart(world: World) -> None:
    post = world.alice.create_post(world.channel, EMOJI)
    world.server.restart()
    assert world.bob.get(f"/posts/{post['id']}").json["message"] == EMOJI
    assert world.bob.get(f"/users/{world.bob.id}/teams").json[0]["name"] == "crew"
    assert world.unread(world.bob) == (1, 0)


def test_names_are_found_in_any_case_and_taken_once(world: World) -> None:
    assert world.server.client().login("ALICE", "Correct-horse-9").status == 200
    taken = {"username": "Bob", "email": "other@example.com", "password": "Correct-horse-9"}
    world.server.client().post("/users", taken, expect=400)
    found = world.alice.post("/users/search", {"term": "BO", "team_id": world.team["id"]}).json
    assert [user["username"] for user in found] == ["bob"]


def test_many_workers_write_at_once_and_every_message_counts(world: World) -> None:
    def talk(who: Client, number: int) -> Any:
        return who.create_post(world.channel, f"{number} 😀")

    jobs = [gevent.spawn(talk, who, number) for number in range(20) for who in (world.alice, world.bob)]
    gevent.joinall(jobs, raise_error=True, timeout=60)
    channel = world.alice.get(f"/channels/{world.channel['id']}").json
    page = world.alice.get(f"/channels/{world.channel['id']}/posts", query={"per_page": 100}).json
    said = [post for post in page["posts"].values() if not post["type"]]
    assert len({post["id"] for post in said}) == 40
    assert channel["total_msg_count"] == 40


def test_a_direct_conversation_settings_and_a_goodbye(world: World) -> None:
    alice, bob = world.alice, world.bob
    direct = alice.post("/channels/direct", [alice.id, bob.id], expect=201).json
    alice.create_post(direct, "psst 🤫")
    unread = bob.get(f"/users/{bob.id}/channels/{direct['id']}/unread").json
    assert (unread["msg_count"], unread["mention_count"]) == (1, 1)
    preference = {"user_id": bob.id, "category": "theme", "name": world.team["id"], "value": '{"a":"😀"}'}
    bob.put(f"/users/{bob.id}/preferences", [preference])
    assert preference in bob.get(f"/users/{bob.id}/preferences").json
    bob.put(f"/users/{bob.id}/status", {"user_id": bob.id, "status": "dnd"})
    assert alice.get(f"/users/{bob.id}/status").json["status"] == "dnd"
    bob.delete(f"/channels/{world.channel['id']}/members/{bob.id}")
    bob.post("/posts", {"channel_id": world.channel["id"], "message": "still here?"}, expect=403)
