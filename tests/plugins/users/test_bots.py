"""Bots: made, changed, disabled; whose they are, what they can do, and accounts that become bots and back."""

from typing import Any

import pytest

from hubbub.core.testing import PASSWORD
from hubbub.tests.plugins.posts.world import Talk, database, make_talk

__all__ = ["database", "make_talk"]

pytestmark = pytest.mark.engines("sqlite")  # but for those that try every query


@pytest.fixture
def talk(make_talk: Any) -> Talk:
    """Return people on a server where bots can be made, on each engine in turn."""
    talk: Talk = make_talk(ServiceSettings={"EnableBotAccountCreation": True})
    return talk


def make_bot(talk: Talk, owner: Any = None, username: str = "robot", **fields: Any) -> dict[str, Any]:
    """Return a new bot."""
    answer = (owner or talk.alice).post("/bots", {"username": username, **fields})
    assert answer.status == 201, answer
    return dict(answer.json)


def program_of(talk: Talk, bot: dict[str, Any], owner: Any = None) -> Any:
    """Return a client with an access token of a bot."""
    made = (owner or talk.alice).post(f"/users/{bot['user_id']}/tokens", {"description": "for a program"})
    assert made.status == 200, made
    client = talk.server.client()
    client.token = made.json["token"]
    return client


def grant(talk: Talk, *permissions: str) -> None:
    """Have everybody's role grant more."""
    role = talk.alice.get("/roles/name/system_user").json
    answer = talk.alice.put(f"/roles/{role['id']}/patch", {"permissions": [*role["permissions"], *permissions]})
    assert answer.status == 200, answer


@pytest.mark.engines("sqlite", "postgres", "mysql")
def test_a_bot_is_made_listed_changed_disabled_and_enabled(talk: Talk) -> None:
    made = make_bot(talk, display_name="Robot", description="Builds things.")
    assert made == {
        "user_id": made["user_id"],
        "username": "robot",
        "display_name": "Robot",
        "description": "Builds things.",
        "owner_id": talk.alice.id,
        "last_icon_update": 0,
        "create_at": made["create_at"],
        "update_at": made["create_at"],
        "delete_at": 0,
    }
    path = f"/bots/{made['user_id']}"
    assert talk.alice.get(path).json == made
    assert talk.alice.get("/bots").json == [made]
    user = talk.bob.get(f"/users/{made['user_id']}").json
    assert (user["username"], user["is_bot"], user["bot_description"]) == ("robot", True, "Builds things.")
    changed = talk.alice.put(path, {"username": "builder", "description": "Builds more."}).json
    assert (changed["username"], changed["display_name"]) == ("builder", "Robot")
    assert talk.bob.get(f"/users/{made['user_id']}").json["bot_description"] == "Builds more."
    assert talk.alice.post(f"{path}/disable").json["delete_at"] > 0
    assert talk.alice.get("/bots").json == []
    assert talk.alice.get(path).error == "store.sql_bot.get.missing.app_error"
    (disabled,) = talk.alice.get("/bots", query={"include_deleted": "true"}).json
    assert talk.alice.get(path, query={"include_deleted": "true"}).json == disabled
    assert talk.alice.post(f"{path}/enable").json["delete_at"] == 0
    assert [bot["username"] for bot in talk.alice.get("/bots").json] == ["builder"]


def test_a_bot_posts_under_its_own_name_until_it_is_disabled(talk: Talk) -> None:
    bot = make_bot(talk)
    talk.alice.post(f"/teams/{talk.team}/members", {"team_id": talk.team, "user_id": bot["user_id"]})
    talk.alice.post(f"/channels/{talk.channel}/members", {"user_id": bot["user_id"]})
    program = program_of(talk, bot)
    assert program.get("/users/me").json["id"] == bot["user_id"]
    post = talk.say(program, "done", props={"override_username": "Builder"})
    assert post["user_id"] == bot["user_id"]
    assert post["props"] == {"override_username": "Builder", "from_bot": "true"}
    assert talk.server.client().login("robot", PASSWORD).status == 401
    other = program_of(talk, bot)
    talk.alice.post(f"/bots/{bot['user_id']}/disable")
    assert program.get("/users/me").status == 401, "which is remembered for a moment"
    talk.alice.post(f"/bots/{bot['user_id']}/enable")
    assert other.get("/users/me").status == 200


def test_what_is_no_bot_is_refused(talk: Talk) -> None:
    for fields, error in [
        ({}, "api.context.invalid_body_param.app_error"),
        ({"username": "Not Valid"}, "model.user.is_valid.username.app_error"),
        ({"username": "bob"}, "app.user.save.username_exists.app_error"),
        ({"username": "x", "description": "x" * 1025}, "model.bot.is_valid.description.app_error"),
    ]:
        assert talk.alice.post("/bots", fields).error == error
    assert talk.alice.get(f"/bots/{talk.bob.id}").error == "store.sql_bot.get.missing.app_error"
    talk.server.configure(ServiceSettings={"EnableBotAccountCreation": False})
    refused = talk.alice.post("/bots", {"username": "robot"})
    assert (refused.status, refused.error) == (403, "api.bot.create_disabled")


