"""What programs send to incoming webhooks: in which forms, to which channels, and what it becomes."""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
from slack_sdk.webhook import WebhookClient

from hubbub.core.contracts.posts import MAX_MESSAGE
from hubbub.tests.plugins.posts.world import Talk
from hubbub.tests.plugins.webhooks.kit import FORM, incoming, posts, send

pytestmark = pytest.mark.engines("sqlite")  # but for those that try every query

EDGE = {"Content-Type": "multipart/form-data; boundary=edge"}
FIELD = '--edge\r\nContent-Disposition: form-data; name="{}"\r\n\r\n{}\r\n'


@pytest.mark.engines("sqlite", "postgres", "mysql")
def test_a_message_becomes_a_post_of_the_webhooks_owner(talk: Talk) -> None:
    answer = send(talk, incoming(talk), {"text": "the build is *green*"})
    assert (answer.status, answer.body, answer.headers["content-type"]) == (200, b"ok", "text/plain")
    (post,) = posts(talk)
    assert (post["user_id"], post["message"], post["type"]) == (talk.alice.id, "the build is *green*", "")
    assert post["props"] == {"from_webhook": "true", "webhook_display_name": "CI", "override_username": "webhook"}
    (event,) = [event for event in talk.server.events("posted") if event.data["sender_name"] == "webhook"]
    assert event.broadcast.channel_id == talk.channel


def test_slacks_own_library_is_understood(talk: Talk, address: Callable[[Any], str]) -> None:
    field = {"title": "Branch", "value": "main", "short": True}
    attachment = {"color": "#36a64f", "title": "Build 7", "title_link": "https://ci.example.com/7", "fields": [field]}
    sent = WebhookClient(address(incoming(talk))).send(text="done", attachments=[attachment])
    assert (sent.status_code, sent.body) == (200, "ok")
    (post,) = posts(talk)
    assert (post["message"], post["type"]) == ("done", "slack_attachment")
    (shown,) = post["props"]["attachments"]
    assert {name: shown[name] for name in attachment} == attachment
    assert post["metadata"]["embeds"] == [{"type": "message_attachment"}]


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (b'{"text": "hi"}', {}),
        (b'{"text": "hi"}', {"Content-Type": "text/plain; charset=utf-8"}),
        (b'{"text": "hi", "attachments": null, "unknown": [1]}', {"Content-Type": "application/json"}),
        (urlencode({"payload": '{"text": "hi"}'}).encode(), FORM),
        (urlencode({"text": "hi"}).encode(), FORM),
        (b'{"text": "hi"}', FORM),
        ((FIELD.format("payload", '{"text": "hi"}') + "--edge--\r\n").encode(), EDGE),
        ((FIELD.format("text", "hi") + "--edge--\r\n").encode(), EDGE),
    ],
)
def test_every_kind_of_body(shared_talk: Talk, body: bytes, headers: dict[str, str]) -> None:
    before = len(posts(shared_talk))
    assert send(shared_talk, incoming(shared_talk), body, headers).body == b"ok"
    assert [post["message"] for post in posts(shared_talk)[before:]] == ["hi"]


def test_line_breaks_may_stand_in_json_as_they_are(shared_talk: Talk) -> None:
    assert send(shared_talk, incoming(shared_talk), b'{"text": "one\ntwo\tthree"}').status == 200
    assert posts(shared_talk)[-1]["message"] == "one\ntwo\tthree"


