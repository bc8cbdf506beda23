"""What people fill in: by themselves or by administrators; read by all who may see them; checked by type."""

from typing import Any

import gevent
import pytest

from hubbub.core.contracts.auth import ExternalIdentity, ExternalSignIn
from hubbub.core.contracts.users import UserService
from hubbub.core.ids import new_id
from hubbub.tests.plugins.posts.world import Talk
from hubbub.tests.plugins.profile_attributes.kit import fill, make, values

pytestmark = pytest.mark.engines("sqlite")  # but for those that try every query

SYNCED = "app.custom_profile_attributes.property_field_is_synced.app_error"
INVALID = "app.custom_profile_attributes.validate_value.app_error"


@pytest.mark.engines("sqlite", "postgres", "mysql")
def test_what_one_fills_in_others_see(talk: Talk) -> None:
    office, hobby = make(talk, "Office"), make(talk, "Hobby")
    answer = talk.bob.patch("/custom_profile_attributes/values", {office["id"]: " here ", hobby["id"]: "chess"})
    assert (answer.status, answer.json) == (200, {office["id"]: "here", hobby["id"]: "chess"})
    assert values(talk.carol, talk.bob) == answer.json
    assert values(talk.carol, talk.carol) == {}
    fill(talk.bob, office, "there")
    assert values(talk.carol, talk.bob) == {office["id"]: "there", hobby["id"]: "chess"}
    fill(talk.bob, office, "")
    assert values(talk.carol, talk.bob) == {office["id"]: "", hobby["id"]: "chess"}


def test_everybody_hears_of_a_change(talk: Talk) -> None:
    office = make(talk, "Office")
    fill(talk.bob, office, "here")
    event = talk.server.sent[-1]
    assert event.name == "custom_profile_attributes_values_updated"
    assert (event.broadcast.user_id, event.broadcast.channel_id, event.broadcast.team_id) == ("", "", "")
    assert event.data == {"user_id": talk.bob.id, "values": {office["id"]: "here"}}


@pytest.mark.engines("sqlite", "postgres", "mysql")
def test_fields_follow_what_a_saml_provider_says(talk: Talk) -> None:
    office, badge, hobby = make(talk, "Office", saml="office"), make(talk, "Badge", saml="badge"), make(talk, "Hobby")
    fill(talk.bob, hobby, "chess")
    talk.server.app.services.get(UserService).set_auth(talk.bob.id, "saml", "id-bob")

    def signs_in(**attributes: list[str]) -> int:
        """Find bob's account as at a sign-in by SAML; return how many events of values that makes."""
        before = len(talk.server.sent)
        identity = ExternalIdentity(provider="saml", subject="id-bob", attributes=attributes)
        assert talk.server.app.services.get(ExternalSignIn).account_of(identity).id == talk.bob.id
        return sum(event.name.endswith("values_updated") for event in talk.server.sent[before:])

    assert signs_in(office=[" Room 7 ", "Room 8"], other=["x"]) == 1
    assert values(talk.carol, talk.bob) == {office["id"]: "Room 7", hobby["id"]: "chess"}
    assert signs_in(office=["Room 7"]) == 0
    assert fill(talk.bob, office, "Room 9").error == SYNCED
    assert signs_in(badge=["1" * 100]) == 1
    assert values(talk.carol, talk.bob) == {office["id"]: "", badge["id"]: "1" * 64, hobby["id"]: "chess"}


def test_the_form_of_the_description_is_understood_and_answered_in_kind(talk: Talk) -> None:
    office = make(talk, "Office")
    body = [{"id": office["id"], "value": "here"}]
    answer = talk.bob.patch("/custom_profile_attributes/values", body)
    assert (answer.status, answer.json) == (200, body)
    assert values(talk.bob, talk.bob) == {office["id"]: "here"}


def test_values_of_others_are_for_those_who_may_edit_them(talk: Talk) -> None:
    office = make(talk, "Office")
    path = f"/users/{talk.bob.id}/custom_profile_attributes"
    refused = talk.carol.patch(path, {office["id"]: "there"})
    assert (refused.status, refused.error) == (403, "api.context.permissions.app_error")
    assert talk.alice.patch(path, {office["id"]: "here"}).json == {office["id"]: "here"}
    assert talk.bob.patch(path, {office["id"]: "home"}).status == 200
    assert values(talk.carol, talk.bob) == {office["id"]: "home"}
    assert talk.alice.patch(f"/users/{new_id()}/custom_profile_attributes", {}).status == 404
    assert talk.server.client().get(path).status == 401


def test_guests_see_only_values_of_people_they_meet(talk: Talk) -> None:
    guest = talk.make_guest("guest", talk.channel)
    assert values(guest, talk.bob) == {}
    refused = guest.get(f"/users/{talk.eve.id}/custom_profile_attributes")
    assert (refused.status, refused.error) == (403, "api.context.permissions.app_error")
    assert talk.bob.get(f"/users/{new_id()}/custom_profile_attributes").status == 404


def test_some_fields_only_administrators_fill_in(talk: Talk) -> None:
    grade = make(talk, "Grade", managed="admin")
    refused = fill(talk.bob, grade, "A")
    assert (refused.status, refused.error) == (
        403,
        "app.custom_profile_attributes.property_field_is_managed.app_error",
    )
    assert talk.alice.patch(f"/users/{talk.bob.id}/custom_profile_attributes", {grade["id"]: "B"}).status == 200
    assert values(talk.bob, talk.bob) == {grade["id"]: "B"}


