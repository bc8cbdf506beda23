"""Schemes as such; what they do to members is in tests/plugins/channels/test_moderation.py."""

from typing import Any

import pytest

from hubbub.core.contracts.schemes import SchemeService

ONLY = ("roles", "users", "auth_password", "sessions", "teams", "channels", "preferences")


@pytest.fixture
def server(make_server: Any, database: Any) -> Any:
    """Return a server on each engine in turn."""
    return make_server(database, ONLY)


@pytest.fixture
def people(server: Any) -> Any:
    """Return (admin, bob), signed in."""
    return server.sign_up("alice"), server.sign_up("bob")


def make(admin: Any, **fields: Any) -> Any:
    """Return the answer to a new scheme."""
    return admin.post("/schemes", {"name": "quiet", "display_name": "Quiet", "scope": "team", **fields})


def test_the_roles_of_a_new_scheme_grant_what_the_built_in_ones_do(people: Any) -> None:
    admin, _ = people
    scheme = make(admin).json
    names = {field: value for field, value in scheme.items() if field.startswith("default_")}
    assert len(set(names.values()) - {""}) == 10
    for field, name in names.items():
        role = admin.get(f"/roles/name/{name}").json
        built_in = admin.get(f"/roles/name/{field.removeprefix('default_').removesuffix('_role')}").json
        assert set(role["permissions"]) == set(built_in["permissions"]), field
        assert (role["scheme_managed"], role["built_in"], role["scheme_id"]) == (True, False, scheme["id"])


def test_a_scheme_of_a_channel_has_roles_of_the_channel_only(people: Any) -> None:
    scheme = make(people[0], scope="channel").json
    given = {field for field, value in scheme.items() if field.startswith("default_") and value}
    assert given == {"default_channel_admin_role", "default_channel_user_role", "default_channel_guest_role"}


def test_schemes_are_listed_newest_first(people: Any) -> None:
    admin, bob = people
    made = [make(admin, name=f"scheme{number}", scope=scope).json["id"] for number, scope in enumerate(["team"] * 3)]
    other = make(admin, name="other", scope="channel").json["id"]
    assert {scheme["id"] for scheme in admin.get("/schemes").json} == {*made, other}
    assert {scheme["id"] for scheme in admin.get("/schemes?scope=team").json} == set(made)
    pages = [admin.get(f"/schemes?scope=team&per_page=2&page={page}").json for page in range(3)]
    assert [len(page) for page in pages] == [2, 1, 0]
    assert admin.get("/schemes?scope=planet").error == "api.context.invalid_url_param.app_error"
    assert bob.get("/schemes").status == 403


def test_a_scheme_is_renamed_and_deleted(people: Any) -> None:
    admin, bob = people
    scheme = make(admin).json
    path = f"/schemes/{scheme['id']}"
    changed = admin.put(f"{path}/patch", {"display_name": "Loud", "name": "loud"}).json
    assert (changed["display_name"], changed["name"], changed["description"]) == ("Loud", "loud", "")
    assert admin.get(path).json == changed
    assert [bob.get(path).status, bob.put(f"{path}/patch", {}).status, bob.delete(path).status] == [403, 403, 403]
    assert admin.delete(path).json == {"status": "OK"}
    for answer in (admin.get(path), admin.put(f"{path}/patch", {"name": "new"}), admin.delete(path)):
        assert (answer.status, answer.error) == (404, "app.scheme.get.app_error")
    assert admin.get("/schemes").json == []
    assert admin.get(f"/roles/name/{scheme['default_team_user_role']}").json["delete_at"] > 0


def test_names_are_taken_once(people: Any) -> None:
    admin, _ = people
    assert make(admin).status == 201
    refused = make(admin)
    assert (refused.status, refused.error) == (400, "app.scheme.save.invalid_scheme.app_error")
    other = make(admin, name="").json
    assert len(other["name"]) == 26
    refused = admin.put(f"/schemes/{other['id']}/patch", {"name": "quiet"})
    assert refused.error == "app.scheme.save.invalid_scheme.app_error"


@pytest.mark.engines("sqlite")
@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"name": "a"}, "app.scheme.save.invalid_scheme.app_error"),
        ({"name": "a" * 65}, "app.scheme.save.invalid_scheme.app_error"),
        ({"name": "No way"}, "app.scheme.save.invalid_scheme.app_error"),
        ({"display_name": ""}, "app.scheme.save.invalid_scheme.app_error"),
        ({"display_name": "x" * 129}, "app.scheme.save.invalid_scheme.app_error"),
        ({"description": "x" * 1025}, "app.scheme.save.invalid_scheme.app_error"),
        ({"scope": "planet"}, "api.context.invalid_body_param.app_error"),
        ({"scope": ""}, "api.context.invalid_body_param.app_error"),
    ],
)
def test_wrong_schemes_are_refused(people: Any, fields: dict[str, str], error: str) -> None:
    admin, bob = people
    assert make(admin, **fields).error == error
    assert make(bob).status == 403
    longest = make(admin, name="a" * 64, display_name="x" * 128, description="x" * 1024)
    assert longest.status == 201


@pytest.mark.engines("sqlite")
def test_ancillary_permissions_come_along(people: Any) -> None:
    _, bob = people
    answer = bob.post("/permissions/ancillary", ["sysconsole_write_user_management_users", "create_post"])
    assert answer.json[:2] == ["sysconsole_write_user_management_users", "create_post"]
    assert set(answer.json[2:]) == {"edit_other_users", "demote_to_guest", "promote_guest"}
    assert bob.post("/permissions/ancillary", []).status == 400


@pytest.mark.engines("sqlite")
def test_names_of_roles_cost_nothing_when_they_are_known(server: Any, people: Any) -> None:
    scheme = make(people[0]).json
    service = server.app.services.get(SchemeService)
    assert service.team_roles(None) == ("team_guest", "team_user", "team_admin")
    assert service.channel_roles(None, scheme["id"]).user == scheme["default_channel_user_role"]
    assert service.team_roles("x" * 26).user == "team_user"
