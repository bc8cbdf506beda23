"""Bookmarks: added, changed, sorted, deleted; who may, who hears of it, what is refused."""

import json
from typing import Any

import gevent
import pytest

from hubbub.core.ids import new_id
from hubbub.tests.plugins.posts.world import Talk

pytestmark = pytest.mark.engines("sqlite")  # but for those that try every query

CONNECTION = {"Connection-Id": "c" * 26}


def link(name: str = "Wiki", **fields: Any) -> dict[str, Any]:
    """Return a bookmark as a client sends it."""
    return {"type": "link", "display_name": name, "link_url": "https://wiki.example.com/", **fields}


def add(talk: Talk, user: Any, name: str = "Wiki", channel: str = "", **fields: Any) -> dict[str, Any]:
    """Return a bookmark that was added."""
    answer = user.post(f"/channels/{channel or talk.channel}/bookmarks", link(name, **fields), headers=CONNECTION)
    assert answer.status == 201, answer
    return dict(answer.json)


def bookmarks(talk: Talk, user: Any, channel: str = "", **query: Any) -> list[dict[str, Any]]:
    """Return the bookmarks of a channel."""
    answer = user.get(f"/channels/{channel or talk.channel}/bookmarks", query=query)
    assert answer.status == 200, answer
    return list(answer.json)


def names(talk: Talk) -> list[str]:
    """Return the names of the channel's bookmarks in their order."""
    return [one["display_name"] for one in bookmarks(talk, talk.carol)]


def told(talk: Talk, name: str, key: str) -> Any:
    """Return what the channel, but for the client that did it, was told in the only event of a name."""
    (event,) = [event for event in talk.server.sent if event.name == name]
    assert event.broadcast.channel_id == talk.channel
    assert event.broadcast.omit_connection_id == CONNECTION["Connection-Id"]
    assert (event.broadcast.user_id, event.broadcast.team_id) == ("", "")
    assert list(event.data) == [key]
    return json.loads(event.data[key])


@pytest.mark.engines("sqlite", "postgres", "mysql")
def test_what_one_member_adds_all_see_in_the_order_of_adding(talk: Talk) -> None:
    first = add(talk, talk.bob, "Wiki", emoji="book", image_url="https://x.example.com/i.png")
    second = add(talk, talk.carol, "Board")
    assert bookmarks(talk, talk.carol) == [first, second]
    assert first == {
        "id": first["id"],
        "create_at": first["create_at"],
        "update_at": first["create_at"],
        "delete_at": 0,
        "channel_id": talk.channel,
        "owner_id": talk.bob.id,
        "file_id": "",
        "display_name": "Wiki",
        "sort_order": 0,
        "link_url": "https://wiki.example.com/",
        "image_url": "https://x.example.com/i.png",
        "emoji": "book",
        "type": "link",
    }
    assert second["sort_order"] == 1


def test_the_channel_hears_of_a_new_one(talk: Talk) -> None:
    assert told_of_creation(talk) == bookmarks(talk, talk.bob)[0]


def told_of_creation(talk: Talk) -> Any:
    """Add one and return what the channel is told."""
    add(talk, talk.bob)
    return told(talk, "channel_bookmark_created", "bookmark")


def test_the_owner_changes_a_bookmark_in_place(talk: Talk) -> None:
    made = add(talk, talk.bob, emoji="book")
    path = f"/channels/{talk.channel}/bookmarks/{made['id']}"
    answer = talk.bob.patch(path, {"display_name": "Manual", "emoji": ""}, headers=CONNECTION).json
    assert list(answer) == ["updated"]
    changed = {**made, "display_name": "Manual", "update_at": answer["updated"]["update_at"]}
    del changed["emoji"]
    assert answer["updated"] == changed
    assert bookmarks(talk, talk.carol) == [changed]
    assert told(talk, "channel_bookmark_updated", "bookmarks") == answer


