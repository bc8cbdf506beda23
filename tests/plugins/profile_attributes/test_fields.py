"""Fields of profiles: made, changed and deleted by administrators; who hears of it, what is refused."""

from typing import Any

import gevent
import pytest

from hubbub.core.ids import new_id
from hubbub.tests.plugins.posts.world import Talk
from hubbub.tests.plugins.profile_attributes.kit import FIELDS, fields, fill, make, values

pytestmark = pytest.mark.engines("sqlite")  # but for those that try every query


def told(talk: Talk, name: str) -> Any:
    """Return what everybody was told in the only event of a name."""
    (event,) = [event for event in talk.server.sent if event.name == name]
    audience = event.broadcast
    assert (audience.user_id, audience.channel_id, audience.team_id, audience.omit_users) == ("", "", "", None)
    return event.data


@pytest.mark.engines("sqlite", "postgres", "mysql")
def test_what_an_administrator_makes_everybody_sees_in_its_order(talk: Talk) -> None:
    second = make(talk, " Office ", sort_order=2, visibility="always", value_type="url")
    first = make(talk, "Team", "select", sort_order=1, options=[{"name": "Red", "color": "#f00"}, {"name": "Blue"}])
    assert fields(talk.eve) == [first, second]
    assert second == {
        "id": second["id"],
        "group_id": talk.bob.get("/custom_profile_attributes/group").json["id"],
        "name": "Office",
        "type": "text",
        "attrs": {
            "visibility": "always",
            "sort_order": 2,
            "options": None,
            "value_type": "url",
            "ldap": "",
            "saml": "",
            "managed": "",
            "protected": False,
            "source_plugin_id": "",
            "access_mode": "",
        },
        "target_id": "",
        "target_type": "",
        "create_at": second["create_at"],
        "update_at": second["create_at"],
        "delete_at": 0,
    }
    red, blue = first["attrs"]["options"]
    assert (red["name"], red["color"], blue["name"]) == ("Red", "#f00", "Blue")
    assert len({red["id"], blue["id"]} - {""}) == 2
    assert told_first(talk) == second


def told_first(talk: Talk) -> Any:
    """Return the field of the first event."""
    events = [event for event in talk.server.sent if event.name == "custom_profile_attributes_field_created"]
    assert events[0].broadcast.user_id == ""
    return events[0].data["field"]


@pytest.mark.engines("sqlite", "postgres", "mysql")
def test_a_change_keeps_what_it_does_not_name_and_the_values(talk: Talk) -> None:
    field = make(talk, "Office", sort_order=3, value_type="url")
    fill(talk.bob, field, "https://example.com")
    answer = talk.alice.patch(f"{FIELDS}/{field['id']}", {"name": "Room", "attrs": {"visibility": "hidden"}})
    assert answer.status == 200
    assert answer.json == fields(talk.bob)[0]
    assert answer.json["name"] == "Room"
    assert answer.json["attrs"] == {**field["attrs"], "visibility": "hidden"}
    assert told(talk, "custom_profile_attributes_field_updated") == {"field": answer.json, "delete_values": False}
    assert values(talk.carol, talk.bob) == {field["id"]: "https://example.com"}


@pytest.mark.engines("sqlite", "postgres", "mysql")
def test_another_type_deletes_the_values_and_what_belongs_to_the_old_type(talk: Talk) -> None:
    field = make(talk, "Birthday", value_type="email")
    fill(talk.bob, field, "bob@example.com")
    answer = talk.alice.patch(f"{FIELDS}/{field['id']}", {"type": "date"}).json
    assert (answer["type"], answer["attrs"]["value_type"]) == ("date", "")
    assert told(talk, "custom_profile_attributes_field_updated")["delete_values"] is True
    assert values(talk.bob, talk.bob) == {}
    fill(talk.bob, field, "2026-11-25")
    assert values(talk.bob, talk.bob) == {field["id"]: "2026-11-25"}


def test_a_deleted_option_is_gone_from_values(talk: Talk) -> None:
    one = make(talk, "One", "select", options=[{"name": "a"}, {"name": "b"}])
    many = make(talk, "Many", "multiselect", options=[{"name": "a"}, {"name": "b"}])
    (a, _), (c, d) = one["attrs"]["options"], many["attrs"]["options"]
    fill(talk.bob, one, a["id"])
    fill(talk.bob, many, [c["id"], d["id"]])
    for field in (one, many):
        kept = field["attrs"]["options"][1:]
        changed = talk.alice.patch(f"{FIELDS}/{field['id']}", {"attrs": {"options": kept}})
        assert changed.json["attrs"]["options"] == kept, "options keep their ids"
    assert values(talk.carol, talk.bob) == {one["id"]: "", many["id"]: [d["id"]]}


@pytest.mark.engines("sqlite", "postgres", "mysql")
def test_a_deleted_field_is_gone_with_its_values(talk: Talk) -> None:
    field = make(talk, "Office")
    fill(talk.bob, field, "here")
    assert talk.alice.delete(f"{FIELDS}/{field['id']}").json == {"status": "OK"}
    assert fields(talk.bob) == []
    assert values(talk.bob, talk.bob) == {}
    assert told(talk, "custom_profile_attributes_field_deleted") == {"field_id": field["id"]}
    again = talk.alice.delete(f"{FIELDS}/{field['id']}")
    assert (again.status, again.error) == (404, "app.custom_profile_attributes.property_field_not_found.app_error")
    make(talk, "Office")


