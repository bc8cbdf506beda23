"""The commands that people expect, each with what it does, what it refuses and to whom it says so."""

import json
from typing import Any

import gevent
import pytest

from hubbub.core.clock import now_ms
from hubbub.tests.plugins.posts.world import Talk

pytestmark = pytest.mark.engines("sqlite")


def run(talk: Talk, text: str, *, who: Any = None, channel: str = "") -> dict[str, Any]:
    """Have bob (or somebody else) type a command."""
    answer = (who or talk.bob).post("/commands/execute", {"channel_id": channel or talk.channel, "command": text})
    assert answer.status == 200, answer
    return dict(answer.json)


def says(talk: Talk, text: str, **where: Any) -> str:
    """Return what the caller alone is told."""
    answer = run(talk, text, **where)
    assert answer["response_type"] == "ephemeral"
    (shown,) = [event for event in talk.server.sent if event.name == "ephemeral_message"][-1:]
    assert json.loads(shown.data["post"])["message"] == answer["text"]
    return str(answer["text"])


def newest(talk: Talk, channel: str = "") -> dict[str, Any]:
    """Return the newest post of a channel."""
    page = talk.alice.get(f"/channels/{channel or talk.channel}/posts").json
    return dict(page["posts"][page["order"][0]])


@pytest.mark.engines("sqlite", "postgres", "mysql")
def test_texts_are_posted_in_another_form(talk: Talk) -> None:
    run(talk, "/me waves *gently*")
    post = newest(talk)
    assert (post["type"], post["message"], post["props"]) == ("me", "*waves *gently**", {"message": "waves *gently*"})
    run(talk, "/shrug who knows")
    assert newest(talk)["message"] == r"who knows ¯\\\_(ツ)\_/¯"
    run(talk, "/code if x:\n    y")
    assert newest(talk)["message"] == "    if x:\n        y"
    run(talk, '/echo "now"')
    assert (newest(talk)["message"], newest(talk)["user_id"]) == ("now", talk.bob.id)
    assert "Say what you do" in says(talk, "/me")


def test_an_echo_comes_later(talk: Talk) -> None:
    run(talk, '/echo "later" 1')
    assert talk.messages(talk.bob) == []
    with gevent.Timeout(20):
        while not talk.messages(talk.bob):
            gevent.sleep(0.02)
    assert talk.messages(talk.bob) == ["later"]
    assert "600 seconds" in says(talk, "/echo later 601")


@pytest.mark.engines("sqlite", "postgres", "mysql")
def test_channels_are_joined_and_left(talk: Talk) -> None:
    channel = talk.make_channel("design")
    assert run(talk, "/join ~design")["goto_location"].endswith("/crew/channels/design")
    assert talk.member(talk.bob, channel)["user_id"] == talk.bob.id
    assert run(talk, "/leave", channel=channel)["goto_location"].endswith("/crew/channels/town-square")
    assert talk.bob.get(f"/channels/{channel}/members/{talk.bob.id}").status == 403
    square = talk.bob.get(f"/teams/{talk.team}/channels/name/town-square").json["id"]
    assert "can't be left" in says(talk, "/leave", channel=square)


def test_private_channels_stay_unknown(talk: Talk) -> None:
    talk.make_channel("secret", type="P")
    assert says(talk, "/join secret") == says(talk, "/join nowhere").replace("nowhere", "secret")
    assert "no channel" in says(talk, "/mute ~secret")


def test_leaving_a_direct_message_puts_it_out_of_sight(talk: Talk) -> None:
    channel = talk.bob.post("/channels/direct", [talk.bob.id, talk.carol.id]).json["id"]
    run(talk, "/leave", channel=channel)
    name = f"/users/me/preferences/direct_channel_show/name/{talk.carol.id}"
    assert talk.bob.get(name).json["value"] == "false"


def test_a_channel_is_muted_and_unmuted(talk: Talk) -> None:
    assert "won't be told of Talk" in says(talk, "/mute")
    assert talk.member(talk.bob)["notify_props"]["mark_unread"] == "mention"
    assert "will be told" in says(talk, "/mute ~talk")
    assert talk.member(talk.bob)["notify_props"]["mark_unread"] == "all"