@pytest.mark.engines("sqlite", "postgres", "mysql")
def test_who_changes_somebody_elses_owns_a_new_one_in_its_place(talk: Talk) -> None:
    add(talk, talk.bob, "first")
    made = add(talk, talk.bob, "second")
    path = f"/channels/{talk.channel}/bookmarks/{made['id']}"
    answer = talk.carol.patch(path, {"link_url": "http://other.example.com"}, headers=CONNECTION).json
    new, old = answer["updated"], answer["deleted"]
    assert (new["owner_id"], new["original_id"], new["sort_order"]) == (talk.carol.id, made["id"], 1)
    assert new["link_url"] == "http://other.example.com"
    assert (old["id"], old["owner_id"]) == (made["id"], talk.bob.id)
    assert old["delete_at"] > 0
    assert [one["id"] for one in bookmarks(talk, talk.bob)][1:] == [new["id"]]
    assert told(talk, "channel_bookmark_updated", "bookmarks") == answer
    assert talk.bob.patch(path, {"display_name": "x"}).status == 404, "it is gone"


@pytest.mark.engines("sqlite", "postgres", "mysql")
def test_moving_one_numbers_all_anew_and_tells_all(talk: Talk) -> None:
    made = [add(talk, talk.bob, name) for name in "abcd"]
    talk.bob.delete(f"/channels/{talk.channel}/bookmarks/{made[1]['id']}")
    path = f"/channels/{talk.channel}/bookmarks/{made[3]['id']}/sort_order"
    moved = talk.carol.post(path, 0, headers=CONNECTION)
    assert moved.status == 200
    assert [(one["display_name"], one["sort_order"]) for one in moved.json] == [("d", 0), ("a", 1), ("c", 2)]
    assert bookmarks(talk, talk.bob) == moved.json
    assert told(talk, "channel_bookmark_sorted", "bookmarks") == moved.json
    assert talk.carol.post(path, 2).status == 200
    assert names(talk) == ["a", "c", "d"]


def test_a_place_that_is_not_there_is_refused(talk: Talk) -> None:
    made = add(talk, talk.bob)
    path = f"/channels/{talk.channel}/bookmarks/{made['id']}/sort_order"
    for place in (-1, 1, 2**62):
        refused = talk.bob.post(path, place)
        assert (refused.status, refused.error) == (400, "app.channel.bookmark.update_sort.invalid_input.app_error")
    assert talk.bob.post(path, "first").error == "api.context.invalid_body_param.app_error"
    missing = talk.bob.post(f"/channels/{talk.channel}/bookmarks/{new_id()}/sort_order", 0)
    assert (missing.status, missing.error) == (404, "app.channel.bookmark.update_sort.missing_bookmark.app_error")


@pytest.mark.engines("sqlite", "postgres", "mysql")
def test_a_deleted_one_is_gone_but_for_those_who_ask_what_has_changed(talk: Talk) -> None:
    kept, made = add(talk, talk.bob, "kept"), add(talk, talk.bob, "gone")
    gone = talk.carol.delete(f"/channels/{talk.channel}/bookmarks/{made['id']}", headers=CONNECTION)
    assert gone.status == 200
    assert gone.json["delete_at"] == gone.json["update_at"] >= made["update_at"]
    assert bookmarks(talk, talk.bob) == [kept]
    assert told(talk, "channel_bookmark_deleted", "bookmark") == gone.json
    talk.server.app.db.execute("UPDATE {channelbookmarks} SET updateat = 5 WHERE id = ?", (kept["id"],))
    assert bookmarks(talk, talk.bob, bookmarks_since=kept["create_at"]) == [gone.json]
    assert len(bookmarks(talk, talk.bob, bookmarks_since=1)) == 2
    again = talk.bob.delete(f"/channels/{talk.channel}/bookmarks/{made['id']}")
    assert (again.status, again.error) == (404, "app.channel.bookmark.get.app_error")
    assert add(talk, talk.bob)["sort_order"] == 1


