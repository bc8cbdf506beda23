"""Webhooks: made, listed, changed, deleted; by whom, and what is refused."""

from typing import Any

import pytest

from hubbub.core.ids import new_id
from hubbub.tests.plugins.posts.world import Talk
from hubbub.tests.plugins.webhooks.kit import grant, incoming, outgoing, posts, send

pytestmark = pytest.mark.engines("sqlite")  # but for those that try every query
URL = "https://robot.example.com/hook"


@pytest.mark.engines("sqlite", "postgres", "mysql")
def test_incoming_ones_are_made_listed_changed_and_deleted(talk: Talk) -> None:
    made = incoming(talk, description="builds", username="ci", icon_url="https://x.example.com/i.png")
    assert (made["user_id"], made["team_id"], made["channel_locked"]) == (talk.alice.id, talk.team, False)
    path = f"/hooks/incoming/{made['id']}"
    assert talk.alice.get(path).json == made
    assert talk.alice.get("/hooks/incoming", query={"team_id": talk.team}).json == [made]
    counted = talk.alice.get("/hooks/incoming", query={"include_total_count": "true", "per_page": 0}).json
    assert counted == {"incoming_webhooks": [], "total_count": 1}
    changed = talk.alice.put(path, {"id": made["id"], "description": "deploys", "channel_locked": True})
    assert changed.status == 201
    later = {**made, "description": "deploys", "channel_locked": True, "update_at": changed.json["update_at"]}
    assert talk.alice.get(path).json == changed.json == later
    assert talk.alice.delete(path).json == {"status": "OK"}
    assert talk.alice.get(path).error == "app.webhooks.get_incoming.app_error"
    assert talk.alice.get("/hooks/incoming").json == []
    assert send(talk, made, {"text": "hello"}).error == "web.incoming_webhook.invalid.app_error"


@pytest.mark.engines("sqlite", "postgres", "mysql")
def test_outgoing_ones_are_made_listed_changed_and_deleted(talk: Talk) -> None:
    made = outgoing(talk, URL, channel_id=talk.channel, content_type="application/json")
    assert (made["creator_id"], made["trigger_words"], made["callback_urls"]) == (talk.alice.id, ["build"], [URL])
    path = f"/hooks/outgoing/{made['id']}"
    assert talk.alice.get(path).json == made
    for query in ({}, {"team_id": talk.team}, {"channel_id": talk.channel}):
        assert talk.alice.get("/hooks/outgoing", query=query).json == [made]
    renewed = talk.alice.post(f"{path}/regen_token").json
    assert renewed["token"] not in ("", made["token"])
    changed = talk.alice.put(path, {"id": made["id"], "trigger_when": 1, "trigger_words": ["go", "run"]}).json
    assert (changed["trigger_words"], changed["trigger_when"]) == (["go", "run"], 1)
    assert (changed["token"], changed["callback_urls"]) == (renewed["token"], [URL])
    assert talk.alice.get(path).json == changed
    assert talk.alice.delete(path).json == {"status": "OK"}
    assert talk.alice.get(path).error == "app.webhooks.get_outgoing.app_error"
    assert talk.alice.get("/hooks/outgoing").json == []


def test_members_manage_what_their_roles_say(talk: Talk) -> None:
    hook = incoming(talk)
    body = {"channel_id": talk.channel, "channel_locked": True}
    assert talk.bob.post("/hooks/incoming", body).status == 403
    assert talk.bob.get("/hooks/incoming", query={"team_id": talk.team}).status == 403
    grant(talk, "team_user", "manage_own_incoming_webhooks")
    assert talk.bob.post("/hooks/incoming", {**body, "channel_locked": False}).status == 403, "may not unlock"
    own = talk.bob.post("/hooks/incoming", body).json
    unlock = {"id": own["id"], "channel_locked": False}
    assert talk.bob.put(f"/hooks/incoming/{own['id']}", unlock).status == 403
    assert talk.bob.get("/hooks/incoming", query={"team_id": talk.team}).json == [own], "and not alice's"
    for refused in (talk.bob.get, talk.bob.delete):
        assert refused(f"/hooks/incoming/{hook['id']}").status == 403
    assert talk.bob.post("/hooks/incoming", {**body, "user_id": talk.carol.id}).status == 403
    for_carol = talk.alice.post("/hooks/incoming", {**body, "user_id": talk.carol.id})
    assert for_carol.json["user_id"] == talk.carol.id
    secret = talk.make_channel("secret", type="P")
    assert talk.bob.post("/hooks/incoming", {**body, "channel_id": secret}).status == 403