def test_people_manage_their_own_bots_as_their_roles_say(talk: Talk) -> None:
    others = make_bot(talk)
    assert talk.bob.post("/bots", {"username": "mine"}).status == 403
    assert talk.bob.get("/bots").status == 403
    grant(talk, "create_bot", "read_bots", "manage_bots", "create_user_access_token")
    mine = make_bot(talk, talk.bob, "mine")
    assert talk.bob.get("/bots").json == [mine]
    assert program_of(talk, mine, talk.bob).get("/users/me").json["username"] == "mine"
    for path in (f"/bots/{others['user_id']}/disable", f"/users/{others['user_id']}/tokens"):
        hidden = talk.bob.post(path, {"description": "x"})
        assert (hidden.status, hidden.error) == (404, "store.sql_bot.get.missing.app_error")
    assert talk.bob.post(f"/users/{talk.carol.id}/tokens", {"description": "x"}).status == 403
    assert talk.bob.post(f"/bots/{mine['user_id']}/assign/{talk.carol.id}").status == 403
    grant(talk, "read_others_bots")
    assert talk.bob.post(f"/bots/{others['user_id']}/disable").status == 403, "seen, but not to be managed"


def test_a_bot_is_given_to_somebody_else(talk: Talk) -> None:
    bot, other = make_bot(talk), make_bot(talk, username="other")
    assert talk.alice.post(f"/bots/{bot['user_id']}/assign/{talk.bob.id}").json["owner_id"] == talk.bob.id
    assert talk.alice.post(f"/bots/{bot['user_id']}/assign/{other['user_id']}").status == 403
    assert talk.alice.post(f"/bots/{bot['user_id']}/assign/{'a' * 26}").status == 404


@pytest.mark.engines("sqlite", "postgres", "mysql")
def test_bots_leave_with_their_owner_where_settings_say_so(talk: Talk) -> None:
    grant(talk, "create_bot")
    first = make_bot(talk, talk.bob, "first")
    talk.server.configure(ServiceSettings={"DisableBotsWhenOwnerIsDeactivated": False})
    assert talk.alice.delete(f"/users/{talk.bob.id}").status == 200
    orphans = talk.alice.get("/bots", query={"only_orphaned": "true"}).json
    assert [bot["user_id"] for bot in orphans] == [first["user_id"]]
    second = make_bot(talk, talk.carol, "second")
    talk.server.configure(ServiceSettings={"DisableBotsWhenOwnerIsDeactivated": True})
    assert talk.alice.delete(f"/users/{talk.carol.id}").status == 200
    assert talk.alice.get(f"/bots/{second['user_id']}").status == 404
    assert talk.alice.get(f"/users/{second['user_id']}").json["delete_at"] > 0
    assert [bot["username"] for bot in talk.alice.get("/bots").json] == ["first"]


def test_a_bot_whose_account_is_deactivated_is_disabled(talk: Talk) -> None:
    bot = make_bot(talk)
    assert talk.alice.put(f"/users/{bot['user_id']}/active", {"active": False}).status == 200
    assert talk.alice.get("/bots").json == []
    assert talk.alice.put(f"/users/{bot['user_id']}/active", {"active": True}).status == 200
    assert [found["user_id"] for found in talk.alice.get("/bots").json] == [bot["user_id"]]


def test_a_person_becomes_a_bot_and_a_person_again(talk: Talk) -> None:
    assert talk.bob.post(f"/users/{talk.bob.id}/convert_to_bot").status == 403
    bot = talk.alice.post(f"/users/{talk.bob.id}/convert_to_bot").json
    assert (bot["user_id"], bot["username"], bot["owner_id"]) == (talk.bob.id, "bob", talk.bob.id)
    assert talk.bob.get("/users/me").status == 401, "signed out"
    assert talk.server.client().login("bob", PASSWORD).status == 401
    assert talk.alice.post(f"/users/{talk.bob.id}/convert_to_bot").status == 400
    path = f"/bots/{talk.bob.id}/convert_to_user"
    assert talk.alice.post(path, {"first_name": "Bob"}).error == "api.context.invalid_body_param.app_error"
    program = program_of(talk, bot)
    assert program.get("/users/me").status == 200
    user = talk.alice.post(path, {"password": PASSWORD, "email": "bob@new.example.com"}).json
    assert (user["email"], user.get("is_bot")) == ("bob@new.example.com", None)
    assert program.get("/users/me").status == 401, "a bot's token is no person's"
    assert talk.server.client().login("bob", PASSWORD).status == 200
    assert talk.alice.post(path, {"password": PASSWORD}).status == 404