def test_a_bookmark_is_found_in_its_own_channel_only(talk: Talk) -> None:
    made, other = add(talk, talk.bob), talk.make_channel("other", talk.bob)
    path = f"/channels/{other}/bookmarks/{made['id']}"
    changed = talk.bob.patch(path, {"display_name": "x"})
    assert (changed.status, changed.error) == (404, "app.channel.bookmark.get_existing.app_err")
    assert talk.bob.delete(path).status == 404
    assert bookmarks(talk, talk.bob, other) == []


@pytest.mark.engines("sqlite", "postgres", "mysql")
def test_a_channel_has_fifty_at_most_also_when_two_add_at_once(talk: Talk) -> None:
    add(talk, talk.bob)
    db = talk.server.app.db
    row = db.fetch_one("SELECT channelid, ownerid, displayname, linkurl FROM {channelbookmarks}")
    columns = ("channelid", "ownerid", "displayname", "linkurl", "id", "sortorder", "deleteat", "createat", "updateat")
    db.insert_many("channelbookmarks", columns, [(*row, new_id(), place, 0, 1, 1) for place in range(1, 49)])
    path = f"/channels/{talk.channel}/bookmarks"
    jobs = [gevent.spawn(user.post, path, link()) for user in (talk.bob, talk.carol)]
    gevent.joinall(jobs, raise_error=True)
    assert sorted(job.value.status for job in jobs) == [201, 400]
    refused = talk.bob.post(path, link())
    assert (refused.status, refused.error) == (400, "app.channel.bookmark.save.app_error")
    assert len(bookmarks(talk, talk.bob)) == 50


def test_one_needs_the_permissions_of_the_kind_of_channel(talk: Talk) -> None:
    private = talk.make_channel("secret", talk.bob, talk.carol, type="P")
    role = talk.alice.get("/roles/name/channel_user").json
    fewer = [name for name in role["permissions"] if not name.endswith("bookmark_private_channel")]
    made = add(talk, talk.bob, channel=private)
    assert talk.alice.put(f"/roles/{role['id']}/patch", {"permissions": fewer}).status == 200
    path = f"/channels/{private}/bookmarks"
    one = f"{path}/{made['id']}"
    for refused in (
        talk.carol.post(path, link()),
        talk.carol.patch(one, {"display_name": "x"}),
        talk.carol.post(f"{one}/sort_order", 0),
        talk.carol.delete(one),
    ):
        assert (refused.status, refused.error) == (403, "api.context.permissions.app_error")
    assert bookmarks(talk, talk.carol, private) == [made]
    add(talk, talk.carol)  # a public channel


def test_bookmarks_of_a_channel_are_not_for_strangers(talk: Talk) -> None:
    private = talk.make_channel("secret", talk.bob, type="P")
    made = add(talk, talk.bob, channel=private)
    path = f"/channels/{private}/bookmarks"
    for refused in (
        talk.carol.get(path),
        talk.carol.post(path, link()),
        talk.carol.delete(f"{path}/{made['id']}"),
        talk.eve.get(f"/channels/{talk.channel}/bookmarks"),
    ):
        assert (refused.status, refused.error) == (403, "api.context.permissions.app_error")
    assert talk.server.client().get(path).status == 401
    assert talk.bob.get(f"/channels/{new_id()}/bookmarks").status == 404
    assert talk.bob.post(f"/channels/{new_id()}/bookmarks", link()).status == 404


def test_members_of_direct_channels_may_but_not_guests(talk: Talk) -> None:
    guest = talk.make_guest("guest", talk.channel)
    direct = talk.bob.post("/channels/direct", [talk.bob.id, guest.id]).json["id"]
    add(talk, talk.bob, channel=direct)
    by_guest = guest.post(f"/channels/{direct}/bookmarks", link())
    assert (by_guest.status, by_guest.error) == (
        403,
        "api.channel.bookmark.create_channel_bookmark.direct_or_group_channels_by_guests.forbidden.app_error",
    )
    by_stranger = talk.carol.post(f"/channels/{direct}/bookmarks", link())
    assert (by_stranger.status, by_stranger.error) == (
        403,
        "api.channel.bookmark.create_channel_bookmark.direct_or_group_channels.forbidden.app_error",
    )
    assert len(bookmarks(talk, guest, direct)) == 1


