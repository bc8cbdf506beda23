"""Messages that wait for a moderator."""

from typing import Any

import pytest

BASE = "/plugins/filter_moderation/queue"


@pytest.fixture
def talk(make_filtered: Any) -> Any:
    """Return people in a channel in which messages wait; carol decides."""
    return make_filtered(filter_moderation={"Channels": ["crew/talk"], "Moderators": ["carol"], "MaxWaiting": 2})


def post(talk: Any, who: Any, message: str, **fields: Any) -> Any:
    """Return the answer to a post."""
    return who.post("/posts", {"channel_id": talk.channel, "message": message, **fields})


def ask(client: Any, method: str, path: str, body: Any = None) -> Any:
    """Return the answer to a request below the plugin's own address."""
    return client.request(method, f"{BASE}{path}", body, raw_path=True)


def told(talk: Any, who: Any) -> list[str]:
    """Return what the bot has told somebody."""
    talk.server.settle()
    bot = talk.alice.get("/users/username/moderation-bot").json
    channel = who.post("/channels/direct", [bot["id"], who.id]).json["id"]
    return list(talk.messages(who, channel))


def test_a_message_waits_and_appears_when_it_is_approved(talk: Any) -> None:
    answer = post(talk, talk.bob, "may I?")
    assert (answer.status, "waits for a moderator" in answer.json["message"]) == (400, True)
    assert post(talk, talk.bob, "may I?").status == 400, "the same again is the same one"
    assert talk.messages(talk.carol) == []
    (held,) = ask(talk.carol, "GET", "").json
    assert (held["user_id"], held["message"]) == (talk.bob.id, "may I?")
    (text,) = told(talk, talk.carol)
    assert "@bob in Talk waits" in text
    assert "> may I?" in text
    assert held["id"] in text
    approved = ask(talk.carol, "POST", f"/{held['id']}/approve")
    assert (approved.status, approved.json["user_id"]) == (201, talk.bob.id)
    assert talk.messages(talk.bob) == ["may I?"]
    assert ask(talk.carol, "GET", "").json == []
    again = ask(talk.carol, "POST", f"/{held['id']}/approve")
    assert (again.status, again.error) == (404, "plugin.filter_moderation.not_held.app_error")


@pytest.mark.engines("sqlite")
def test_an_author_is_told_of_a_rejection(talk: Any) -> None:
    post(talk, talk.bob, "buy this")
    (held,) = ask(talk.carol, "GET", "").json
    assert ask(talk.carol, "POST", f"/{held['id']}/reject", {"reason": "No {ads}."}).status == 200
    (text,) = told(talk, talk.bob)
    assert "The moderator says: No {ads}." in text
    assert "> buy this" in text
    assert talk.messages(talk.bob) == []
    assert ask(talk.carol, "POST", f"/{held['id']}/reject").status == 404


@pytest.mark.engines("sqlite")
def test_only_moderators_and_admins_see_and_decide(talk: Any) -> None:
    post(talk, talk.bob, "secret?")
    (held,) = ask(talk.alice, "GET", "").json
    for who in (talk.bob, talk.dave):
        assert ask(who, "GET", "").status == 403
        assert ask(who, "POST", f"/{held['id']}/approve").status == 403
        assert ask(who, "POST", f"/{held['id']}/reject").status == 403
    assert ask(talk.server.client(), "GET", "").status == 401


@pytest.mark.engines("sqlite")
def test_moderators_admins_and_other_channels_do_not_wait(talk: Any) -> None:
    assert post(talk, talk.carol, "mine").status == 201
    assert post(talk, talk.alice, "mine").status == 201
    other = talk.make_channel("other", talk.bob)
    assert talk.bob.post("/posts", {"channel_id": other, "message": "hello"}).status == 201


@pytest.mark.engines("sqlite")
def test_only_so_many_wait(talk: Any) -> None:
    answers = [post(talk, talk.bob, f"number {number}") for number in range(3)]
    assert "2 of your messages wait" in answers[2].json["message"]
    assert len(ask(talk.carol, "GET", "").json) == 2


@pytest.mark.engines("sqlite")
def test_edits_of_what_was_approved_are_refused(talk: Any) -> None:
    post(talk, talk.bob, "nice")
    (held,) = ask(talk.carol, "GET", "").json
    ask(talk.carol, "POST", f"/{held['id']}/approve")
    answer = talk.bob.put(f"/posts/{held['id']}/patch", {"message": "not nice"})
    assert (answer.status, "can't be edited" in answer.json["message"]) == (400, True)


@pytest.mark.engines("sqlite")
def test_what_an_author_left_behind_can_only_be_rejected(talk: Any) -> None:
    post(talk, talk.bob, "bye")
    (held,) = ask(talk.carol, "GET", "").json
    assert talk.alice.delete(f"/channels/{talk.channel}/members/{talk.bob.id}").status == 200
    answer = ask(talk.carol, "POST", f"/{held['id']}/approve")
    assert (answer.status, answer.error) == (400, "plugin.filter_moderation.author_gone.app_error")
    assert ask(talk.carol, "POST", f"/{held['id']}/reject", {}).status == 200


@pytest.mark.engines("sqlite")
def test_messages_of_new_members_wait_everywhere(make_filtered: Any) -> None:
    talk = make_filtered(filter_moderation={"NewMemberHours": 24, "Moderators": ["carol"]})
    assert "waits for a moderator" in post(talk, talk.bob, "I am new").json["message"]
    talk.server.configure(PluginSettings={"Plugins": {"filter_moderation": {"NewMemberHours": 0}}})
    assert post(talk, talk.bob, "not any more").status == 201