@pytest.mark.parametrize(
    ("body", "headers", "error"),
    [
        (b"", {}, "model.incoming_hook.parse_data.app_error"),
        (b"hello", {}, "model.incoming_hook.parse_data.app_error"),
        (b"[1]", {}, "model.incoming_hook.parse_data.app_error"),
        (b'{"text": 7}', {}, "model.incoming_hook.parse_data.app_error"),
        (b'{"text": "\\u0000"}', {}, "model.incoming_hook.parse_data.app_error"),
        (b"[" * 100_000, {}, "model.incoming_hook.parse_data.app_error"),
        (b"{}", {}, "web.incoming_webhook.text.app_error"),
        (b'{"text": "", "attachments": []}', {}, "web.incoming_webhook.text.app_error"),
        (b'{"attachments": ["x"]}', {}, "model.incoming_hook.parse_data.app_error"),
        (b'{"attachments": [{"text": {}}]}', {}, "model.incoming_hook.parse_data.app_error"),
        (b'{"attachments": [{"fields": 7}]}', {}, "model.incoming_hook.parse_data.app_error"),
        (b'{"text": "x", "type": "system_join_channel"}', {}, "api.context.invalid_param.app_error"),
        (b'{"text": "x", "channel": "#nowhere"}', {}, "web.incoming_webhook.channel.app_error"),
        (b'{"text": "x", "channel": "@nobody"}', {}, "web.incoming_webhook.user.app_error"),
        (b"text=", {"Content-Type": "nonsense"}, "web.incoming_webhook.media_type.app_error"),
        (b"a=b", FORM, "web.incoming_webhook.parse_form.app_error"),
        (b"payload=hello", FORM, "model.incoming_hook.parse_data.app_error"),
        (b"--edge\r\n", EDGE, "web.incoming_webhook.parse_multipart.app_error"),
        (b'{"text": "' + b"x" * 310_000 + b'"}', {}, "api.context.request_body_too_large.app_error"),
    ],
)
def test_what_is_no_message_is_refused_in_words(
    shared_talk: Talk, body: bytes, headers: dict[str, str], error: str
) -> None:
    before = len(posts(shared_talk))
    answer = send(shared_talk, incoming(shared_talk), body, headers)
    assert answer.error == error
    assert answer.json["message"].endswith(".")
    assert len(posts(shared_talk)) == before


def test_an_address_that_is_none_is_refused(shared_talk: Talk) -> None:
    for hook_id in ("a" * 26, "short"):
        refused = send(shared_talk, {"id": hook_id}, {"text": "x"})
        assert (refused.status, refused.error) == (400, "web.incoming_webhook.invalid.app_error")


def test_the_message_may_choose_a_channel_or_a_person(talk: Talk) -> None:
    hook, other = incoming(talk), talk.make_channel("other")
    for name in ("other", "#other", "#Other"):
        assert send(talk, hook, {"text": f"to {name}", "channel": name}).status == 200
    assert [post["message"] for post in posts(talk, other)] == ["to other", "to #other", "to #Other"]
    assert send(talk, hook, {"text": "psst", "channel": "@bob"}).status == 200
    direct = talk.bob.post("/channels/direct", [talk.bob.id, talk.alice.id]).json["id"]
    assert talk.messages(talk.bob, direct) == ["psst"]


def test_a_locked_one_posts_to_its_own_channel_only(talk: Talk) -> None:
    hook = incoming(talk, channel_locked=True)
    talk.make_channel("other")
    for name in ("#other", "@bob"):
        refused = send(talk, hook, {"text": "x", "channel": name})
        assert (refused.status, refused.error) == (403, "web.incoming_webhook.channel_locked.app_error")
    assert send(talk, hook, {"text": "x", "channel": "#talk"}).status == 200


def test_it_can_do_no_more_than_its_owner(talk: Talk) -> None:
    hook = incoming(talk, user_id=talk.carol.id)
    secret = talk.make_channel("secret", type="P")
    refused = send(talk, hook, {"text": "x", "channel": "secret"})
    assert (refused.status, refused.error) == (403, "web.incoming_webhook.permissions.app_error")
    talk.alice.post(f"/channels/{secret}/members", {"user_id": talk.carol.id})
    assert send(talk, hook, {"text": "x", "channel": "secret"}).status == 200
    assert talk.alice.delete(f"/users/{talk.carol.id}").status == 200
    refused = send(talk, hook, {"text": "x"})
    assert (refused.status, refused.error) == (403, "web.incoming_webhook.user.app_error")


