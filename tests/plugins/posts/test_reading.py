"""Pages of posts: by number, before, after, since, unread, by thread; ETags."""

from typing import Any

import pytest

from hubbub.core.db import Database


@pytest.fixture
def ten(talk: Any) -> list[dict[str, Any]]:
    """Return ten posts of alice's, oldest first; the second half shares one millisecond."""
    posts = [talk.say(talk.alice, str(number), create_at=1000 + min(number, 5)) for number in range(10)]
    return sorted(posts, key=lambda post: (post["create_at"], post["id"]))


def page(talk: Any, reader: Any = None, **query: Any) -> dict[str, Any]:
    """Return a page of the channel of alice's posts; system messages come after them."""
    answer = (reader or talk.bob).get(f"/channels/{talk.channel}/posts", query=query)
    assert answer.status == 200, answer
    return dict(answer.json)


def ids(posts: list[dict[str, Any]]) -> list[str]:
    """Return the ids of posts."""
    return [post["id"] for post in posts]


@pytest.fixture
def newest_first(ten: list[dict[str, Any]]) -> list[str]:
    """Return the ids of the ten posts, newest first."""
    return ids(ten)[::-1]


def test_pages_follow_each_other(talk: Any, newest_first: list[str]) -> None:
    seen: list[str] = []
    for number in range(4):
        found = page(talk, page=number, per_page=3)
        assert found["next_post_id"] == (seen[-1] if number else "")
        seen += found["order"]
        assert set(found["posts"]) == set(found["order"])
        assert found["prev_post_id"] == (newest_first[len(seen)] if len(seen) < 10 else "")
    assert seen == newest_first
    assert page(talk, page=4, per_page=3)["order"] == []


def test_pages_before_and_after_a_post(talk: Any, newest_first: list[str]) -> None:
    middle = newest_first[4]
    before = page(talk, before=middle, per_page=3)
    assert before["order"] == newest_first[5:8]
    assert (before["next_post_id"], before["prev_post_id"]) == (middle, newest_first[8])
    after = page(talk, after=middle, per_page=3)
    assert after["order"] == newest_first[1:4]
    assert (after["next_post_id"], after["prev_post_id"]) == (newest_first[0], middle)
    assert page(talk, before=middle, per_page=3, page=1)["order"] == newest_first[8:]
    last = page(talk, before=newest_first[-1])
    assert (last["order"], last["next_post_id"], last["prev_post_id"]) == ([], newest_first[-1], "")
    first = page(talk, after=newest_first[0])
    assert (first["order"], first["next_post_id"], first["prev_post_id"]) == ([], "", newest_first[0])


def test_a_post_of_another_channel_is_no_mark(talk: Any, ten: Any) -> None:
    other = talk.make_channel("other", talk.bob)
    assert talk.bob.get(f"/channels/{other}/posts", query={"before": ten[0]["id"]}).status == 404
    assert talk.bob.get(f"/channels/{other}/posts", query={"before": "x"}).status == 400


def test_since_has_what_is_new_edited_or_deleted(talk: Any) -> None:
    posts = [talk.say(talk.bob, text) for text in "abcd"]
    time = posts[-1]["update_at"]
    assert page(talk, since=time)["order"] == []
    edited = talk.bob.put(f"/posts/{posts[0]['id']}/patch", {"message": "A"}).json
    talk.bob.delete(f"/posts/{posts[1]['id']}")
    new = talk.say(talk.carol, "e")
    found = page(talk, since=time)
    assert found["order"] == [new["id"], posts[1]["id"], edited["id"]]
    assert found["posts"][posts[1]["id"]]["delete_at"] > 0
    assert talk.bob.get(f"/channels/{talk.channel}/posts", query={"since": "x"}).status == 400


