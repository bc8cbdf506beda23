"""Editing, deleting, pinning: who may, what remains, what others hear."""

import json
from typing import Any

import pytest


def history(client: Any, post: dict[str, Any]) -> list[str]:
    """Return the earlier texts of a post, newest first."""
    return [version["message"] for version in client.get(f"/posts/{post['id']}/edit_history").json]


def test_an_edit_keeps_the_old_text(talk: Any) -> None:
    post = talk.say(talk.bob, "frist #one")
    for text in ("first #two", "first, really"):
        answer = talk.bob.put(f"/posts/{post['id']}/patch", {"message": text})
        assert answer.status == 200, answer
    edited = answer.json
    assert (edited["message"], edited["hashtags"], edited["create_at"]) == ("first, really", "", post["create_at"])
    assert edited["edit_at"] > 0
    assert edited["update_at"] > post["update_at"]
    assert history(talk.bob, post) == ["first #two", "frist #one"]
    assert talk.messages(talk.carol) == ["first, really"]
    event = talk.server.events("post_edited")[-1]
    assert json.loads(event.data["post"]) == edited
    assert event.broadcast.channel_id == talk.channel


def test_a_whole_post_may_be_put(talk: Any) -> None:
    post = talk.say(talk.bob, "old")
    answer = talk.bob.put(f"/posts/{post['id']}", {**post, "message": "new", "user_id": talk.carol.id})
    assert (answer.json["message"], answer.json["user_id"]) == ("new", talk.bob.id)
    assert talk.bob.put(f"/posts/{post['id']}", {"id": "a" * 26, "message": "x"}).status == 400


def test_an_earlier_version_is_restored(talk: Any) -> None:
    post = talk.say(talk.bob, "good")
    talk.bob.put(f"/posts/{post['id']}/patch", {"message": "bad"})
    version = talk.bob.get(f"/posts/{post['id']}/edit_history").json[0]
    assert talk.carol.post(f"/posts/{post['id']}/restore/{version['id']}").status == 403
    assert talk.bob.post(f"/posts/{post['id']}/restore/{version['id']}").json["message"] == "good"
    wrong = talk.bob.post(f"/posts/{post['id']}/restore/{post['id']}")
    assert wrong.error == "app.post.restore_post_version.not_an_history_item.app_error"


def test_an_earlier_version_is_no_post(talk: Any) -> None:
    post = talk.say(talk.bob, "old")
    talk.bob.put(f"/posts/{post['id']}/patch", {"message": "new"})
    version = talk.bob.get(f"/posts/{post['id']}/edit_history").json[0]["id"]
    assert talk.carol.get(f"/posts/{version}").status == 404
    assert talk.carol.post("/posts/ids", [version]).status == 404
    found = talk.carol.get(f"/channels/{talk.channel}/posts", query={"since": 1}).json
    assert version not in found["posts"]


def test_who_may_edit(talk: Any) -> None:
    post = talk.say(talk.bob, "mine")
    patch = {"message": "yours"}
    assert talk.carol.put(f"/posts/{post['id']}/patch", patch).status == 403
    assert talk.dave.put(f"/posts/{post['id']}/patch", patch).status == 403
    assert talk.alice.put(f"/posts/{post['id']}/patch", patch).status == 200, "edit_others_posts"
    assert talk.bob.get(f"/posts/{post['id']}").json["user_id"] == talk.bob.id
    assert talk.carol.get(f"/posts/{post['id']}/edit_history").status == 403
    assert talk.bob.put(f"/posts/{'a' * 26}/patch", patch).status == 404


def test_editing_may_be_limited_in_time(talk: Any) -> None:
    post = talk.say(talk.alice, "old", create_at=1_000_000)
    talk.server.configure(ServiceSettings={"PostEditTimeLimit": 60})
    answer = talk.alice.put(f"/posts/{post['id']}/patch", {"message": "new"})
    assert answer.error == "api.post.update_post.permissions_time_limit.app_error"


def test_an_edit_has_the_limits_of_a_new_post(talk: Any) -> None:
    post = talk.say(talk.bob, "short")
    answer = talk.bob.put(f"/posts/{post['id']}/patch", {"message": "x" * 16_384})
    assert answer.error == "model.post.is_valid.message_length.app_error"
    assert talk.messages(talk.bob) == ["short"]
    assert talk.bob.get(f"/posts/{post['id']}/edit_history").status == 404