def test_members_manage_outgoing_ones_as_their_roles_say(talk: Talk) -> None:
    hook = outgoing(talk, URL)
    body = {"team_id": talk.team, "trigger_words": ["x"], "callback_urls": [URL]}
    assert talk.bob.post("/hooks/outgoing", body).status == 403
    grant(talk, "team_user", "manage_own_outgoing_webhooks")
    own = talk.bob.post("/hooks/outgoing", body).json
    assert own["creator_id"] == talk.bob.id
    assert talk.bob.get("/hooks/outgoing", query={"team_id": talk.team}).json == [own]
    assert talk.bob.post(f"/hooks/outgoing/{hook['id']}/regen_token").status == 403
    assert talk.bob.post("/hooks/outgoing", {**body, "creator_id": talk.carol.id}).status == 403
    assert talk.bob.get("/hooks/outgoing").status == 403, "of all teams: not with a team's role"


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"display_name": "x" * 65}, "model.incoming_hook.display_name.app_error"),
        ({"description": "x" * 501}, "model.incoming_hook.description.app_error"),
        ({"icon_url": "x" * 1025}, "model.incoming_hook.icon_url.app_error"),
        ({"username": "No Spaces"}, "api.incoming_webhook.invalid_username.app_error"),
        ({"channel_id": "nowhere"}, "api.context.invalid_body_param.app_error"),
        ({"channel_id": "a" * 26}, "app.channel.get.existing.app_error"),
        ({"user_id": "a" * 26}, "app.user.missing_account.const"),
    ],
)
def test_an_incoming_one_that_is_wrong_is_refused(shared_talk: Talk, fields: dict[str, Any], error: str) -> None:
    body = {"channel_id": shared_talk.channel, **fields}
    assert shared_talk.alice.post("/hooks/incoming", body).error == error


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"trigger_words": []}, "api.webhook.create_outgoing.triggers.app_error"),
        ({"trigger_words": [""]}, "model.outgoing_hook.is_valid.trigger_words.app_error"),
        ({"trigger_words": ["x" * 1024]}, "model.outgoing_hook.is_valid.words.app_error"),
        ({"callback_urls": []}, "model.outgoing_hook.is_valid.callback.app_error"),
        ({"callback_urls": ["ftp://x.example.com"]}, "model.outgoing_hook.is_valid.url.app_error"),
        ({"callback_urls": ["https://"]}, "model.outgoing_hook.is_valid.url.app_error"),
        ({"content_type": "text/html"}, "model.outgoing_hook.is_valid.content_type.app_error"),
        ({"trigger_when": 7}, "api.context.invalid_body_param.app_error"),
        ({"channel_id": "a" * 26}, "app.channel.get.existing.app_error"),
        ({"team_id": "x"}, "api.context.invalid_body_param.app_error"),
    ],
)
def test_an_outgoing_one_that_is_wrong_is_refused(shared_talk: Talk, fields: dict[str, Any], error: str) -> None:
    body = {"team_id": shared_talk.team, "trigger_words": ["x"], "callback_urls": [URL], **fields}
    assert shared_talk.alice.post("/hooks/outgoing", body).error == error


def test_two_rules_for_the_same_are_refused(talk: Talk) -> None:
    hook = outgoing(talk, URL, trigger_words=["build", "deploy"])
    body = {"team_id": talk.team, "trigger_words": ["deploy"], "callback_urls": [URL, "https://other.example.com"]}
    assert talk.alice.post("/hooks/outgoing", body).error == "api.webhook.create_outgoing.intersect.app_error"
    other = outgoing(talk, URL, trigger_words=["test"])
    change = {"id": other["id"], "trigger_words": ["build"]}
    refused = talk.alice.put(f"/hooks/outgoing/{other['id']}", change)
    assert refused.error == "api.webhook.update_outgoing.intersect.app_error"
    assert talk.alice.put(f"/hooks/outgoing/{hook['id']}", {"id": hook["id"], "description": "same"}).status == 200


def test_private_channels_are_not_sent_on_and_teams_not_changed(talk: Talk) -> None:
    secret = talk.make_channel("secret", type="P")
    body = {"team_id": talk.team, "channel_id": secret, "callback_urls": [URL]}
    refused = talk.alice.post("/hooks/outgoing", body)
    assert (refused.status, refused.error) == (403, "api.outgoing_webhook.disabled.app_error")
    hook = outgoing(talk, URL)
    moved = talk.alice.put(f"/hooks/outgoing/{hook['id']}", {"id": hook["id"], "team_id": new_id()})
    assert moved.error == "api.webhook.team_mismatch.app_error"
    other = talk.alice.post("/teams", {"name": "other", "display_name": "Other", "type": "O"}).json["id"]
    elsewhere = talk.alice.get(f"/teams/{other}/channels/name/town-square").json["id"]
    mine = incoming(talk)
    moved = talk.alice.put(f"/hooks/incoming/{mine['id']}", {"id": mine["id"], "channel_id": elsewhere})
    assert moved.error == "api.webhook.team_mismatch.app_error"
    assert talk.alice.put(f"/hooks/incoming/{mine['id']}", {"id": new_id()}).status == 400


def test_what_is_turned_off_answers_501(talk: Talk) -> None:
    hook = incoming(talk)
    talk.server.configure(ServiceSettings={"EnableIncomingWebhooks": False, "EnableOutgoingWebhooks": False})
    for answer in (talk.alice.get("/hooks/incoming"), talk.alice.get(f"/hooks/incoming/{hook['id']}")):
        assert (answer.status, answer.error) == (501, "api.incoming_webhook.disabled.app_error")
    off = talk.alice.get("/hooks/outgoing")
    assert (off.status, off.error) == (501, "api.outgoing_webhook.disabled.app_error")
    refused = send(talk, hook, {"text": "hello"})
    assert (refused.status, refused.error) == (501, "web.incoming_webhook.disabled.app_error")


@pytest.mark.engines("sqlite", "postgres", "mysql")
def test_those_of_an_archived_channel_are_gone(talk: Talk) -> None:
    channel = talk.make_channel("short-lived")
    hook, kept = incoming(talk, channel_id=channel), incoming(talk)
    outgoing(talk, URL, channel_id=channel)
    assert talk.alice.delete(f"/channels/{channel}").status == 200
    assert talk.alice.get("/hooks/incoming").json == [kept]
    assert talk.alice.get("/hooks/outgoing").json == []
    assert send(talk, hook, {"text": "hello"}).error == "web.incoming_webhook.invalid.app_error"
    assert posts(talk, channel) == []
