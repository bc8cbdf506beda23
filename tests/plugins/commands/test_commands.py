"""Teams' own commands: kept, asked over real HTTP, their answers shown to whom they are for."""

import json
from typing import Any

import gevent
import pytest

from hubbub.tests.plugins.posts.world import Talk, made
from hubbub.tests.services.integration import Integration

pytestmark = pytest.mark.engines("sqlite")


def command(talk: Talk, integration: Integration, **fields: Any) -> dict[str, Any]:
    """Return a new command of alice's."""
    body = {"team_id": talk.team, "trigger": "deploy", "method": "P", "url": integration.url, **fields}
    return made(talk.alice.post("/commands", body))


def run(talk: Talk, text: str, *, who: Any = None, **fields: Any) -> Any:
    """Have bob (or somebody else) type a command."""
    return (who or talk.bob).post("/commands/execute", {"channel_id": talk.channel, "command": text, **fields})


def told(talk: Talk) -> list[tuple[str, str]]:
    """Return (user id, text) of what single users were shown."""
    events = [event for event in talk.server.sent if event.name == "ephemeral_message"]
    return [(event.broadcast.user_id, json.loads(event.data["post"])["message"]) for event in events]


@pytest.mark.engines("sqlite", "postgres", "mysql")
def test_a_command_is_made_found_changed_moved_and_deleted(talk: Talk, integration: Integration) -> None:
    one = command(
        talk, integration, trigger="Deploy", display_name="Deploy", auto_complete=True, url=f"{integration.url}?k=1"
    )
    assert (one["trigger"], len(one["id"]), len(one["token"]), one["creator_id"]) == ("deploy", 26, 26, talk.alice.id)
    assert talk.alice.get(f"/commands/{one['id']}").json == one
    assert talk.alice.get(f"/commands?team_id={talk.team}&custom_only=true").json == [one]
    changed = talk.alice.put(f"/commands/{one['id']}", {**one, "description": "To production", "token": "x" * 26}).json
    assert (changed["description"], changed["token"]) == ("To production", one["token"]), "a token isn't chosen"
    assert talk.alice.put(f"/commands/{one['id']}/regen_token").json["token"] != one["token"]
    other = made(talk.alice.post("/teams", {"name": "other", "display_name": "Other", "type": "O"}))["id"]
    assert (
        talk.alice.put(f"/commands/{one['id']}", {**one, "team_id": other}).error
        == "api.command.team_mismatch.app_error"
    )
    assert talk.alice.put(f"/commands/{one['id']}/move", {"team_id": other}).json == {"status": "OK"}
    assert talk.alice.get(f"/commands/{one['id']}").json["team_id"] == other
    assert talk.alice.delete(f"/commands/{one['id']}").json == {"status": "OK"}
    assert talk.alice.get(f"/commands/{one['id']}").error == "store.sql_command.get.missing.app_error"
    assert run(talk, "/deploy").error == "api.command.execute_command.not_found.app_error"


@pytest.mark.parametrize(
    ("fields", "part"),
    [
        ({"trigger": ""}, "trigger"),
        ({"trigger": "a b"}, "trigger"),
        ({"trigger": "/a"}, "trigger"),
        ({"trigger": "x" * 129}, "trigger"),
        ({"method": "PUT"}, "method"),
        ({"url": ""}, "url"),
        ({"url": "file:///etc/passwd"}, "url_http"),
        ({"display_name": "x" * 65}, "display_name"),
        ({"description": "x" * 129}, "description"),
    ],
)
def test_what_is_wrong_with_a_command_is_named(
    talk: Talk, integration: Integration, fields: dict[str, str], part: str
) -> None:
    body = {"team_id": talk.team, "trigger": "deploy", "method": "P", "url": integration.url, **fields}
    assert talk.alice.post("/commands", body).error == f"model.command.is_valid.{part}.app_error"


def test_a_trigger_is_taken_once_and_never_from_a_plugin(talk: Talk, integration: Integration) -> None:
    command(talk, integration)
    body = {"team_id": talk.team, "method": "P", "url": integration.url}
    for trigger in ("DEPLOY", "shrug"):
        assert (
            talk.alice.post("/commands", body | {"trigger": trigger}).error == "api.command.duplicate_trigger.app_error"
        )


def test_who_may_not_manage_commands_neither_sees_nor_changes_them(talk: Talk, integration: Integration) -> None:
    one = command(talk, integration, auto_complete=True)
    body = {"team_id": talk.team, "trigger": "mine", "method": "P", "url": integration.url}
    assert talk.bob.post("/commands", body).status == 403
    for answer in (
        talk.bob.get(f"/commands/{one['id']}"), talk.bob.delete(f"/commands/{one['id']}"),
        talk.bob.put(f"/commands/{one['id']}", one), talk.bob.put(f"/commands/{one['id']}/regen_token"),
    ):  # fmt: skip
        assert answer.error == "store.sql_command.get.missing.app_error"
    assert talk.bob.get(f"/commands?team_id={talk.team}&custom_only=true").status == 403
    assert talk.eve.get(f"/teams/{talk.team}/commands/autocomplete").status == 403
    (shown,) = [one for one in talk.bob.get(f"/commands?team_id={talk.team}").json if one["trigger"] == "deploy"]
    assert (shown["token"], shown["url"], shown["creator_id"]) == ("", "", "")


