"""What posts do to the counters of channels and members: unread messages and mentions."""

from typing import Any

import pytest


def unread(talk: Any, client: Any, channel: str = "") -> tuple[int, int, int, int]:
    """Return a client's unread (posts, roots, mentions, mentions in roots)."""
    found = client.get(f"/users/{client.id}/channels/{channel or talk.channel}/unread").json
    return found["msg_count"], found["msg_count_root"], found["mention_count"], found["mention_count_root"]


def test_posts_are_unread_for_others_and_read_by_their_author(talk: Any) -> None:
    root = talk.say(talk.bob, "@carol")
    talk.say(talk.bob, "reply @carol", root_id=root["id"])
    assert talk.totals() == (2, 1)
    assert unread(talk, talk.carol) == (2, 1, 2, 1)
    assert unread(talk, talk.bob) == (0, 0, 0, 0)
    assert talk.member(talk.bob)["last_viewed_at"] >= root["create_at"]


def test_writing_reads_what_was_written_before(talk: Any) -> None:
    talk.say(talk.carol, "@bob")
    talk.say(talk.bob, "answer")
    assert unread(talk, talk.bob) == (0, 0, 0, 0)


@pytest.mark.parametrize("prop", ["from_webhook", "from_bot"])
def test_what_a_program_writes_is_not_read_by_its_account(talk: Any, prop: str) -> None:
    talk.say(talk.bob, "automatic", props={prop: "true"})
    assert unread(talk, talk.bob)[:2] == (1, 1)


def test_viewing_reads_everything(talk: Any) -> None:
    talk.say(talk.bob, "@carol")
    post = talk.say(talk.bob, "@carol again")
    answer = talk.carol.post("/channels/members/me/view", {"channel_id": talk.channel})
    assert answer.json == {"status": "OK", "last_viewed_at_times": {talk.channel: post["create_at"]}}
    assert unread(talk, talk.carol) == (0, 0, 0, 0)
    (event,) = talk.server.events("multiple_channels_viewed")
    assert event.data == {"channel_times": {talk.channel: post["create_at"]}}
    assert event.broadcast.user_id == talk.carol.id


def test_joining_and_leaving_makes_nothing_unread(talk: Any) -> None:
    talk.server.configure(TeamSettings={"EnableJoinLeaveMessageByDefault": True})
    talk.dave.post(f"/channels/{talk.channel}/members", {"user_id": talk.dave.id})
    talk.dave.delete(f"/channels/{talk.channel}/members/{talk.dave.id}")
    assert unread(talk, talk.carol) == (0, 0, 0, 0)
    assert talk.totals() == (0, 0)
    talk.bob.put(f"/channels/{talk.channel}/patch", {"header": "news"})
    assert unread(talk, talk.carol)[:2] == (1, 1)


def test_marking_unread_from_a_post_on(talk: Any) -> None:
    talk.say(talk.bob, "@carol before")
    posts = [talk.say(talk.bob, text) for text in ("here @carol", "plain", "and @carol")]
    talk.say(talk.bob, "reply @carol", root_id=posts[1]["id"])
    talk.say(talk.carol, "my own @carol")
    answer = talk.carol.post(f"/users/me/posts/{posts[0]['id']}/set_unread")
    assert answer.json == {
        "team_id": talk.team,
        "user_id": talk.carol.id,
        "channel_id": talk.channel,
        "msg_count": 1,
        "msg_count_root": 1,
        "mention_count": 3,
        "mention_count_root": 2,
        "urgent_mention_count": 0,
        "last_viewed_at": posts[0]["create_at"] - 1,
    }
    assert unread(talk, talk.carol) == (5, 4, 3, 2)
    (event,) = talk.server.events("post_unread")
    assert (event.data["post_id"], event.data["msg_count"], event.data["mention_count"]) == (posts[0]["id"], 1, 3)
    assert (event.broadcast.user_id, event.broadcast.team_id) == (talk.carol.id, talk.team)


def test_who_may_mark_unread(talk: Any) -> None:
    post = talk.say(talk.bob, "m")
    assert talk.carol.post(f"/users/{talk.bob.id}/posts/{post['id']}/set_unread").status == 403
    assert talk.dave.post(f"/users/me/posts/{post['id']}/set_unread").status == 403
    assert talk.carol.post(f"/users/me/posts/{'a' * 26}/set_unread").status == 404


def test_marking_a_direct_channel_unread_counts_each_post_of_the_other(talk: Any) -> None:
    direct = talk.bob.post("/channels/direct", [talk.bob.id, talk.carol.id]).json["id"]
    first = talk.bob.post("/posts", {"channel_id": direct, "message": "1"}).json
    talk.carol.post("/posts", {"channel_id": direct, "message": "2"})
    talk.bob.post("/posts", {"channel_id": direct, "message": "3"})
    assert unread(talk, talk.carol, direct) == (1, 1, 1, 1)
    talk.carol.post(f"/users/me/posts/{first['id']}/set_unread")
    assert unread(talk, talk.carol, direct) == (3, 3, 2, 2)


def test_a_team_counts_its_channels(talk: Any) -> None:
    talk.say(talk.bob, "@carol")
    other = talk.make_channel("other", talk.carol)
    talk.alice.post("/posts", {"channel_id": other, "message": "m"})
    talk.carol.put(f"/channels/{other}/members/{talk.carol.id}/notify_props", {"mark_unread": "mention"})
    found = talk.carol.get(f"/users/me/teams/{talk.team}/unread").json
    assert (found["msg_count"], found["mention_count"]) == (1, 1), "a muted channel counts mentions only"
    (listed,) = talk.carol.get("/users/me/teams/unread", query={"include_collapsed_threads": "true"}).json
    assert listed == found
    assert talk.carol.get("/users/me/teams/unread", query={"exclude_team": talk.team}).json == []


def test_a_new_member_has_read_what_was_there(talk: Any) -> None:
    talk.say(talk.bob, "before")
    talk.alice.post(f"/channels/{talk.channel}/members", {"user_id": talk.dave.id})
    assert unread(talk, talk.dave) == (0, 0, 0, 0)
    talk.say(talk.bob, "after")
    assert unread(talk, talk.dave) == (1, 1, 0, 0)


def test_viewing_reads_a_mention_of_the_very_moment_of_the_last_visit(talk: Any) -> None:
    post = talk.say(talk.bob, "@carol")
    talk.server.app.db.execute(
        "UPDATE {channelmembers} SET lastviewedat = ? WHERE channelid = ? AND userid = ?",
        (post["create_at"], talk.channel, talk.carol.id),
    )
    talk.carol.post("/channels/members/me/view", {"channel_id": talk.channel})
    assert unread(talk, talk.carol) == (0, 0, 0, 0)
