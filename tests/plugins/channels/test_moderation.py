"""Channels with roles of their own: moderation, schemes given to channels and teams."""

import json
from typing import Any

import pytest


def moderate(talk: Any, name: str, **roles: bool) -> Any:
    """Have the admin change what is moderated in the channel; return the answer."""
    return talk.alice.put(f"/channels/{talk.channel}/moderations/patch", [{"name": name, "roles": roles}])


def moderations(answer: Any) -> dict[str, Any]:
    """Return what an answer says, by name."""
    assert answer.status == 200, answer
    return {entry["name"]: entry["roles"] for entry in answer.json}


def post(talk: Any, client: Any) -> int:
    """Return how the server answers somebody's post in the channel."""
    return int(client.post("/posts", {"channel_id": talk.channel, "message": "hello"}).status)


def make_scheme(talk: Any, scope: str = "team", **fields: str) -> dict[str, Any]:
    """Return a new scheme."""
    answer = talk.alice.post("/schemes", {"display_name": "Quiet", "scope": scope, **fields})
    assert answer.status == 201, answer
    return dict(answer.json)


def take(talk: Any, role_name: str, *permissions: str) -> None:
    """Take permissions from a role."""
    role = talk.alice.get(f"/roles/name/{role_name}").json
    kept = [name for name in role["permissions"] if name not in permissions]
    assert talk.alice.put(f"/roles/{role['id']}/patch", {"permissions": kept}).status == 200


def test_what_can_be_moderated_is_told(talk: Any) -> None:
    found = moderations(talk.alice.get(f"/channels/{talk.channel}/moderations"))
    allowed = {"value": True, "enabled": True}
    refused = {"value": False, "enabled": False}
    assert found == {
        "create_post": {"guests": allowed, "members": allowed},
        "create_reactions": {"guests": allowed, "members": allowed},
        "manage_members": {"guests": None, "members": allowed},
        "use_channel_mentions": {"guests": found["use_channel_mentions"]["guests"], "members": allowed},
        "manage_bookmarks": {"guests": None, "members": allowed},
    }
    take(talk, "channel_user", "create_post")
    assert moderations(talk.alice.get(f"/channels/{talk.channel}/moderations"))["create_post"]["members"] == refused


def test_members_of_a_moderated_channel_do_not_post_until_they_may_again(talk: Any) -> None:
    guest = talk.make_guest("gast", talk.channel)
    assert (post(talk, talk.bob), post(talk, guest)) == (201, 201), "which also fills the caches"
    answer = moderate(talk, "create_post", members=False)
    assert moderations(answer)["create_post"]["members"] == {"value": False, "enabled": True}
    assert (post(talk, talk.bob), post(talk, guest)) == (403, 201)
    assert post(talk, talk.alice) == 201, "who made the channel administers it"
    moderate(talk, "create_post", guests=False)
    assert (post(talk, talk.bob), post(talk, guest)) == (403, 403)
    moderate(talk, "create_post", members=True, guests=True)
    assert (post(talk, talk.bob), post(talk, guest)) == (201, 201)
    assert talk.alice.get(f"/channels/{talk.channel}").json["scheme_id"] is None


def test_other_channels_are_left_alone(talk: Any) -> None:
    other = talk.make_channel("other", talk.bob)
    moderate(talk, "create_post", members=False)
    assert talk.bob.post("/posts", {"channel_id": other, "message": "here"}).status == 201


def test_a_moderated_channel_has_roles_of_its_own_in_every_answer(talk: Any) -> None:
    moderate(talk, "create_reactions", members=False)
    scheme_id = talk.alice.get(f"/channels/{talk.channel}").json["scheme_id"]
    scheme = talk.alice.get(f"/schemes/{scheme_id}").json
    own = scheme["default_channel_user_role"]
    assert scheme["scope"] == "channel"
    assert talk.member(talk.bob)["roles"] == own
    assert talk.member(talk.alice)["roles"] == f"{own} {scheme['default_channel_admin_role']}"
    listed = talk.bob.get(f"/users/me/teams/{talk.team}/channels/members").json
    assert [member["roles"] for member in listed if member["channel_id"] == talk.channel] == [own]
    role = talk.bob.post("/roles/names", [own]).json[0]
    assert {"create_post", "read_channel"} <= set(role["permissions"])
    assert "add_reaction" not in role["permissions"]
    talk.server.app.caches.invalidate_all()
    answer = talk.alice.put(f"/channels/{talk.channel}/members/{talk.bob.id}/roles", {"roles": own})
    assert answer.status == 200, answer
    refused = talk.alice.put(f"/channels/{talk.channel}/members/{talk.bob.id}/roles", {"roles": "channel_user"})
    assert refused.error == "api.channel.update_channel_member_roles.scheme_role.app_error"