def test_whoever_manages_only_their_own_does_not_touch_others(talk: Talk, integration: Integration) -> None:
    role = talk.alice.get("/roles/name/team_user").json
    talk.alice.put(f"/roles/{role['id']}/patch", {"permissions": [*role["permissions"], "manage_own_slash_commands"]})
    one = command(talk, integration)
    body = {"team_id": talk.team, "trigger": "mine", "method": "P", "url": integration.url}
    mine = made(talk.bob.post("/commands", body))
    assert talk.bob.get(f"/commands?team_id={talk.team}&custom_only=true").json == [mine]
    assert talk.bob.delete(f"/commands/{one['id']}").status == 403
    assert talk.bob.post("/commands", body | {"trigger": "two", "creator_id": talk.alice.id}).status == 403


@pytest.mark.engines("sqlite", "postgres", "mysql")
def test_the_server_behind_it_is_asked_and_its_answer_posted(talk: Talk, integration: Integration) -> None:
    one = command(talk, integration, username="deploybot")
    integration.answers(
        {"response_type": "in_channel", "text": "on its way, <https://ci.example.com|see>", "username": "x"}
    )
    root = talk.say(talk.bob, "root")["id"]
    answer = run(talk, "/Deploy web to ~talk for @carol", root_id=root).json
    (asked,) = integration.asked
    form = {name: values[0] for name, values in asked.form.items()}
    assert (asked.method, asked.headers["Authorization"]) == ("POST", f"Token {one['token']}")
    response_url, trigger_id = form.pop("response_url"), form.pop("trigger_id")
    assert response_url.startswith("http://chat.example.com/hooks/commands/")
    assert form == {
        "token": one["token"], "team_id": talk.team, "team_domain": "crew", "channel_id": talk.channel,
        "channel_name": "talk", "user_id": talk.bob.id, "user_name": "bob", "command": "/deploy",
        "text": "web to ~talk for @carol", "root_id": root,
        "user_mentions": "carol", "user_mentions_ids": talk.carol.id,
        "channel_mentions": "talk", "channel_mentions_ids": talk.channel,
    }  # fmt: skip
    assert (answer["trigger_id"], bool(trigger_id)) == (trigger_id, True)
    assert talk.messages(talk.carol)[0] == "on its way, [see](https://ci.example.com)"
    (post,) = [p for p in talk.carol.get(f"/posts/{root}/thread").json["posts"].values() if p["root_id"] == root]
    assert (post["user_id"], post["props"]["from_webhook"]) == (talk.bob.id, "true")


def test_get_asks_with_a_query_and_plain_text_is_for_the_caller_alone(talk: Talk, integration: Integration) -> None:
    command(talk, integration, method="G", url=f"{integration.url}?key=1")
    integration.answers(b"done", content_type="text/plain; charset=utf-8")
    assert run(talk, "/deploy a&b=c").json["text"] == "done"
    (asked,) = integration.asked
    assert (asked.method, asked.form["key"], asked.form["text"]) == ("GET", ["1"], ["a&b=c"])
    assert told(talk) == [(talk.bob.id, "done")]
    assert talk.messages(talk.bob) == []


def test_extra_responses_attachments_and_where_to_go(talk: Talk, integration: Integration) -> None:
    command(talk, integration)
    extra = {"response_type": "in_channel", "text": None, "attachments": [{"text": "<!here> built"}]}
    integration.answers({"text": "only you", "goto_location": "https://ci.example.com", "extra_responses": [extra]})
    answer = run(talk, "/deploy").json
    assert answer["goto_location"] == "https://ci.example.com"
    assert told(talk) == [(talk.bob.id, "only you")]
    page = talk.bob.get(f"/channels/{talk.channel}/posts").json
    assert page["posts"][page["order"][0]]["props"]["attachments"] == [{"text": "@here built"}]


@pytest.mark.parametrize(
    ("body", "status", "error"),
    [
        (b"<html>", 200, "api.command.execute_command.failed.app_error"),
        (b'{"text": 5}', 200, "api.command.execute_command.failed.app_error"),
        (b"[" * 100_000, 200, "api.command.execute_command.failed.app_error"),
        (b"x" * 2_000_000, 200, "api.command.execute_command.failed.app_error"),
        (b"", 200, "api.command.execute_command.failed_empty.app_error"),
        (b"{}", 500, "api.command.execute_command.failed_resp.app_error"),
        (json.dumps({"response_type": "in_channel", "text": "x" * 20_000}).encode(), 200,
         "api.command.execute_command.create_post_failed.app_error"),
    ],
)  # fmt: skip
def test_a_bad_answer_is_told_to_the_caller(
    talk: Talk, integration: Integration, body: bytes, status: int, error: str
) -> None:
    command(talk, integration)
    integration.answers(body, status=status)
    answer = run(talk, "/deploy")
    assert answer.error == error
    assert "/deploy" in answer.json["message"]
    assert talk.messages(talk.bob) == []