def test_fields_are_for_administrators_to_change(talk: Talk) -> None:
    field = make(talk, "Office")
    for refused in (
        talk.bob.post(FIELDS, {"name": "x", "type": "text"}),
        talk.bob.patch(f"{FIELDS}/{field['id']}", {"name": "x"}),
        talk.bob.delete(f"{FIELDS}/{field['id']}"),
    ):
        assert (refused.status, refused.error) == (403, "api.context.permissions.app_error")
    assert fields(talk.bob) == [field]
    for path in (FIELDS, "/custom_profile_attributes/group"):
        assert talk.server.client().get(path).status == 401


@pytest.mark.engines("sqlite", "postgres", "mysql")
def test_there_are_twenty_at_most_also_when_two_are_made_at_once(talk: Talk) -> None:
    for number in range(19):
        make(talk, str(number))
    bodies = [{"name": name, "type": "text"} for name in ("x", "y")]
    jobs = [gevent.spawn(talk.alice.post, FIELDS, body) for body in bodies]
    gevent.joinall(jobs, raise_error=True)
    assert sorted(job.value.status for job in jobs) == [201, 422]
    refused = talk.alice.post(FIELDS, bodies[0])
    assert (refused.status, refused.error) == (422, "app.custom_profile_attributes.limit_reached.app_error")


@pytest.mark.engines("sqlite", "postgres", "mysql")
def test_a_name_is_there_once(talk: Talk) -> None:
    make(talk, "Office")
    other = make(talk, "Room")
    jobs = [gevent.spawn(talk.alice.post, FIELDS, {"name": "Desk", "type": "text"}) for _ in range(2)]
    gevent.joinall(jobs, raise_error=True)
    assert sorted(job.value.status for job in jobs) == [201, 400]
    for refused in (
        talk.alice.post(FIELDS, {"name": "Office", "type": "date"}),
        talk.alice.patch(f"{FIELDS}/{other['id']}", {"name": "Office"}),
    ):
        assert (refused.status, refused.error) == (400, "model.property_field.is_valid.app_error")
    assert talk.alice.patch(f"{FIELDS}/{other['id']}", {"name": "Room"}).status == 200


SANITIZE = "app.custom_profile_attributes.sanitize_and_validate.app_error"


REFUSED: list[tuple[Any, ...]] = [
    ({"name": " "}, 400, "model.property_field.is_valid.app_error"),
    ({"name": "n" * 256}, 400, "model.property_field.is_valid.app_error"),
    ({"type": "number"}, 400, "model.property_field.is_valid.app_error"),
    ({"attrs": []}, 400, "api.context.invalid_body_param.app_error"),
    ({"attrs": {"visibility": "sometimes"}}, 422, SANITIZE),
    ({"attrs": {"sort_order": "first"}}, 422, SANITIZE),
    ({"attrs": {"value_type": "number"}}, 422, SANITIZE),
    ({"attrs": {"managed": "bob"}}, 422, SANITIZE),
    ({"attrs": {"ldap": "x" * 129}}, 422, SANITIZE),
    ({"type": "select", "attrs": {"options": [{"name": ""}]}}, 422, SANITIZE),
    ({"type": "select", "attrs": {"options": [{"name": "n" * 129}]}}, 422, SANITIZE),
    ({"type": "select", "attrs": {"options": [{"name": "n", "color": "c" * 129}]}}, 422, SANITIZE),
    ({"type": "select", "attrs": {"options": [{"name": "n", "id": "1"}]}}, 422, SANITIZE),
    ({"type": "multiselect", "attrs": {"options": [{"name": "n"}, {"name": "n "}]}}, 422, SANITIZE),
    ({"type": "multiselect", "attrs": {"options": [{"name": str(n)} for n in range(201)]}}, 422, SANITIZE),
]


def test_what_can_not_be_a_field_is_refused_by_name(talk: Talk) -> None:
    field = make(talk, "good")
    for fields_given, status, error in REFUSED:
        refused = talk.alice.post(FIELDS, {"name": "x", "type": "text", **fields_given})
        assert (refused.status, refused.error) == (status, error), fields_given
        refused = talk.alice.patch(f"{FIELDS}/{field['id']}", fields_given)
        assert (refused.status, refused.error) == (status, error), fields_given
        assert fields(talk.bob) == [field]


def test_a_change_of_nothing_or_of_what_is_not_there_is_refused(talk: Talk) -> None:
    nothing = talk.alice.patch(f"{FIELDS}/{make(talk, 'x')['id']}", {})
    assert (nothing.status, nothing.error) == (400, "api.custom_profile_attributes.invalid_field_patch")
    missing = talk.alice.patch(f"{FIELDS}/{new_id()}", {"name": "y"})
    assert (missing.status, missing.error) == (404, "app.custom_profile_attributes.property_field_not_found.app_error")


def test_what_belongs_to_a_plugin_can_not_be_set_or_changed(talk: Talk) -> None:
    field = make(talk, "Badge", protected=True, source_plugin_id="badges", access_mode="source_only")
    assert field["attrs"]["protected"] is False
    assert field["attrs"]["source_plugin_id"] == field["attrs"]["access_mode"] == ""
    fill(talk.bob, field, "gold")
    attrs = '{"protected": true, "source_plugin_id": "badges", "access_mode": "source_only"}'
    talk.server.app.db.execute("UPDATE {propertyfields} SET attrs = ?", (attrs,))
    talk.server.app.plugins.instance("profile_attributes")._routes._fields._cache.invalidate_all()
    for refused in (
        talk.alice.patch(f"{FIELDS}/{field['id']}", {"name": "x"}),
        talk.alice.delete(f"{FIELDS}/{field['id']}"),
        fill(talk.alice, field, "platinum"),
    ):
        assert refused.status == 403
    assert values(talk.carol, talk.bob) == {}