def test_a_reply_comes_with_its_thread(talk: Any) -> None:
    root = talk.say(talk.bob, "root")
    for number in range(3):
        talk.say(talk.bob, str(number))
    reply = talk.say(talk.carol, "reply", root_id=root["id"])
    found = page(talk, per_page=2)
    assert root["id"] not in found["order"]
    assert found["posts"][root["id"]]["message"] == "root"
    assert root["id"] not in page(talk, per_page=2, skipFetchThreads="true")["posts"]
    collapsed = page(talk, per_page=10, collapsedThreads="true")
    assert reply["id"] not in collapsed["posts"]
    assert collapsed["posts"][root["id"]]["reply_count"] == 1
    assert [user["id"] for user in collapsed["posts"][root["id"]]["participants"]] == [talk.carol.id]
    extended = page(talk, per_page=10, collapsedThreads="true", collapsedThreadsExtended="true")
    (participant,) = extended["posts"][root["id"]]["participants"]
    assert participant["username"] == "carol"
    assert "notify_props" not in participant


def test_the_oldest_unread_post_with_its_neighbours(talk: Any) -> None:
    posts = [talk.say(talk.alice, str(number)) for number in range(8)]
    talk.bob.post(f"/users/me/posts/{posts[4]['id']}/set_unread")
    path = f"/users/{talk.bob.id}/channels/{talk.channel}/posts/unread"
    found = talk.bob.get(path, query={"limit_before": 2, "limit_after": 3}).json
    assert found["order"] == ids(posts[2:7])[::-1]
    assert (found["next_post_id"], found["prev_post_id"]) == (posts[7]["id"], posts[1]["id"])
    talk.bob.post("/channels/members/me/view", {"channel_id": talk.channel})
    assert talk.bob.get(path, query={"limit_before": 2}).json["order"] == ids(posts[6:])[::-1]
    assert talk.bob.get(path, query={"limit_after": 0}).status == 400
    assert talk.carol.get(path).status == 403


def test_who_may_read(talk: Any) -> None:
    private = talk.make_channel("secret", talk.bob, type="P")
    post = talk.bob.post("/posts", {"channel_id": private, "message": "m"}).json
    public = talk.say(talk.bob, "p")
    guest = talk.make_guest("gast", private)
    for client, may_private, may_public in (
        (talk.bob, True, True),
        (talk.dave, False, True),
        (talk.eve, False, False),
        (guest, True, False),
        (talk.alice, True, True),
    ):
        for may, channel, post_id in ((may_private, private, post["id"]), (may_public, talk.channel, public["id"])):
            for path in (
                f"/channels/{channel}/posts",
                f"/channels/{channel}/pinned",
                f"/posts/{post_id}",
                f"/posts/{post_id}/thread",
            ):
                assert (client.get(path).status == 200) is may, (client.user["username"], path)
    assert talk.dave.post("/posts/ids", [post["id"], public["id"]]).json == [public | {"pending_post_id": ""}]


def test_post_info_for_who_could_join(talk: Any) -> None:
    private = talk.make_channel("secret", talk.bob, type="P")
    hidden = talk.bob.post("/posts", {"channel_id": private, "message": "m"}).json["id"]
    post = talk.say(talk.bob, "m")["id"]
    assert talk.dave.get(f"/posts/{hidden}/info").status == 404
    assert talk.eve.get(f"/posts/{post}/info").status == 404
    assert talk.dave.get(f"/posts/{post}/info").json == {
        "channel_id": talk.channel,
        "channel_type": "O",
        "channel_display_name": "Talk",
        "has_joined_channel": False,
        "team_id": talk.team,
        "team_type": "O",
        "team_display_name": "Crew",
        "has_joined_team": True,
    }
    talk.alice.put(f"/teams/{talk.team}/privacy", {"privacy": "O"})
    assert talk.eve.get(f"/posts/{post}/info").json["has_joined_team"] is False


def test_by_ids(talk: Any) -> None:
    first, second = talk.say(talk.bob, "a"), talk.say(talk.bob, "b")
    found = talk.carol.post("/posts/ids", [second["id"], "x" * 26, first["id"], second["id"]]).json
    assert [post["message"] for post in found] == ["b", "a"]
    assert talk.carol.post("/posts/ids", []).error == "api.post.posts_by_ids.invalid_body.request_error"
    assert talk.carol.post("/posts/ids", ["x" * 26] * 1001).status == 400