def test_an_archived_channel_keeps_its_bookmarks_as_they_are(talk: Talk) -> None:
    channel = talk.make_channel("old", talk.bob)
    made = add(talk, talk.bob, channel=channel)
    assert talk.alice.delete(f"/channels/{channel}").status == 200
    path = f"/channels/{channel}/bookmarks"
    for operation, refused in (
        ("create_channel_bookmark", talk.bob.post(path, link())),
        ("update_channel_bookmark", talk.bob.patch(f"{path}/{made['id']}", {"display_name": "x"})),
        ("update_channel_bookmark_sort_order", talk.bob.post(f"{path}/{made['id']}/sort_order", 0)),
        ("delete_channel_bookmark", talk.bob.delete(f"{path}/{made['id']}")),
    ):
        wanted = f"api.channel.bookmark.{operation}.deleted_channel.forbidden.app_error"
        assert (refused.status, refused.error) == (403, wanted)
    assert bookmarks(talk, talk.bob, channel) == [made]


REFUSED: list[tuple[Any, ...]] = [
    ({"type": ""}, "type"),
    ({"type": "video"}, "type"),
    ({"display_name": ""}, "display_name"),
    ({"display_name": "n" * 65}, "display_name"),
    ({"link_url": ""}, "link_url.missing_or_invalid"),
    ({"link_url": "wiki"}, "link_url.missing_or_invalid"),
    ({"link_url": "javascript:alert(1)"}, "link_url.missing_or_invalid"),
    ({"link_url": "https://"}, "link_url.missing_or_invalid"),
    ({"link_url": "https://a b.example.com"}, "link_url.missing_or_invalid"),
    ({"link_url": "https://[x"}, "link_url.missing_or_invalid"),
    ({"link_url": "https://x:99999/"}, "link_url.missing_or_invalid"),
    ({"link_url": "https://" + "x" * 1017}, "link_url.missing_or_invalid"),
    ({"image_url": "data:image/png;base64,AA=="}, "image_url"),
    ({"file_id": "f" * 26}, "link_file"),
    ({"type": "file", "link_url": "", "file_id": "f" * 26}, "file_id.missing_or_invalid"),
    ({"type": "file", "link_url": ""}, "file_id.missing_or_invalid"),
]


def test_what_can_not_be_a_bookmark_is_refused_by_name(talk: Talk) -> None:
    made = add(talk, talk.bob)
    for fields, part in REFUSED:
        error = f"model.channel_bookmark.is_valid.{part}.app_error"
        refused = talk.bob.post(f"/channels/{talk.channel}/bookmarks", link(**fields))
        assert (refused.status, refused.error) == (400, error), fields
        if "type" not in fields:
            refused = talk.bob.patch(f"/channels/{talk.channel}/bookmarks/{made['id']}", fields)
            assert (refused.status, refused.error) == (400, error), fields
        assert bookmarks(talk, talk.bob) == [made]


def test_other_wrong_fields_are_named(talk: Talk) -> None:
    made = add(talk, talk.bob)
    one = f"/channels/{talk.channel}/bookmarks/{made['id']}"
    for refused in (
        talk.bob.post(f"/channels/{talk.channel}/bookmarks", link(emoji="e" * 65)),
        talk.bob.patch(one, {"sort_order": 2**31}),
        talk.bob.patch(one, {"display_name": 7}),
    ):
        assert (refused.status, refused.error) == (400, "api.context.invalid_body_param.app_error")
    since = talk.bob.get(f"/channels/{talk.channel}/bookmarks?bookmarks_since=yesterday")
    assert (since.status, since.error) == (400, "api.context.invalid_url_param.app_error")


@pytest.mark.engines("sqlite", "postgres", "mysql")
def test_the_longest_bookmark_is_kept_whole(talk: Talk) -> None:
    made = add(talk, talk.bob, "ü" * 64, link_url="https://" + "x" * 1016, emoji="e" * 64)
    assert bookmarks(talk, talk.bob) == [made]