def test_a_slow_answer_is_not_waited_for_forever(commanding: Any, integration: Integration) -> None:
    talk = commanding(OutgoingIntegrationRequestsTimeout=1)
    command(talk, integration)
    integration.hold.clear()
    answer = run(talk, "/deploy")
    assert answer.error == "api.command.execute_command.failed.app_error"
    assert "longer than 1 s" in answer.json["message"]


def test_the_inside_is_not_reached_unless_allowed(talk: Talk, integration: Integration) -> None:
    command(talk, integration, url=integration.url.replace("127.0.0.1", "127.0.0.2"))
    assert run(talk, "/deploy").error == "api.command.execute_command.failed.app_error"
    assert integration.asked == []


@pytest.mark.engines("sqlite", "postgres", "mysql")
def test_answers_may_come_later_five_times_in_half_an_hour(talk: Talk, integration: Integration) -> None:
    command(talk, integration)
    integration.answers({"text": "working on it"})
    run(talk, "/deploy")
    path = integration.asked[0].form["response_url"][0].removeprefix("http://chat.example.com")
    nobody = talk.server.client()
    late = {"response_type": "in_channel", "text": "done"}

    def send(body: Any) -> Any:
        return nobody.request("POST", path, body, raw_path=True)

    assert send({"text": 1}).error == "web.command_webhook.parse.app_error"
    answers = [gevent.spawn(send, late) for _ in range(8)]
    gevent.joinall(answers)
    assert sorted(job.value.status for job in answers) == [200] * 5 + [400] * 3
    assert talk.messages(talk.carol) == ["done"] * 5
    assert send(late).error == "app.command_webhook.try_use.invalid"
    talk.server.app.db.execute("UPDATE {commandwebhooks} SET createat = createat - 1801000, usecount = 0")
    assert send(late).error == "app.command_webhook.get.missing"
    assert nobody.request("POST", "/hooks/commands/" + "a" * 26, late, raw_path=True).status == 404


def test_a_late_answer_of_somebody_who_left_is_refused(talk: Talk, integration: Integration) -> None:
    command(talk, integration)
    integration.answers({"text": "working on it"})
    run(talk, "/deploy", who=talk.carol)
    path = integration.asked[0].form["response_url"][0].removeprefix("http://chat.example.com")
    talk.alice.delete(f"/channels/{talk.channel}/members/{talk.carol.id}")
    talk.alice.delete(f"/teams/{talk.team}/members/{talk.carol.id}")
    assert talk.server.client().request("POST", path, {"text": "x"}, raw_path=True).status == 403


@pytest.mark.parametrize("text", ["deploy", "/", "/ deploy", "", " /deploy"])
def test_what_is_no_command_is_refused(talk: Talk, text: str) -> None:
    assert run(talk, text).error == "api.command.execute_command.start.app_error"


def test_only_who_may_post_in_the_channel_runs_commands(talk: Talk) -> None:
    closed = talk.make_channel("closed", type="P")
    assert run(talk, "/shrug", channel_id=closed).status == 403
    assert run(talk, "/shrug", who=talk.eve).status == 403
    talk.alice.delete(f"/channels/{talk.channel}")
    assert run(talk, "/shrug").error == "api.command.execute_command.deleted.error"


def test_commands_of_teams_can_be_turned_off(commanding: Any, integration: Integration) -> None:
    talk = commanding()
    one = command(talk, integration, auto_complete=True)
    talk = commanding(EnableCommands=False)
    assert talk.alice.get(f"/commands/{one['id']}").error == "api.command.disabled.app_error"
    assert run(talk, "/deploy").error == "api.command.execute_command.not_found.app_error"
    assert run(talk, "/shrug").status == 200
    listed = talk.bob.get(f"/teams/{talk.team}/commands/autocomplete").json
    assert "deploy" not in [one["trigger"] for one in listed]


def test_a_message_that_begins_with_a_slash_is_a_message(talk: Talk) -> None:
    talk.say(talk.bob, "/shrug")
    assert talk.messages(talk.bob) == ["/shrug"]


def test_suggestions_while_typing(talk: Talk, integration: Integration) -> None:
    command(talk, integration, auto_complete=True, auto_complete_hint="[what]", auto_complete_desc="Deploy")

    def ask(text: str) -> Any:
        return talk.bob.get(f"/teams/{talk.team}/commands/autocomplete_suggestions", query={"user_input": text}).json

    assert ask("/depl") == [
        {"Complete": "deploy", "Suggestion": "deploy", "Hint": "[what]", "Description": "Deploy", "IconData": ""}
    ]
    assert [one["Complete"] for one in ask("/sh")] == ["shortcuts", "shrug"]
    assert [one["Complete"] for one in ask("/dnd 1")] == ["dnd 1h", "dnd 1d"]
    assert [one["Hint"] for one in ask("/deploy web")] == ["[what]"]
    assert ask("/nothing like it") == []
