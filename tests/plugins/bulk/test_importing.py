"""What an import does to what is there: counters, unread messages, search, threads, rows that exist already."""

from pathlib import Path
from typing import Any

import pytest

from hubbub.tests.plugins.bulk.kit import BASE, VERSION, T, bring, channel, line, post, reply, team, user, write

PASSWORD = "Annes secret 1"


def site(*more: dict[str, Any]) -> list[dict[str, Any]]:
    """Return lines of a site whose ann can sign in."""
    return [*BASE[:4], user("ann", "talk", password=PASSWORD, roles="system_admin system_user"), *more]


@pytest.fixture
def ann(server: Any, tmp_path: Path) -> Any:
    """Return ann's client, on a server that has a site with some messages."""
    talk = [
        post("ann", "Hello #ship", 1, replies=[reply("bob", "rope and sails", 3), reply("ann", "fine", 4)]),
        post("bob", "Wetterbericht für 中文", 5),
        post("bob", "bob joined.", 6, type="system_join_channel"),
    ]
    bring(server, write(tmp_path / "site.jsonl", [*site(user("bob", "talk")), *talk]))
    client = server.client()
    assert client.login("ann", PASSWORD).status == 200
    return client


def channel_of(client: Any, name: str = "talk") -> dict[str, Any]:
    found: dict[str, Any] = client.get(f"/teams/name/crew/channels/name/{name}").json
    return found


def unread(client: Any, channel_id: str) -> tuple[int, int]:
    found = client.get(f"/users/me/channels/{channel_id}/unread").json
    return found["msg_count"], found["mention_count"]


def test_a_channel_counts_what_came(ann: Any) -> None:
    talk = channel_of(ann)
    # Who comes and goes isn't counted, but it's the last that was heard.
    assert (talk["total_msg_count"], talk["total_msg_count_root"]) == (4, 2)
    assert (talk["last_post_at"], talk["last_root_post_at"]) == (T + 6, T + 6)


def test_members_have_read_what_came_before_them(ann: Any) -> None:
    assert unread(ann, channel_of(ann)["id"]) == (0, 0)


def test_messages_are_found_by_their_words(ann: Any) -> None:
    def found(terms: str) -> list[str]:
        answer = ann.post("/posts/search", {"terms": terms, "is_or_search": False}).json
        return [answer["posts"][post_id]["message"] for post_id in answer["order"]]

    assert found("sails") == ["rope and sails"]
    assert found("#ship") == ["Hello #ship"]
    assert found("中文") == ["Wetterbericht für 中文"]


def test_replies_are_a_thread(ann: Any) -> None:
    page = ann.get(f"/channels/{channel_of(ann)['id']}/posts").json["posts"]
    root = next(entry for entry in page.values() if entry["message"] == "Hello #ship")
    assert root["reply_count"] == 2
    thread = ann.get(f"/posts/{root['id']}/thread").json
    assert len(thread["order"]) == 3


def test_new_messages_are_unread_after_an_import(server: Any, ann: Any, tmp_path: Path) -> None:
    bob = server.app.db.fetch_value("SELECT id FROM {users} WHERE username = 'bob'")
    from hubbub.core.contracts.posts import Post, PostService

    posts = server.app.services.get(PostService)
    talk = channel_of(ann)["id"]
    posts.create(Post(user_id=bob, channel_id=talk, message="news"))
    assert unread(ann, talk) == (1, 0)
    # History that comes later changes nothing in that.
    bring(server, write(tmp_path / "more.jsonl", [*BASE[:4], post("bob", "old", 100), post("bob", "older", 101)]))
    assert unread(ann, talk) == (1, 0)
    assert channel_of(ann)["total_msg_count"] == 7


def test_what_the_file_says_of_unread_messages_counts(server: Any, tmp_path: Path) -> None:
    talk = {"name": "talk", "roles": "channel_user", "msg_count": 1, "msg_count_root": 1, "mention_count": 2,
            "mention_count_root": 1, "last_viewed_at": T + 1}  # fmt: skip
    lines = [*site(), user("bob", "talk"), *(post("bob", str(number), number) for number in range(1, 4))]
    lines[4] = user("ann", talk, password=PASSWORD)
    bring(server, write(tmp_path / "site.jsonl", lines))
    ann = server.client()
    ann.login("ann", PASSWORD)
    assert unread(ann, channel_of(ann)["id"]) == (2, 2)


def test_what_is_there_is_changed_and_nothing_is_doubled(server: Any, ann: Any, tmp_path: Path) -> None:
    talk = [
        post("ann", "Hello harbour", 1, is_pinned=True, edit_at=T + 90, replies=[reply("bob", "rope and sails", 3)]),
        post("bob", "Wetterbericht für 中文", 5),
    ]
    changed = [VERSION, team(description="New"), channel("talk", header="New"), user("ann", nickname="Anne")]
    before = ann.get("/users/me").json
    bring(server, write(tmp_path / "again.jsonl", [*changed, *talk]))
    db = server.app.db
    assert db.fetch_value("SELECT COUNT(*) FROM {posts}") == 5
    assert sorted(row[0] for row in db.fetch_all("SELECT message FROM {posts} WHERE rootid = ''")) == [
        "Hello harbour", "Wetterbericht für 中文", "bob joined."
    ]  # fmt: skip
    after = ann.get("/users/me").json
    assert (after["id"], after["nickname"], after["roles"]) == (before["id"], "Anne", before["roles"])
    assert channel_of(ann)["header"] == "New"
    answer = ann.post("/posts/search", {"terms": "harbour", "is_or_search": False}).json
    assert len(answer["order"]) == 1
    assert ann.login("ann", PASSWORD).status == 200


def test_messages_that_were_deleted_here_stay_deleted(server: Any, ann: Any, tmp_path: Path) -> None:
    row = server.app.db.fetch_one("SELECT id FROM {posts} WHERE message = 'Hello #ship'")
    assert ann.delete(f"/posts/{row[0]}").status == 200
    bring(server, write(tmp_path / "again.jsonl", [*BASE[:4], post("ann", "Hello #ship", 1)]))
    assert server.app.db.fetch_value("SELECT COUNT(*) FROM {posts} WHERE deleteat = 0 AND message LIKE 'Hello%'") == 0


def test_a_direct_channel_is_made_for_its_messages(server: Any, tmp_path: Path) -> None:
    lines = [
        *site(user("bob")),
        line("direct_post", channel_members=["ann", "bob"], user="bob", message="psst", create_at=T),
    ]
    bring(server, write(tmp_path / "site.jsonl", lines))
    ann = server.client()
    ann.login("ann", PASSWORD)
    direct = [entry for entry in ann.get("/users/me/channels").json if entry["type"] == "D"]
    assert [entry["total_msg_count"] for entry in direct] == [1]


def test_accounts_without_a_password_cannot_sign_in(server: Any, tmp_path: Path) -> None:
    bring(server, write(tmp_path / "site.jsonl", BASE))
    for password in ("", "x"):
        assert server.client().login("ann", password).status in (400, 401)


def test_a_team_without_one_gets_its_town_square(server: Any, tmp_path: Path) -> None:
    bring(server, write(tmp_path / "site.jsonl", [VERSION, team()]))
    assert server.app.db.fetch_value("SELECT name FROM {channels}") == "town-square"