def test_a_deleted_post_is_gone_but_for_admins(talk: Any) -> None:
    post = talk.say(talk.bob, "oops")
    assert talk.bob.delete(f"/posts/{post['id']}").json == {"status": "OK"}
    assert talk.messages(talk.carol) == []
    assert talk.bob.get(f"/posts/{post['id']}").status == 404
    assert talk.bob.delete(f"/posts/{post['id']}").status == 404
    assert talk.bob.put(f"/posts/{post['id']}/patch", {"message": "back"}).status == 404
    assert talk.bob.get(f"/posts/{post['id']}", query={"include_deleted": "true"}).status == 403
    seen = talk.alice.get(f"/posts/{post['id']}", query={"include_deleted": "true"}).json
    assert seen["delete_at"] > 0
    assert seen["props"]["deleteBy"] == talk.bob.id


def test_who_deleted_a_post_is_told_to_admins_only(talk: Any) -> None:
    post = talk.say(talk.bob, "oops")
    talk.alice.delete(f"/posts/{post['id']}")
    plain, full = talk.server.events("post_deleted")
    assert (plain.broadcast.contains_sanitized_data, full.broadcast.contains_sensitive_data) == (True, True)
    assert (plain.data.get("delete_by"), full.data["delete_by"]) == (None, talk.alice.id)
    assert json.loads(plain.data["post"])["id"] == post["id"]


def test_who_may_delete(talk: Any) -> None:
    post = talk.say(talk.bob, "mine")
    assert talk.carol.delete(f"/posts/{post['id']}").status == 403
    assert talk.bob.delete(f"/posts/{post['id']}", query={"permanent": "true"}).status == 403
    answer = talk.alice.delete(f"/posts/{post['id']}", query={"permanent": "true"})
    assert (answer.status, answer.error) == (501, "api.post.delete_post.not_enabled.app_error")
    body = {"scheme_user": True, "scheme_admin": True}
    talk.alice.put(f"/teams/{talk.team}/members/{talk.carol.id}/schemeRoles", body)
    assert talk.carol.delete(f"/posts/{post['id']}").status == 200, "team admins may"


def test_deleting_a_root_deletes_its_replies(talk: Any) -> None:
    root = talk.say(talk.bob, "root")
    reply = talk.say(talk.carol, "reply", root_id=root["id"])
    talk.bob.delete(f"/posts/{root['id']}")
    assert talk.carol.get(f"/posts/{reply['id']}").status == 404
    assert talk.carol.get(f"/posts/{root['id']}/thread").status == 404
    assert talk.messages(talk.carol) == []


def test_deleting_replies_counts_back(talk: Any) -> None:
    root = talk.say(talk.bob, "root")
    first = talk.say(talk.carol, "one", root_id=root["id"])
    second = talk.say(talk.carol, "two", root_id=root["id"])
    talk.carol.delete(f"/posts/{second['id']}")
    shown = talk.bob.get(f"/posts/{root['id']}").json
    assert (shown["reply_count"], shown["last_reply_at"]) == (1, first["create_at"])
    talk.carol.delete(f"/posts/{first['id']}")
    shown = talk.bob.get(f"/posts/{root['id']}").json
    assert (shown["reply_count"], shown["last_reply_at"]) == (0, 0)


def test_members_pin_and_unpin(talk: Any) -> None:
    posts = [talk.say(talk.bob, text) for text in "abc"]
    for post in posts[:2]:
        assert talk.carol.post(f"/posts/{post['id']}/pin").json == {"status": "OK"}
    assert talk.dave.post(f"/posts/{posts[2]['id']}/pin").status == 403
    pinned = talk.carol.get(f"/channels/{talk.channel}/pinned").json
    assert [pinned["posts"][post_id]["message"] for post_id in pinned["order"]] == ["a", "b"]
    assert talk.bob.get(f"/channels/{talk.channel}/stats").json["pinnedpost_count"] == 2
    talk.bob.post(f"/posts/{posts[0]['id']}/unpin")
    assert talk.carol.get(f"/channels/{talk.channel}/pinned").json["order"] == [posts[1]["id"]]
    assert talk.bob.get(f"/posts/{posts[1]['id']}/edit_history").status == 404, "pinning is no edit"


def test_a_system_message_cant_be_edited(talk: Any) -> None:
    talk.bob.put(f"/channels/{talk.channel}/patch", {"header": "new"})
    posts = talk.bob.get(f"/channels/{talk.channel}/posts").json["posts"].values()
    (message,) = [post for post in posts if post["type"] == "system_header_change"]
    answer = talk.bob.put(f"/posts/{message['id']}/patch", {"message": "x"})
    assert answer.error == "api.post.update_post.system_message.app_error"


@pytest.mark.parametrize("operation", ["get", "delete"])
def test_ids_that_are_none(talk: Any, operation: str) -> None:
    assert getattr(talk.bob, operation)("/posts/nonsense").error == "api.context.invalid_url_param.app_error"
