"""Operations of the plugin profile_attributes."""

from typing import Final

from hubbub.tests.walk.case import Case, Made
from hubbub.tests.walk.world import World

FIELDS: Final = "/custom_profile_attributes/fields"
OWN: Final = "everybody fills in their own"
SEEN: Final = "everybody but guests sees everybody"


def field(world: World) -> Made:
    """Make a field, in the place of the one before: there are only so many."""
    for old in world.alice.get(FIELDS, expect=200).json:
        world.alice.delete(f"{FIELDS}/{old['id']}", expect=200)
    made = world.alice.post(FIELDS, {"name": "Office", "type": "text"}, expect=201).json
    return {"field_id": made["id"]}


def name(world: World) -> Made:
    """Find a name that no field has, and room for it."""
    field(world)
    return {"field_name": f"field {world.number()}"}


CASES: Final = [
    Case(operation="ListAllCPAFields", make=field, outsider=200),
    Case(operation="GetCPAGroup", outsider=200),
    Case(operation="CreateCPAField", who="alice", make=name, body={"name": "{field_name}", "type": "text"}),
    Case(operation="PatchCPAField", who="alice", make=field, body={"name": "Room"}),
    Case(operation="DeleteCPAField", who="alice", make=field),
    Case(
        operation="PatchCPAValues",
        make=field,
        body=[{"id": "{field_id}", "value": "here"}],
        outsider=200,
        open_to_all=OWN,
    ),
    Case(operation="ListCPAValues", make=field, outsider=200, open_to_all=SEEN, answer="Anything"),
    Case(operation="PatchCPAValuesForUser", make=field, body=[{"id": "{field_id}", "value": "here"}]),
]
