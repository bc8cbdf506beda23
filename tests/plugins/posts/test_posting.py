"""Creating posts: what is answered and stored, who may, what is refused."""

from typing import Any

import pytest


def test_a_post_is_answered_as_it_is_stored(talk: Any) -> None:
    body = {
        "channel_id": talk.channel,
        "message": "Hello #world",
        "props": {"a": [1, {"b": None}]},
        "pending_post_id": "x:1",
    }
    answer = talk.bob.post("/posts", body)
    post = answer.json
    assert answer.status == 201
    assert (post["message"], post["user_id"], post["hashtags"], post["type"]) == (
        "Hello #world",
        talk.bob.id,
        "#world",
        "",
    )
    assert (post["root_id"], post["edit_at"], post["delete_at"], post["reply_count"]) == ("", 0, 0, 0)
    assert post["create_at"] == post["update_at"] > 0
    assert post["pending_post_id"] == "x:1"
    stored = talk.carol.get(f"/posts/{post['id']}").json
    assert stored == post | {"pending_post_id": ""}


def test_a_reply_says_its_root_and_how_many_there_are(talk: Any) -> None:
    root = talk.say(talk.alice, "root")
    first = talk.say(talk.bob, "one", root_id=root["id"])
    second = talk.say(talk.carol, "two", root_id=root["id"])
    assert (first["root_id"], first["reply_count"], second["reply_count"]) == (root["id"], 1, 2)
    shown = talk.alice.get(f"/posts/{root['id']}").json
    assert (shown["reply_count"], shown["last_reply_at"]) == (2, second["create_at"])
    assert shown["update_at"] > root["update_at"]


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"channel_id": "short"}, "api.context.invalid_body_param.app_error"),
        ({"channel_id": "a" * 26}, "api.context.permissions.app_error"),
        ({"message": "ä" * 16_384}, "model.post.is_valid.message_length.app_error"),
        ({"props": {"x": "y" * 760_000}}, "api.context.request_body_too_large.app_error"),
        ({"root_id": "a" * 26}, "api.post.create_post.root_id.app_error"),
        ({"root_id": "nonsense"}, "model.post.is_valid.root_id.app_error"),
        ({"type": "system_join_channel"}, "api.context.invalid_body_param.app_error"),
        ({"type": "unheard_of"}, "model.post.is_valid.type.app_error"),
        ({"message": 7}, "api.context.invalid_body_param.app_error"),
        ({"message": "nul\0"}, None),
        ({"file_ids": ["a" * 26] * 11}, "model.post.is_valid.file_ids.app_error"),
        ({"file_ids": ["../../etc"]}, "model.post.is_valid.file_ids.app_error"),
    ],
)
def test_what_is_wrong_is_refused_by_name(talk: Any, fields: dict[str, Any], error: str | None) -> None:
    answer = talk.bob.post("/posts", {"channel_id": talk.channel, "message": "m", **fields})
    assert 400 <= answer.status < 500, answer
    if error:
        assert answer.error == error
    assert talk.messages(talk.bob) == []


def test_16383_runes_of_any_script_fit(talk: Any) -> None:
    text = "😀" * 16_383
    assert talk.say(talk.bob, text)["message"] == text
    assert talk.messages(talk.carol) == [text]


def test_props_may_be_large_when_the_body_limit_allows_it(talk: Any) -> None:
    talk.server.configure(ServiceSettings={"MaximumPayloadSizeBytes": 2_000_000})
    talk.say(talk.bob, "fits", props={"x": "y" * 759_000})
    answer = talk.bob.post("/posts", {"channel_id": talk.channel, "message": "m", "props": {"x": "y" * 760_000}})
    assert answer.error == "model.post.is_valid.props.app_error"


def test_who_may_post(talk: Any) -> None:
    private = talk.make_channel("secret", talk.bob, type="P")
    body = {"message": "m"}
    assert talk.bob.post("/posts", body | {"channel_id": private}).status == 201
    assert talk.dave.post("/posts", body | {"channel_id": private}).status == 403
    assert talk.dave.post("/posts", body | {"channel_id": talk.channel}).status == 403, "not a member"
    assert talk.eve.post("/posts", body | {"channel_id": talk.channel}).status == 403, "not in the team"
    assert talk.server.client().post("/posts", body | {"channel_id": talk.channel}).status == 401
    assert talk.carol.delete(f"/channels/{talk.channel}/members/{talk.carol.id}").status == 200
    assert talk.carol.post("/posts", body | {"channel_id": talk.channel}).status == 403, "left"


def test_nothing_is_posted_to_an_archived_channel(talk: Any) -> None:
    post = talk.say(talk.bob, "before")
    assert talk.alice.delete(f"/channels/{talk.channel}").status == 200
    answer = talk.bob.post("/posts", {"channel_id": talk.channel, "message": "m"})
    assert answer.error == "api.post.create_post.can_not_post_to_deleted.error"
    patched = talk.bob.put(f"/posts/{post['id']}/patch", {"message": "after"})
    assert (patched.status, talk.messages(talk.bob)) == (400, ["before"])
    assert talk.bob.delete(f"/posts/{post['id']}").error == "api.post.delete_post.can_not_delete_post_in_deleted.error"


