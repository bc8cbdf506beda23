"""Dialogs: opened with a trigger id for one user, sent back filled in."""

import json
from typing import Any

import pytest

from hubbub.core.clock import now_ms
from hubbub.tests.plugins.posts.world import Talk, made
from hubbub.tests.services.integration import Integration

pytestmark = pytest.mark.engines("sqlite")
DIALOG = {
    "callback_id": "c1", "title": "Deploy", "state": "s1", "submit_label": "Go",
    "elements": [{"display_name": "What", "name": "what", "type": "text"}],
}  # fmt: skip


def trigger(talk: Talk) -> str:
    """Return a trigger id of bob's: every command brings one."""
    answer = talk.bob.post("/commands/execute", {"channel_id": talk.channel, "command": "/shrug"})
    return str(answer.json["trigger_id"])


def open_dialog(talk: Talk, trigger_id: str, url: str, dialog: Any = DIALOG) -> Any:
    """Open a dialog as an integration does: signed in as nobody."""
    body = {"trigger_id": trigger_id, "url": url, "dialog": dialog}
    return talk.server.client().post("/actions/dialogs/open", body)


@pytest.mark.engines("sqlite", "postgres", "mysql")
def test_a_dialog_opens_for_the_user_of_the_trigger_alone(talk: Talk, integration: Integration) -> None:
    trigger_id = trigger(talk)
    assert open_dialog(talk, trigger_id, integration.url).json == {"status": "OK"}
    (event,) = [event for event in talk.server.sent if event.name == "open_dialog"]
    assert event.broadcast.user_id == talk.bob.id
    assert json.loads(event.data["dialog"]) == {"trigger_id": trigger_id, "url": integration.url, "dialog": DIALOG}


def test_trigger_ids_of_others_and_old_ones_open_nothing(
    talk: Talk, integration: Integration, monkeypatch: Any
) -> None:
    prefix = "interactive_message.decode_trigger_id."
    good = trigger(talk)
    assert open_dialog(talk, "?", integration.url).error == f"{prefix}base64_decode_failed"
    assert open_dialog(talk, "YTpi", integration.url).error == f"{prefix}missing_data"
    forged = "YTpiOjE6eA=="
    assert open_dialog(talk, forged, integration.url).error == f"{prefix}verify_signature_failed"
    assert open_dialog(talk, "", integration.url).error == "api.context.invalid_body_param.app_error"
    later = now_ms() + 31_000
    monkeypatch.setattr("hubbub.plugins.interactive_messages.seals.now_ms", lambda: later)
    assert open_dialog(talk, good, integration.url).error == f"{prefix}expired"


def submit(talk: Talk, integration: Integration, kind: str = "submit", **fields: Any) -> Any:
    """Have bob fill in a dialog."""
    body = {
        "url": integration.url, "callback_id": "c1", "state": "s1", "channel_id": talk.channel, "team_id": talk.team,
        "submission": {"what": "web"}, **fields,
    }  # fmt: skip
    return talk.bob.post(f"/actions/dialogs/{kind}", body)


def test_what_is_filled_in_goes_to_the_integration(talk: Talk, integration: Integration) -> None:
    assert submit(talk, integration, user_id=talk.alice.id).json == {}
    assert integration.asked[0].json == {
        "type": "dialog_submission", "callback_id": "c1", "state": "s1", "user_id": talk.bob.id,
        "channel_id": talk.channel, "team_id": talk.team, "submission": {"what": "web"}, "cancelled": False,
    }  # fmt: skip
    submit(talk, integration, cancelled=True, submission={})
    assert integration.asked[1].json["type"] == "dialog_cancellation"


def test_errors_and_the_next_form_come_back(talk: Talk, integration: Integration) -> None:
    integration.answers({"error": "no", "errors": {"what": "unknown"}})
    assert submit(talk, integration).json == {"error": "no", "errors": {"what": "unknown"}}
    integration.answers({"type": "form", "form": DIALOG})
    assert submit(talk, integration).json == {"type": "form", "form": DIALOG}


def test_options_are_looked_up(talk: Talk, integration: Integration) -> None:
    integration.answers({"items": [{"text": "Web", "value": "web"}]})
    answer = submit(talk, integration, "lookup", submission={"query": "w", "selected_field": "what"})
    assert answer.json == {"items": [{"text": "Web", "value": "web"}]}
    assert integration.asked[0].json["type"] == "dialog_lookup"


def test_bad_answers_and_strangers_are_refused(talk: Talk, integration: Integration) -> None:
    closed = talk.make_channel("closed", type="P")
    assert submit(talk, integration, channel_id=closed).status == 403
    other = made(talk.alice.post("/teams", {"name": "other", "display_name": "Other", "type": "I"}))["id"]
    assert submit(talk, integration, team_id=other).status == 403
    assert submit(talk, integration, url="").error == "api.context.invalid_body_param.app_error"
    integration.answers(b"no")
    assert submit(talk, integration).error == "app.submit_interactive_dialog.decode_json_error"
    assert submit(talk, integration, "lookup").error == "app.lookup_interactive_dialog.decode_json_error"
    integration.answers({}, status=500)
    assert submit(talk, integration).error == "api.post.do_action.action_integration.app_error"


@pytest.mark.parametrize("elements", [1, ["x"], [{"options": 1}], [{"options": ["x"]}]])
def test_what_no_client_could_show_is_refused(talk: Talk, integration: Integration, elements: Any) -> None:
    answer = open_dialog(talk, trigger(talk), integration.url, DIALOG | {"elements": elements})
    assert answer.error == "api.context.invalid_body_param.app_error"
