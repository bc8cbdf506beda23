"""Operations of the plugin roles."""

from typing import Final

from hubbub.tests.walk.case import Case

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
]