def test_saved_posts(talk: Any) -> None:
    posts = [talk.say(talk.alice, text) for text in "abc"]
    saved = [
        {"user_id": talk.bob.id, "category": "flagged_post", "name": post["id"], "value": "true"} for post in posts[:2]
    ]
    assert talk.bob.put(f"/users/{talk.bob.id}/preferences", saved).status == 200
    path = f"/users/{talk.bob.id}/posts/flagged"
    assert talk.bob.get(path).json["order"] == [posts[1]["id"], posts[0]["id"]]
    assert talk.bob.get(path, query={"per_page": 1, "page": 1}).json["order"] == [posts[0]["id"]]
    assert talk.bob.get(path, query={"channel_id": "x" * 26}).json["order"] == []
    talk.alice.delete(f"/posts/{posts[0]['id']}")
    assert talk.bob.get(path, query={"team_id": talk.team}).json["order"] == [posts[1]["id"]]
    assert talk.carol.get(path).status == 403


def test_deleted_posts_are_listed_for_who_may_see_them(talk: Any) -> None:
    post = talk.say(talk.bob, "gone")
    talk.bob.delete(f"/posts/{post['id']}")
    assert talk.bob.get(f"/channels/{talk.channel}/posts", query={"include_deleted": "true"}).status == 403
    assert post["id"] in page(talk, talk.alice, include_deleted="true")["order"]


def test_what_is_unchanged_is_not_sent_again(talk: Any) -> None:
    def ask(etag: str = "", **query: Any) -> Any:
        headers = {"If-None-Match": etag} if etag else {}
        return talk.bob.get(f"/channels/{talk.channel}/posts", headers=headers, query=query)

    root = talk.say(talk.carol, "a")
    etag = ask().headers["etag"]
    assert ask(etag).status == 304
    assert ask(etag, per_page=5).status == 200, "another page"
    changes = [
        lambda: talk.say(talk.carol, "old", create_at=5),
        lambda: talk.say(talk.carol, "reply", root_id=root["id"]),
        lambda: talk.carol.put(f"/posts/{root['id']}/patch", {"message": "A"}),
        lambda: talk.bob.post(f"/posts/{root['id']}/pin"),
        lambda: talk.bob.put(f"/channels/{talk.channel}/patch", {"header": "h"}),
        lambda: talk.carol.delete(f"/posts/{root['id']}"),
        lambda: talk.say(talk.alice, "tomorrow", create_at=root["create_at"] + 80_000_000),
        lambda: talk.say(talk.carol, "today"),
    ]
    for number, change in enumerate(changes):
        change()
        answer = ask(etag)
        assert answer.status == 200, number
        etag = answer.headers["etag"]
        assert ask(etag).status == 304, number


def test_one_post_is_not_sent_again(talk: Any) -> None:
    post = talk.say(talk.carol, "a")
    etag = talk.bob.get(f"/posts/{post['id']}").headers["etag"]

    def ask() -> int:
        status: int = talk.bob.get(f"/posts/{post['id']}", headers={"If-None-Match": etag}).status
        return status

    assert ask() == 304
    talk.say(talk.carol, "reply", root_id=post["id"])
    assert ask() == 200


@pytest.mark.engines("sqlite")
def test_many_posts_are_read_by_their_ids(talk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not by an index that most posts are alike in: that takes longer the more there are."""
    store, plans = talk.server.plugin("posts").posts.store, []

    def explain(sql: str, params: Any, **_options: Any) -> list[Any]:
        head = "EXPLAIN QUERY PLAN" if store.db.engine == "sqlite" else "EXPLAIN"
        plans.append(str(Database.fetch_all(store.db, f"{head} {sql}", params)))
        return []

    monkeypatch.setattr(store.db, "fetch_all", explain)
    store.get_many(f"{number:026}" for number in range(50))
    assert plans
    assert all("delete_at" not in plan for plan in plans)