def test_people_are_invited_and_taken_out(talk: Talk) -> None:
    assert says(talk, "/invite @dave") == "@dave is in Talk now."
    assert says(talk, "/invite @dave") == "@dave is in Talk already."
    assert talk.member(talk.dave)["user_id"] == talk.dave.id
    run(talk, "/kick @dave", who=talk.alice)
    assert talk.dave.get(f"/channels/{talk.channel}/members/{talk.dave.id}").status == 403
    assert "not in this channel" in says(talk, "/remove @dave", who=talk.alice)
    assert "no user @nobody" in says(talk, "/invite nobody")


def test_who_may_not_manage_members_changes_none(talk: Talk) -> None:
    guest = talk.make_guest("gina", talk.channel)
    assert "may not change who is in" in says(talk, "/kick @carol", who=guest)
    assert "may not change who is in" in says(talk, "/invite @carol", who=guest)
    assert "no user @dave" in says(talk, "/msg @dave hello", who=guest), "a guest can't see who shares no channel"
    assert talk.member(talk.carol)["user_id"] == talk.carol.id


def test_messages_go_to_one_or_several(talk: Talk) -> None:
    assert run(talk, "/msg @carol hello there")["goto_location"].endswith("/crew/messages/@carol")
    direct = talk.bob.post("/channels/direct", [talk.bob.id, talk.carol.id]).json["id"]
    assert talk.messages(talk.carol, direct) == ["hello there"]
    goto = run(talk, "/groupmsg @carol, @dave hi all")["goto_location"]
    group = talk.bob.post("/channels/group", [talk.bob.id, talk.carol.id, talk.dave.id]).json
    assert goto.endswith(f"/crew/channels/{group['name']}")
    assert talk.messages(talk.dave, group["id"]) == ["hi all"]
    assert "Name 2 to 7 others" in says(talk, "/groupmsg @carol hi")


def test_header_purpose_and_name_are_changed_and_said(talk: Talk) -> None:
    for text in ("/header Meets on Mondays", "/purpose To talk", "/rename Chatter"):
        run(talk, text)
    channel = talk.bob.get(f"/channels/{talk.channel}").json
    assert (channel["header"], channel["purpose"], channel["display_name"]) == (
        "Meets on Mondays",
        "To talk",
        "Chatter",
    )
    assert newest(talk)["type"] == "system_displayname_change"
    guest = talk.make_guest("gina", talk.channel)
    assert "may not change what is said" in says(talk, "/header x", who=guest)
    direct = talk.bob.post("/channels/direct", [talk.bob.id, talk.carol.id]).json["id"]
    assert "have no purpose" in says(talk, "/purpose x", channel=direct)


@pytest.mark.engines("sqlite", "postgres", "mysql")
def test_statuses_are_set(talk: Talk) -> None:
    for name in ("away", "offline", "online"):
        says(talk, f"/{name}")
        assert talk.bob.get(f"/users/{talk.bob.id}/status").json["status"] == name
    says(talk, "/dnd 2 hours")
    status = talk.bob.get(f"/users/{talk.bob.id}/status").json
    assert status["status"] == "dnd"
    assert 7_000 < status["dnd_end_time"] - now_ms() / 1000 <= 7_200
    assert "for how long" in says(talk, "/dnd forever")
    says(talk, "/status :palm_tree: On holiday")
    custom = json.loads(talk.bob.get("/users/me").json["props"]["customStatus"])
    assert (custom["emoji"], custom["text"]) == ("palm_tree", "On holiday")
    says(talk, "/status clear")
    assert talk.bob.get("/users/me").json["props"]["customStatus"] == ""


def test_previews_are_collapsed_by_a_preference_that_other_clients_hear_of(talk: Talk) -> None:
    for command, value in (("collapse", "true"), ("expand", "false")):
        says(talk, f"/{command}")
        (event,) = [event for event in talk.server.sent if event.name == "preference_changed"][-1:]
        assert event.broadcast.user_id == talk.bob.id
        assert json.loads(event.data["preference"])["value"] == value
        path = "/users/me/preferences/display_settings/name/collapse_previews"
        assert talk.bob.get(path).json["value"] == value


def test_logout_ends_this_session(talk: Talk) -> None:
    other = talk.server.client()
    other.login("bob")
    assert run(talk, "/logout", who=other)["goto_location"] == "/login"
    assert other.get("/users/me").status == 401
    assert talk.bob.get("/users/me").status == 200


def test_help_lists_the_commands(talk: Talk) -> None:
    text = says(talk, "/help")
    for name in "me shrug join leave invite kick msg header away dnd status echo".split():
        assert f"`/{name}" in text
    for name in "settings search shortcuts".split():
        assert says(talk, f"/{name}")
