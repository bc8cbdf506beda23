"""Buttons and menus: what they do stays secret, and clicks do what integrations answer."""

import json
from typing import Any

import pytest

from hubbub.tests.plugins.posts.test_hooks_and_events import program_of
from hubbub.tests.plugins.posts.world import Talk, made
from hubbub.tests.services.integration import Integration

pytestmark = pytest.mark.engines("sqlite")


def attachment(integration: Integration, **action: Any) -> dict[str, Any]:
    """Return props with one action."""
    secret = {"url": f"{integration.url}?key=s3cret", "context": {"token": "s3cret", "n": 1}}
    return {"attachments": [{"text": "Sure?", "actions": [{"name": "Yes", "integration": secret, **action}]}]}


def ask(talk: Talk, integration: Integration, **action: Any) -> tuple[dict[str, Any], str]:
    """Return a post of carol's with an action, and the action's id."""
    post = talk.say(talk.carol, "deploy?", props=attachment(integration, **action))
    return post, str(post["props"]["attachments"][0]["actions"][0]["id"])


def shown(talk: Talk, name: str) -> list[dict[str, Any]]:
    """Return the posts of events of a name."""
    return [json.loads(event.data["post"]) for event in talk.server.sent if event.name == name]


@pytest.mark.engines("sqlite", "postgres", "mysql")
def test_what_a_button_does_is_seen_by_nobody(talk: Talk, integration: Integration) -> None:
    post, _ = ask(talk, integration)
    talk.alice.put(f"/posts/{post['id']}/patch", {"message": "deploy now?"})
    talk.carol.post("/posts", {"channel_id": talk.channel, "message": "reply", "root_id": post["id"]})
    for path in (
        f"/posts/{post['id']}", f"/channels/{talk.channel}/posts", f"/posts/{post['id']}/thread",
        f"/channels/{talk.channel}/posts?since=1", f"/users/{talk.carol.id}/channels/{talk.channel}/posts/unread",
        f"/posts/{post['id']}/edit_history",
    ):  # fmt: skip
        answer = talk.carol.get(path)
        assert answer.status == 200, answer
        assert b"Sure?" in answer.body
        assert b"s3cret" not in answer.body
    assert "s3cret" not in json.dumps(talk.carol.post("/posts/ids", [post["id"]]).json)
    talk.carol.delete(f"/posts/{post['id']}")
    assert {"posted", "post_edited", "post_deleted"} <= {event.name for event in talk.server.sent}
    assert [event.name for event in talk.server.sent if "s3cret" in str(event.data)] == []


@pytest.mark.engines("sqlite", "postgres", "mysql")
def test_a_click_asks_the_integration_and_changes_the_post(talk: Talk, integration: Integration) -> None:
    post, action = ask(talk, integration)
    integration.answers({"update": {"message": "deployed", "props": {}}, "ephemeral_text": "thanks, <!here>"})
    answer = talk.bob.post(f"/posts/{post['id']}/actions/{action}", {}).json
    (asked,) = integration.asked
    assert asked.json == {
        "user_id": talk.bob.id, "user_name": "bob", "channel_id": talk.channel, "channel_name": "talk",
        "team_id": talk.team, "team_domain": "crew", "post_id": post["id"], "trigger_id": answer["trigger_id"],
        "type": "button", "data_source": "", "context": {"token": "s3cret", "n": 1},
    }  # fmt: skip
    assert talk.messages(talk.carol) == ["deployed"]
    assert talk.carol.get(f"/posts/{post['id']}").json["props"] == {}
    assert [one["message"] for one in shown(talk, "ephemeral_message")] == ["thanks, @here"]
    assert {one.broadcast.user_id for one in talk.server.sent if one.name == "ephemeral_message"} == {talk.bob.id}


def test_a_menu_says_what_was_chosen(talk: Talk, integration: Integration) -> None:
    post, action = ask(talk, integration, type="select", data_source="users")
    talk.bob.post(f"/posts/{post['id']}/actions/{action}", {"selected_option": talk.carol.id})
    sent = integration.asked[0].json
    assert (sent["type"], sent["data_source"], sent["context"]["selected_option"]) == ("select", "users", talk.carol.id)


def test_a_clients_edit_keeps_what_the_button_does(talk: Talk, integration: Integration) -> None:
    post, action = ask(talk, integration)
    talk.alice.put(f"/posts/{post['id']}/patch", {"message": "edited", "props": post["props"]})
    assert talk.bob.post(f"/posts/{post['id']}/actions/{action}", {}).status == 200
    assert integration.asked[0].json["context"]["token"] == "s3cret"