def test_names_and_pictures_are_shown_where_settings_allow(talk: Talk) -> None:
    hook = incoming(talk, username="ci", icon_url="https://x.example.com/ci.png")
    props = {"override_username": "boss", "from_webhook": "no", "card": "more"}
    assert send(talk, hook, {"text": "a", "props": props}).status == 200
    assert send(talk, hook, {"text": "b", "username": "Deploy Bot", "icon_emoji": ":rocket:"}).status == 200
    talk.server.configure(ServiceSettings={"EnablePostUsernameOverride": False, "EnablePostIconOverride": False})
    assert send(talk, hook, {"text": "c", "username": "boss", "icon_url": "https://x.example.com/b.png"}).status == 200
    first, second, third = [post["props"] for post in posts(talk)]
    common = {"from_webhook": "true", "webhook_display_name": "CI"}
    icon = {"override_icon_url": "https://x.example.com/ci.png"}
    assert first == {**common, **icon, "override_username": "ci", "card": "more"}
    assert second == {**common, **icon, "override_username": "Deploy Bot", "override_icon_emoji": "rocket"}
    assert third == common


def test_slacks_markup_becomes_markdown_everywhere(talk: Talk) -> None:
    text = (
        f"<!here> <@{talk.bob.id}> <@carol> <@U024BE7LH|dave> see <https://x.example.com/a?b=c|the log> <#C1|talk> <x>"
    )
    attachment = {"pretext": "<!channel>", "text": "<https://x.example.com|x>", "fields": [{"value": "<!all>"}]}
    assert send(talk, incoming(talk), {"text": text, "attachments": [attachment]}).status == 200
    (post,) = posts(talk)
    assert post["message"] == "@here @bob @carol @dave see [the log](https://x.example.com/a?b=c) ~talk <x>"
    (shown,) = post["props"]["attachments"]
    texts = (shown["pretext"], shown["text"], shown["fields"][0]["value"])
    assert texts == ("@channel", "[x](https://x.example.com)", "@all")
    assert talk.mentions(talk.bob) == 1


def test_a_long_text_becomes_several_posts_with_the_attachments_last(talk: Talk) -> None:
    line = "x" * 99 + "\n"
    text = line * 400 + "the end"
    assert send(talk, incoming(talk), {"text": text, "attachments": [{"text": "more"}]}).status == 200
    made = posts(talk)
    assert len(made) == 3
    assert all(len(post["message"]) <= MAX_MESSAGE for post in made)
    assert "\n".join(post["message"] for post in made) == text
    assert ["attachments" in post["props"] for post in made] == [False, False, True]


def test_many_attachments_are_spread_and_one_too_large_is_refused(talk: Talk) -> None:
    talk.server.configure(ServiceSettings={"MaximumPayloadSizeBytes": 3_000_000})
    hook = incoming(talk)
    attachments = [{"text": str(number) + "x" * 300_000} for number in range(5)]
    assert send(talk, hook, {"text": "all", "attachments": attachments}).status == 200
    counts = [[one["text"][0] for one in post["props"]["attachments"]] for post in posts(talk)]
    assert counts == [["0", "1"], ["2", "3"], ["4"]]
    refused = send(talk, hook, {"text": "x", "attachments": [{"text": "x" * 760_000}]})
    assert refused.error == "web.incoming_webhook.split_props_length.app_error"
    assert len(posts(talk)) == 3


def test_it_may_ask_for_a_priority_and_a_type_of_its_own(talk: Talk) -> None:
    body = {"text": "fire", "priority": {"priority": "urgent", "requested_ack": True}, "type": "custom_alarm"}
    assert send(talk, incoming(talk), body).status == 200
    (post,) = posts(talk)
    assert post["type"] == "custom_alarm"
    assert post["metadata"]["priority"]["priority"] == "urgent"


def test_its_posts_are_unread_for_its_owner_too_and_nobody_seems_online(talk: Talk) -> None:
    before = talk.member(talk.alice)["msg_count"]
    talk.server.sent.clear()
    assert send(talk, incoming(talk), {"text": "x"}).status == 200
    assert talk.member(talk.alice)["msg_count"] == before
    (event,) = talk.server.events("posted")
    assert event.data["set_online"] is False
    assert json.loads(event.data["post"])["props"]["from_webhook"] == "true"


def test_nothing_is_posted_to_an_archived_channel(talk: Talk) -> None:
    other = talk.make_channel("other")
    assert talk.alice.delete(f"/channels/{other}").status == 200
    refused = send(talk, incoming(talk), {"text": "x", "channel": "other"})
    assert refused.status in (400, 404), refused
    assert posts(talk, other) == []
