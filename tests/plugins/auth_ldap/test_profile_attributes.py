"""Fields of profiles that name an attribute of the directory are filled in from there."""

from collections.abc import Callable
from typing import Any

import pytest

from hubbub.tests.plugins.auth_ldap.test_sync import sync
from hubbub.tests.services.databases import DatabaseSource
from hubbub.tests.services.ldap import PASSWORD, Tree

FIELDS = "/custom_profile_attributes/fields"
SYNCED = "app.custom_profile_attributes.property_field_is_synced.app_error"


@pytest.fixture
def on(make_server: Any, database: DatabaseSource) -> Callable[..., Any]:
    """Return `on(ldap_settings, **sections)`: a server with an administrator on each engine in turn."""

    def on(settings: dict[str, Any], **sections: Any) -> Any:
        server = make_server(database, LdapSettings=settings, **sections)
        server.admin = server.sign_up("admin")
        return server

    return on


def field(server: Any, name: str, **attrs: Any) -> str:
    """Return the id of a new field."""
    body = {"name": name, "type": "text", "attrs": attrs}
    return str(server.admin.post(FIELDS, body, expect=201).json["id"])


def signed_in(server: Any, uid: str) -> Any:
    """Return a client of somebody in the directory."""
    client = server.client()
    client.login(uid, PASSWORD, expect=200)
    return client


def values(server: Any, client: Any) -> dict[str, Any]:
    """Return what stands in somebody's profile."""
    return dict(server.admin.get(f"/users/{client.id}/custom_profile_attributes").json)


@pytest.mark.engines("sqlite", "postgres", "mysql")
def test_fields_follow_the_directory_at_sign_in_and_at_each_run(on: Any, tree: Tree) -> None:
    server = on(tree.settings())
    number, room, hobby = (
        field(server, "Number", ldap="departmentNumber"),
        field(server, "Room", ldap="roomnumber"),
        field(server, "Hobby"),
    )
    tree.add("anna", departmentNumber="7", roomNumber="A 1")
    tree.add("bert", departmentNumber="8")
    anna, bert = signed_in(server, "anna"), signed_in(server, "bert")
    assert values(server, anna) == {number: "7", room: "A 1"}
    assert values(server, bert) == {number: "8"}
    anna.patch("/custom_profile_attributes/values", {hobby: "chess"}, expect=200)
    for who in (anna, server.admin):
        path = f"/users/{anna.id}/custom_profile_attributes"
        refused = who.patch(path, {number: "9"})
        assert (refused.status, refused.error) == (400, SYNCED)
    tree.change("anna", departmentNumber="70", roomNumber="")
    sync(server)
    assert values(server, anna) == {number: "70", room: "", hobby: "chess"}
    assert values(server, bert) == {number: "8"}
    tree.change("anna", departmentNumber="71")
    signed_in(server, "anna")
    assert values(server, anna)[number] == "71"


@pytest.mark.engines("sqlite")
def test_what_a_field_does_not_take_leaves_it_empty(on: Any, tree: Tree) -> None:
    server = on(tree.settings())
    site, title = field(server, "Site", ldap="labeledURI", value_type="url"), field(server, "Title", ldap="title")
    odd = field(server, "Odd", ldap="no such (attribute)")
    tree.add("anna", labeledURI="javascript:alert(1)", title="x" * 100)
    anna = signed_in(server, "anna")
    found = values(server, anna)
    assert (found.get(site, ""), found[title], found.get(odd, "")) == ("", "x" * 64, "")


@pytest.mark.engines("sqlite")
def test_a_new_field_is_filled_by_the_next_run(on: Any, tree: Tree) -> None:
    server = on(tree.settings())
    tree.add("anna", departmentNumber="7")
    anna = signed_in(server, "anna")
    number = field(server, "Number", ldap="DEPARTMENTNUMBER")
    assert values(server, anna) == {}
    sync(server)
    assert values(server, anna) == {number: "7"}