def test_the_members_hear_of_it(talk: Any) -> None:
    moderate(talk, "create_post", members=False)
    (told,) = talk.server.events("channel_scheme_updated")
    assert (told.data, told.broadcast.channel_id) == ({}, talk.channel)
    talk.server.sent.clear()
    moderate(talk, "create_post", guests=False)
    assert talk.server.events("channel_scheme_updated") == [], "the roles keep their names"
    (told,) = talk.server.events("role_updated")
    assert told.broadcast.channel_id == talk.channel
    assert "create_post" not in json.loads(told.data["role"])["permissions"]


def test_a_change_of_the_wider_role_is_told_to_moderated_channels(talk: Any) -> None:
    moderate(talk, "create_post", members=False)
    talk.server.sent.clear()
    take(talk, "channel_user", "add_reaction")
    everybody, members = talk.server.events("role_updated")
    assert everybody.broadcast.channel_id == ""
    assert members.broadcast.channel_id == talk.channel
    own = json.loads(members.data["role"])
    assert own["name"] == talk.member(talk.bob)["roles"]
    assert "add_reaction" not in own["permissions"]


def test_nobody_allows_what_the_team_forbids(talk: Any) -> None:
    take(talk, "channel_user", "use_channel_mentions")
    refused = moderate(talk, "use_channel_mentions", members=True)
    assert refused.status == 403
    assert refused.error == "api.channel.patch_channel_moderations_for_channel.restricted_permission.app_error"
    assert talk.alice.get(f"/channels/{talk.channel}").json["scheme_id"] is None


@pytest.mark.engines("sqlite")
def test_who_may_moderate_and_what(talk: Any) -> None:
    path = f"/channels/{talk.channel}/moderations"
    assert talk.bob.get(path).status == 403
    assert talk.bob.put(f"{path}/patch", []).status == 403
    assert talk.alice.get(f"/channels/{'x' * 26}/moderations").status == 404
    assert moderate(talk, "breathing", members=True).error == "api.context.invalid_body_param.app_error"
    assert talk.alice.put(f"{path}/patch", {}).status == 400
    direct = talk.alice.post("/channels/direct", [talk.alice.id, talk.bob.id]).json["id"]
    assert talk.alice.get(f"/channels/{direct}/moderations").status == 400


@pytest.mark.engines("sqlite")
def test_nothing_translates(talk: Any) -> None:
    path = f"/channels/{talk.channel}/members/me/autotranslation"
    refused = talk.bob.put(path, {"autotranslation_disabled": True})
    assert (refused.status, refused.error) == (
        403,
        "api.channel.update_channel_member_autotranslation.feature_not_available.app_error",
    )


def test_a_team_with_a_scheme_has_its_roles_in_the_team_and_its_channels(talk: Any) -> None:
    guest = talk.make_guest("gast", talk.channel)
    scheme = make_scheme(talk)
    assert talk.alice.put(f"/teams/{talk.team}/scheme", {"scheme_id": scheme["id"]}).json == {"status": "OK"}
    (told,) = talk.server.events("update_team_scheme")
    assert told.broadcast.team_id == talk.team
    assert json.loads(told.data["team"])["scheme_id"] == scheme["id"]
    member = talk.bob.get(f"/teams/{talk.team}/members/me").json
    assert member["roles"] == scheme["default_team_user_role"]
    assert talk.member(talk.bob)["roles"] == scheme["default_channel_user_role"]
    assert talk.member(guest)["roles"] == scheme["default_channel_guest_role"]
    assert post(talk, talk.bob) == 201
    take(talk, scheme["default_channel_user_role"], "create_post")
    assert (post(talk, talk.bob), post(talk, guest)) == (403, 201)
    direct = talk.alice.post("/channels/direct", [talk.alice.id, talk.bob.id]).json["id"]
    assert talk.bob.get(f"/channels/{direct}/members/me").json["roles"] == "channel_user"
    assert talk.bob.post("/posts", {"channel_id": direct, "message": "here"}).status == 201
    assert talk.alice.put(f"/teams/{talk.team}/scheme", {"scheme_id": ""}).status == 200
    assert (post(talk, talk.bob), talk.member(talk.bob)["roles"]) == (201, "channel_user")


