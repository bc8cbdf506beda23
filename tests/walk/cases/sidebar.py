"""Operations of the plugin sidebar."""

from typing import Any, Final

from hubbub.tests.walk.case import Case, Made
from hubbub.tests.walk.world import World

NEW: Final[dict[str, Any]] = {
    "user_id": "{user_id}",
    "team_id": "{team_id}",
    "display_name": "Projects",
    "type": "custom",
    "channel_ids": [],
}


def category(world: World) -> Made:
    """Make a category of bob's."""
    path = f"/users/{world.bob.id}/teams/{world.team['id']}/channels/categories"
    body = {**NEW, "user_id": world.bob.id, "team_id": world.team["id"]}
    return {"category_id": world.bob.post(path, body, expect=200).json["id"]}


def order(world: World) -> Made:
    """Give the order that there is, to be set again."""
    path = f"/users/{world.carol.id}/teams/{world.team['id']}/channels/categories/order"
    first, second, third = world.carol.get(path, expect=200).json
    return {"user_id": world.carol.id, "first": first, "second": second, "third": third}


CASES: Final = [
    Case(operation="GetSidebarCategoriesForTeamForUser"),
    Case(operation="CreateSidebarCategoryForTeamForUser", body=NEW),
    Case(
        operation="UpdateSidebarCategoriesForTeamForUser",
        make=category,
        body=[{**NEW, "id": "{category_id}", "display_name": "Plans"}],
    ),
    Case(operation="GetSidebarCategoryOrderForTeamForUser"),
    Case(
        operation="UpdateSidebarCategoryOrderForTeamForUser",
        who="carol",
        make=order,
        body=["{second}", "{first}", "{third}"],
    ),
    Case(operation="GetSidebarCategoryForTeamForUser", make=category),
    Case(
        operation="UpdateSidebarCategoryForTeamForUser",
        make=category,
        body={**NEW, "id": "{category_id}", "display_name": "Plans"},
    ),
    Case(operation="RemoveSidebarCategoryForTeamForUser", make=category),
]
