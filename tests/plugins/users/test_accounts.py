"""Administration of accounts: system roles, activation, deletion."""

from typing import Any

import gevent
import pytest

from hubbub.core.contracts.realtime import Broadcast


@pytest.fixture
def people(server: Any) -> Any:
    """Return (admin, bob, carol), signed in."""
    return server.sign_up("alice"), server.sign_up("bob"), server.sign_up("carol")


def test_new_roles_are_stored_and_told(server: Any, people: Any) -> None:
    admin, bob, _ = people
    answer = admin.put(f"/users/{bob.id}/roles", {"roles": "system_user system_manager"})
    assert (answer.status, answer.json) == (200, {"status": "OK"})
    assert bob.get("/users/me").json["roles"] == "system_user system_manager"
    told = server.events("user_role_updated")[0]
    assert told.data == {"user_id": bob.id, "roles": "system_user system_manager"}
    assert told.broadcast.user_id == bob.id


@pytest.mark.parametrize(
    ("roles", "error"),
    [
        ("", "api.context.invalid_body_param.app_error"),
        ("system_admin", "api.context.invalid_body_param.app_error"),
        ("no-role!", "api.context.invalid_body_param.app_error"),
        ("system_user no_such_role", "app.role.check_roles_exist.role_not_found"),
    ],
)
def test_wrong_roles_are_refused(people: Any, roles: str, error: str) -> None:
    admin, bob, _ = people
    answer = admin.put(f"/users/{bob.id}/roles", {"roles": roles})
    assert (answer.status, answer.error) == (400, error)


def test_only_admins_make_admins(people: Any) -> None:
    admin, bob, carol = people
    refused = bob.put(f"/users/{carol.id}/roles", {"roles": "system_user system_admin"})
    assert (refused.status, refused.error) == (403, "api.context.permissions.app_error")
    assert bob.put("/users/me/roles", {"roles": "system_user system_admin"}).status == 403
    assert admin.put(f"/users/{'x' * 26}/roles", {"roles": "system_user"}).status == 404


def test_the_last_admin_stays(people: Any) -> None:
    admin, bob, _ = people
    refused = admin.put("/users/me/roles", {"roles": "system_user"})
    assert (refused.status, refused.error) == (400, "app.user.update.lastAdmin.app_error")
    admin.put(f"/users/{bob.id}/roles", {"roles": "system_user system_admin"})
    assert admin.put("/users/me/roles", {"roles": "system_user"}).status == 200


def test_two_admins_who_unmake_each_other_at_once_leave_one(people: Any) -> None:
    admin, bob, _ = people
    admin.put(f"/users/{bob.id}/roles", {"roles": "system_user system_admin"})
    jobs = [
        gevent.spawn(admin.put, f"/users/{bob.id}/roles", {"roles": "system_user"}),
        gevent.spawn(bob.put, f"/users/{admin.id}/roles", {"roles": "system_user"}),
    ]
    for job in jobs:
        job.get(timeout=30)
    roles = [client.get("/users/me").json["roles"].split() for client in (admin, bob)]
    assert sum("system_admin" in names for names in roles) == 1


def test_deactivated_and_back(server: Any, people: Any) -> None:
    admin, bob, carol = people
    assert admin.put(f"/users/{bob.id}/active", {"active": False}).json == {"status": "OK"}
    assert carol.get(f"/users/{bob.id}").json["delete_at"] > 0
    assert admin.put(f"/users/{bob.id}/active", {"active": False}).status == 200
    assert admin.put(f"/users/{bob.id}/active", {"active": True}).status == 200
    assert carol.get(f"/users/{bob.id}").json["delete_at"] == 0
    assert len(server.events("user_updated")) == 2 * 3
    told = server.events("user_activation_status_change")
    assert [(event.data, event.broadcast) for event in told] == [({}, Broadcast())] * 2, "everybody, once per change"


def test_who_may_deactivate_whom(server: Any, people: Any) -> None:
    admin, bob, carol = people
    refused = carol.put(f"/users/{bob.id}/active", {"active": False})
    assert (refused.status, refused.error) == (403, "api.user.update_active.permissions.app_error")
    itself = carol.put("/users/me/active", {"active": False})
    assert (itself.status, itself.error) == (401, "api.user.update_active.not_enable.app_error")
    server.make_user_manager(admin, bob)
    assert bob.put(f"/users/{admin.id}/active", {"active": False}).status == 403
    assert bob.put(f"/users/{carol.id}/active", {"active": False}).status == 200
    server.configure(TeamSettings={"EnableUserDeactivation": True})
    assert bob.put("/users/me/active", {"active": False}).status == 200


def test_a_deleted_account_is_deactivated(people: Any) -> None:
    admin, bob, carol = people
    assert carol.delete(f"/users/{bob.id}").status == 403
    assert admin.delete(f"/users/{bob.id}").json == {"status": "OK"}
    assert carol.get(f"/users/{bob.id}").json["delete_at"] > 0
    assert carol.delete("/users/me").error == "api.user.update_active.not_enable.app_error"


def test_deletion_for_good_is_refused(people: Any) -> None:
    admin, bob, _ = people
    answer = admin.delete(f"/users/{bob.id}", query={"permanent": "true"})
    assert (answer.status, answer.error) == (401, "api.user.delete_user.not_enabled.app_error")
    assert admin.get(f"/users/{bob.id}").json["delete_at"] == 0


def test_who_manages_users_does_not_edit_system_admins(server: Any, people: Any) -> None:
    admin, bob, carol = people
    server.make_user_manager(admin, bob)
    assert bob.put(f"/users/{carol.id}/patch", {"nickname": "C"}).status == 200
    assert bob.put(f"/users/{admin.id}/patch", {"nickname": "A"}).status == 403


def test_everybody_hears_that_somebody_was_deactivated(server: Any, people: Any) -> None:
    admin, bob, _ = people
    admin.put(f"/users/{bob.id}/active", {"active": False})
    (told,) = server.events("user_activation_status_change")
    assert (told.data, told.broadcast.user_id) == ({}, "")


@pytest.mark.engines("sqlite")
def test_there_are_no_groups_where_their_plugin_is_off(people: Any) -> None:
    assert people[0].get(f"/users?in_group={'x' * 26}").error == "app.group.no_rows"