def test_what_comes_from_elsewhere_is_not_filled_in_here(talk: Talk) -> None:
    phone = make(talk, "Phone", ldap="telephoneNumber")
    for user in (talk.bob, talk.alice):
        refused = fill(user, phone, "1")
        assert (refused.status, refused.error) == (
            400,
            "app.custom_profile_attributes.property_field_is_synced.app_error",
        )


def test_all_are_stored_or_none(talk: Talk) -> None:
    office, hobby = make(talk, "Office"), make(talk, "Hobby")
    path = "/custom_profile_attributes/values"
    assert talk.bob.patch(path, {office["id"]: "here", hobby["id"]: "x" * 65}).error == INVALID
    missing = talk.bob.patch(path, {office["id"]: "here", new_id(): "x"})
    assert (missing.status, missing.error) == (404, "app.custom_profile_attributes.property_field_not_found.app_error")
    assert values(talk.bob, talk.bob) == {}
    assert talk.bob.patch(path, {}).json == {}
    assert talk.server.sent[-1].name != "custom_profile_attributes_values_updated"


@pytest.mark.engines("sqlite", "postgres", "mysql")
def test_two_changes_at_once_leave_one_value(talk: Talk) -> None:
    office = make(talk, "Office")
    gevent.joinall([gevent.spawn(fill, talk.bob, office, str(number)) for number in range(4)], raise_error=True)
    count = talk.server.app.db.fetch_value("SELECT COUNT(*) FROM {propertyvalues} WHERE deleteat = 0")
    assert count == 1
    assert values(talk.bob, talk.bob)[office["id"]] in list("0123")


@pytest.mark.engines("sqlite", "postgres", "mysql")
def test_a_row_that_another_server_has_made_is_used(talk: Talk) -> None:
    office = make(talk, "Office")
    columns = "id targetid targettype groupid fieldid value createat updateat deleteat".split()
    row = (new_id(), talk.bob.id, "user", office["group_id"], office["id"], '"old"', 1, 1, 0)
    talk.server.app.db.insert_many("propertyvalues", columns, [row])
    assert values(talk.carol, talk.bob) == {office["id"]: "old"}
    assert fill(talk.bob, office, "new").status == 200
    assert values(talk.carol, talk.bob) == {office["id"]: "new"}


@pytest.mark.parametrize(
    ("type", "value_type", "good", "bad"),
    [
        ("text", "", ["ü" * 64], ["x" * 65, 7, None, ["x"], {}]),
        ("text", "email", ["bob@example.com"], ["bob", "bob@", "bob @example.com"]),
        ("text", "url", ["https://example.com/x?y"], ["example.com", "javascript:alert(1)", "http://", "http://[x"]),
        ("text", "phone", ["+49 30 1234 ext. 5"], ["1" * 65]),
        ("date", "", ["2026-11-25", "2026-11-25T10:00:00Z"], ["tomorrow", "2026-13-01", ["2026-11-25"]]),
    ],
)
def test_texts_and_dates(talk: Talk, type: str, value_type: str, good: list[Any], bad: list[Any]) -> None:
    field = make(talk, "Field", type, value_type=value_type)
    for value in good:
        assert fill(talk.bob, field, value).json == {field["id"]: value}
    for value in bad:
        refused = fill(talk.bob, field, value)
        assert (refused.status, refused.error) == (400, INVALID), value
    assert values(talk.bob, talk.bob) == {field["id"]: good[-1]}


def test_choices_are_options_of_the_field(talk: Talk) -> None:
    one = make(talk, "One", "select", options=[{"name": "a"}, {"name": "b"}])
    many = make(talk, "Many", "multiselect", options=[{"name": "a"}, {"name": "b"}])
    (a, _), (c, d) = ([option["id"] for option in field["attrs"]["options"]] for field in (one, many))
    for field, value in ((one, c), (one, "a"), (one, [a]), (many, [c, a]), (many, c), (many, [c, 7])):
        assert fill(talk.bob, field, value).error == INVALID, value
    assert fill(talk.bob, one, a).json == {one["id"]: a}
    assert fill(talk.bob, many, [d, c, d, ""]).json == {many["id"]: [d, c]}
    assert values(talk.carol, talk.bob) == {one["id"]: a, many["id"]: [d, c]}
    assert fill(talk.bob, many, []).json == {many["id"]: []}


def test_people_are_people_who_exist(talk: Talk) -> None:
    boss, crew = make(talk, "Boss", "user"), make(talk, "Crew", "multiuser")
    for field, value in (
        (boss, new_id()),
        (boss, "alice"),
        (boss, [talk.alice.id]),
        (crew, [talk.alice.id, new_id()]),
        (crew, [new_id() for _ in range(101)]),
    ):
        assert fill(talk.bob, field, value).error == INVALID
    assert fill(talk.bob, boss, talk.alice.id).status == 200
    assert fill(talk.bob, crew, [talk.alice.id, talk.carol.id]).status == 200
    assert values(talk.carol, talk.bob) == {boss["id"]: talk.alice.id, crew["id"]: [talk.alice.id, talk.carol.id]}
    assert fill(talk.bob, boss, "").status == 200
