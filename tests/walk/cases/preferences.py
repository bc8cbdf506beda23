"""Operations of the plugin preferences."""

from typing import Final

from hubbub.tests.walk.case import Case, Made
from hubbub.tests.walk.world import World

PREFERENCE: Final = {
    "user_id": "{bob_id}",
    "category": "display_settings",
    "name": "use_military_time",
    "value": "true",
}


def saved(world: World) -> Made:
    """Save the preference that is asked for."""
    body = [{**PREFERENCE, "user_id": world.bob.id}]
    world.bob.put(f"/users/{world.bob.id}/preferences", body, expect=200)
    return {"category": PREFERENCE["category"], "preference_name": PREFERENCE["name"]}


CASES: Final = [
    Case(operation="GetPreferences", make=saved),
    Case(operation="UpdatePreferences", body=[PREFERENCE]),
    Case(operation="DeletePreferences", make=saved, body=[PREFERENCE]),
    Case(operation="GetPreferencesByCategory", make=saved),
    Case(operation="GetPreferencesByCategoryByName", make=saved),
]