def test_a_reply_can_only_be_to_a_live_root_of_the_same_channel(talk: Any) -> None:
    root = talk.say(talk.bob, "root")
    reply = talk.say(talk.bob, "reply", root_id=root["id"])
    other = talk.make_channel("other", talk.bob)

    def ask(channel: str, root_id: str) -> Any:
        return talk.bob.post("/posts", {"channel_id": channel, "message": "m", "root_id": root_id})

    assert ask(talk.channel, reply["id"]).error == "api.post.create_post.root_id.app_error"
    assert ask(other, root["id"]).error == "api.post.create_post.channel_root_id.app_error"
    talk.bob.delete(f"/posts/{root['id']}")
    assert ask(talk.channel, root["id"]).error == "api.post.create_post.root_id.app_error"


def test_only_admins_choose_the_time(talk: Any) -> None:
    assert talk.say(talk.alice, "old", create_at=1_000)["create_at"] == 1_000
    assert talk.say(talk.bob, "new", create_at=1_000)["create_at"] > 1_000
    assert talk.alice.post("/posts", {"channel_id": talk.channel, "message": "m", "create_at": -1}).status == 400


def test_a_repeated_pending_id_is_the_same_post(talk: Any) -> None:
    body = {"channel_id": talk.channel, "message": "once", "pending_post_id": f"{talk.bob.id}:1"}
    first, second = talk.bob.post("/posts", body), talk.bob.post("/posts", body)
    assert (first.status, second.status, first.json["id"]) == (201, 201, second.json["id"])
    assert talk.carol.post("/posts", body).json["id"] != first.json["id"], "another author's is another post"
    assert talk.messages(talk.bob) == ["once", "once"]


def test_a_post_that_failed_may_be_sent_again(talk: Any) -> None:
    body = {"channel_id": talk.channel, "message": "x" * 16_384, "pending_post_id": "p"}
    assert talk.bob.post("/posts", body).status == 400
    assert talk.bob.post("/posts", body | {"message": "short"}).status == 201


def test_props_that_only_the_server_sets_are_dropped(talk: Any) -> None:
    props = {"add_channel_member": {"x": 1}, "force_notification": "true", "kept": 1}
    assert talk.say(talk.bob, "m", props=props)["props"] == {"kept": 1}


def test_hashtags_are_found(talk: Any) -> None:
    post = talk.say(talk.bob, "#one, (#two-2) ##three #4 #a #über. a#no #one")
    assert post["hashtags"] == "#one #two-2 #three #über"


def test_hashtags_are_cut_at_a_space(talk: Any) -> None:
    post = talk.say(talk.bob, " ".join(f"#tag{number:04}" for number in range(200)))
    assert len(post["hashtags"]) == 9 * 110 + 8
    assert post["hashtags"].endswith("#tag0110")


def test_an_ephemeral_post_is_shown_to_one_and_stored_nowhere(talk: Any) -> None:
    body = {"user_id": talk.bob.id, "post": {"channel_id": talk.channel, "message": "psst"}}
    assert talk.bob.post("/posts/ephemeral", body).status == 403
    post = talk.alice.post("/posts/ephemeral", body)
    assert (post.status, post.json["type"]) == (201, "system_ephemeral")
    assert talk.alice.get(f"/posts/{post.json['id']}").status == 404
    (event,) = talk.server.events("ephemeral_message")
    assert (event.broadcast.user_id, event.broadcast.channel_id) == (talk.bob.id, talk.channel)


def test_channels_that_are_named_can_be_shown(talk: Any) -> None:
    talk.make_channel("secret", talk.bob, type="P")
    post = talk.say(talk.bob, "see ~talk, ~secret and ~nothing. x~talk", props={"channel_mentions": {"forged": {}}})
    assert post["props"] == {"channel_mentions": {"talk": {"display_name": "Talk", "team_name": "crew"}}}
    edited = talk.bob.put(f"/posts/{post['id']}/patch", {"message": "see nothing"}).json
    assert edited["props"] == {}


def test_clients_are_told_that_somebody_may_not_call_everybody(talk: Any) -> None:
    assert talk.say(talk.bob, "@all")["props"] == {}
    role = talk.alice.get("/roles/name/channel_user").json
    permissions = [name for name in role["permissions"] if name != "use_channel_mentions"]
    talk.alice.put(f"/roles/{role['id']}/patch", {"permissions": permissions})
    assert talk.say(talk.bob, "@all")["props"] == {"mentionHighlightDisabled": True}
    assert talk.say(talk.bob, "@bob")["props"] == {}
