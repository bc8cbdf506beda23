"""Operations of the plugin roles."""

from typing import Final

from hubbub.tests.walk.case import Case, Made
from hubbub.tests.walk.world import World


def scheme(world: World, scope: str) -> Made:
    """Make a scheme of roles for teams or channels."""
    name = f"scheme{world.number()}"
    body = {"name": name, "display_name": name, "scope": scope}
    return {"scheme_id": world.alice.post("/schemes", body, expect=201).json["id"]}


def team_scheme(world: World) -> Made:
    """Make a scheme for teams."""
    return scheme(world, "team")


CASES: Final = [
    Case(operation="GetAllRoles", who="alice"),
    Case(operation="GetRole", outsider=200),
    Case(operation="GetRoleByName", outsider=200),
    Case(operation="GetRolesByNames", body=["system_user", "team_user"], outsider=200),
    Case(
        operation="PatchRole",
        make=lambda world: {"role_id": world.alice.get("/roles/name/channel_guest").json["id"]},
        who="alice",
        body={"permissions": ["read_channel", "read_channel_content", "create_post", "add_reaction"]},
    ),
    Case(operation="GetSchemes", make=team_scheme, who="alice"),
    Case(
        operation="CreateScheme",
        make=lambda world: {"name": f"scheme{world.number()}"},
        who="alice",
        body={"name": "{name}", "display_name": "A scheme", "scope": "team"},
    ),
    Case(operation="GetScheme", make=team_scheme, who="alice"),
    Case(operation="PatchScheme", make=team_scheme, who="alice", body={"display_name": "Renamed"}),
    Case(operation="DeleteScheme", make=team_scheme, who="alice"),
    Case(operation="GetAncillaryPermissionsPost", body=["sysconsole_read_about"], outsider=200),
]