def test_a_deleted_scheme_gives_back_the_built_in_roles(talk: Any) -> None:
    scheme = make_scheme(talk)
    talk.alice.put(f"/teams/{talk.team}/scheme", {"scheme_id": scheme["id"]})
    take(talk, scheme["default_team_user_role"], "create_public_channel")
    body = {"team_id": talk.team, "name": "new", "display_name": "New", "type": "O"}
    assert talk.bob.post("/channels", body).status == 403
    assert talk.alice.delete(f"/schemes/{scheme['id']}").json == {"status": "OK"}
    assert talk.bob.get(f"/teams/{talk.team}/members/me").json["roles"] == "team_user"
    assert talk.bob.post("/channels", body).status == 201
    assert talk.alice.get(f"/teams/{talk.team}").json["scheme_id"] is None
    assert talk.alice.get(f"/schemes/{scheme['id']}").error == "app.scheme.get.app_error"


def test_a_moderated_channel_of_a_team_with_a_scheme_is_moderated_below_it(talk: Any) -> None:
    scheme = make_scheme(talk)
    moderate(talk, "create_reactions", members=False)
    talk.alice.put(f"/teams/{talk.team}/scheme", {"scheme_id": scheme["id"]})
    take(talk, scheme["default_channel_user_role"], "create_post")
    assert post(talk, talk.bob) == 403
    shown = moderations(talk.alice.get(f"/channels/{talk.channel}/moderations"))
    assert shown["create_post"]["members"] == {"value": False, "enabled": False}
    assert shown["create_reactions"]["members"] == {"value": False, "enabled": True}


def test_a_channel_is_given_a_scheme(talk: Any) -> None:
    scheme = make_scheme(talk, "channel")
    path = f"/channels/{talk.channel}/scheme"
    assert talk.alice.put(path, {"scheme_id": scheme["id"]}).json == {"status": "OK"}
    assert talk.member(talk.bob)["roles"] == scheme["default_channel_user_role"]
    assert [c["id"] for c in talk.alice.get(f"/schemes/{scheme['id']}/channels").json] == [talk.channel]
    assert talk.alice.get(f"/schemes/{scheme['id']}/teams").error == "api.scheme.get_teams_for_scheme.scope.error"
    talk.alice.delete(f"/schemes/{scheme['id']}")
    assert talk.member(talk.bob)["roles"] == "channel_user"


def test_the_teams_of_a_scheme(talk: Any) -> None:
    scheme = make_scheme(talk)
    talk.alice.put(f"/teams/{talk.team}/scheme", {"scheme_id": scheme["id"]})
    assert [t["id"] for t in talk.alice.get(f"/schemes/{scheme['id']}/teams").json] == [talk.team]
    refused = talk.alice.get(f"/schemes/{scheme['id']}/channels")
    assert refused.error == "api.scheme.get_channels_for_scheme.scope.error"


@pytest.mark.engines("sqlite")
def test_schemes_that_cannot_be_given(talk: Any) -> None:
    team, channel = make_scheme(talk), make_scheme(talk, "channel")
    cases = {
        (f"/channels/{talk.channel}/scheme", team["id"]): (400, "api.channel.update_channel_scheme.scheme_scope.error"),
        (f"/teams/{talk.team}/scheme", channel["id"]): (400, "api.team.update_team_scheme.scheme_scope.error"),
        (f"/channels/{talk.channel}/scheme", "x" * 26): (404, "app.scheme.get.app_error"),
        (f"/teams/{talk.team}/scheme", "x" * 26): (404, "app.scheme.get.app_error"),
        (f"/channels/{talk.channel}/scheme", "x"): (400, "api.context.invalid_body_param.app_error"),
        (f"/teams/{talk.team}/scheme", "x"): (400, "api.context.invalid_body_param.app_error"),
        (f"/channels/{'x' * 26}/scheme", channel["id"]): (404, "app.channel.get.existing.app_error"),
        (f"/teams/{'x' * 26}/scheme", team["id"]): (404, "app.team.get.find.app_error"),
    }
    for (path, scheme_id), expected in cases.items():
        answer = talk.alice.put(path, {"scheme_id": scheme_id})
        assert (answer.status, answer.error) == expected, path
        assert talk.bob.put(path, {"scheme_id": scheme_id}).status in (400, 403)