def test_an_answer_does_not_change_who_speaks(talk: Talk, integration: Integration) -> None:
    props = attachment(integration) | {"from_webhook": "true", "override_username": "ci"}
    post = talk.say(program_of(talk, talk.alice), "deploy?", props=props)
    action = post["props"]["attachments"][0]["actions"][0]["id"]
    integration.answers({"update": {"message": "done", "props": {"override_username": "alice", "kept": 1}}})
    talk.bob.post(f"/posts/{post['id']}/actions/{action}")
    assert talk.bob.get(f"/posts/{post['id']}").json["props"] == {
        "kept": 1, "from_webhook": "true", "override_username": "ci",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("body", "status"), [(b"no", 200), (b'{"update": 1}', 200), (b"{}", 404), (b"x" * 2_000_000, 200)]
)
def test_a_bad_answer_is_an_error(talk: Talk, integration: Integration, body: bytes, status: int) -> None:
    post, action = ask(talk, integration)
    integration.answers(body, status=status)
    assert (
        talk.bob.post(f"/posts/{post['id']}/actions/{action}").error
        == "api.post.do_action.action_integration.app_error"
    )
    assert talk.messages(talk.bob) == ["deploy?"]


def test_who_cannot_read_the_post_cannot_click(talk: Talk, integration: Integration) -> None:
    closed = talk.make_channel("closed", type="P")
    post = made(talk.alice.post("/posts", {"channel_id": closed, "message": "x", "props": attachment(integration)}))
    action = post["props"]["attachments"][0]["actions"][0]["id"]
    assert talk.bob.post(f"/posts/{post['id']}/actions/{action}").status == 403
    assert talk.alice.post(f"/posts/{post['id']}/actions/{'x' * 26}").status == 404
    assert integration.asked == []


@pytest.mark.parametrize(
    "url", ["/api/v4/users/me", "/plugins/../api/v4/users", "/plugins/a/%2e%2e/x", "//evil", "/plugins/a\\b"]
)
def test_only_plugins_of_this_server_are_asked_with_the_session(talk: Talk, url: str) -> None:
    props = {"attachments": [{"actions": [{"id": "go", "integration": {"url": url}}]}]}
    post = talk.say(talk.carol, "click", props=props)
    answer = talk.bob.post(f"/posts/{post['id']}/actions/go")
    assert answer.error == "api.post.do_action.action_integration.app_error"
    assert "must be one of a plugin" in answer.json["message"]


def ephemeral(talk: Talk, integration: Integration) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return a message that bob alone sees, and its action."""
    post = {"channel_id": talk.channel, "message": "psst", "props": attachment(integration)}
    answer = talk.alice.post("/posts/ephemeral", {"user_id": talk.bob.id, "post": post})
    assert b"s3cret" not in answer.body
    return answer.json, answer.json["props"]["attachments"][0]["actions"][0]


def test_a_message_that_is_not_stored_has_its_secret_in_a_sealed_cookie(talk: Talk, integration: Integration) -> None:
    post, action = ephemeral(talk, integration)
    path = f"/posts/{post['id']}/actions/{action['id']}"
    integration.answers({"update": {"message": "changed"}})
    assert talk.bob.post(path, {"cookie": action["cookie"]}).status == 200
    assert integration.asked[0].json["context"] == {"token": "s3cret", "n": 1}
    changed = shown(talk, "ephemeral_message")[-1]
    assert (changed["id"], changed["message"], changed["user_id"]) == (post["id"], "changed", talk.alice.id)
    assert talk.bob.post(path, {"cookie": action["cookie"][:-6] + "AAAA=="}).status == 404
    assert talk.bob.post(path).status == 404
    other, elsewhere = ephemeral(talk, integration)
    assert talk.bob.post(f"/posts/{other['id']}/actions/{elsewhere['id']}", {"cookie": action["cookie"]}).status == 404
    assert talk.eve.post(path, {"cookie": action["cookie"]}).status == 403


@pytest.mark.parametrize(
    "attachments", ["x", [1], [{"actions": 1}], [{"actions": ["x", {"id": 5, "integration": 1}]}], {"a": 1}]
)
def test_attachments_of_any_shape_do_no_harm(talk: Talk, attachments: Any) -> None:
    post = talk.say(talk.bob, "odd", props={"attachments": attachments})
    assert talk.bob.put(f"/posts/{post['id']}/patch", {"message": "odder", "props": post["props"]}).status == 200
    assert talk.bob.get(f"/posts/{post['id']}").status == 200
