"""Accounts that begin to sign in with the directory, cease to, or get another id there."""

from typing import Any

from hubbub.core.testing import PASSWORD as LOCAL
from hubbub.tests.plugins.auth_ldap.test_sync import accounts, command, people_with_accounts
from hubbub.tests.services.ldap import PASSWORD, Tree

NEW = "Another-horse-7"


def switch(client: Any, **body: str) -> Any:
    """Ask for another way of signing in."""
    return client.post("/users/login/switch", body)


def test_an_account_moves_to_the_directory_and_back(start: Any, tree: Tree) -> None:
    tree.add("anna")
    server = start(tree.settings(LoginIdAttribute="employeeNumber"))
    ann = server.sign_up("ann", email="ann@home.example")
    to_ldap = {"current_service": "email", "new_service": "ldap", "email": "ann@home.example", "password": LOCAL}
    refused = switch(server.client(), **to_ldap, ldap_id="id-anna", new_password="wrong")
    assert refused.status == 401
    stranger = {**to_ldap, "password": "wrong"}
    assert switch(server.client(), **stranger, ldap_id="id-anna", new_password=PASSWORD).status == 401
    moved = switch(server.client(), **to_ldap, ldap_id="id-anna", new_password=PASSWORD)
    assert (moved.status, moved.json["follow_link"]) == (200, "/login?extra=signin_change")
    assert ann.get("/users/me").status == 401
    assert server.client().login("ann", LOCAL).status == 401
    client = server.client()
    user = client.login("id-anna", PASSWORD, expect=200).json
    assert (user["id"], user["auth_service"], user["first_name"]) == (ann.id, "ldap", "Anna")
    back = {"current_service": "ldap", "new_service": "email", "email": user["email"], "new_password": NEW}
    assert switch(server.client(), **back, password=PASSWORD).status == 403  # not signed in
    assert switch(client, **back, password="wrong").status == 401
    assert switch(client, **back, password=PASSWORD).status == 200
    assert server.client().login(user["username"], NEW, expect=200).json["auth_service"] == ""


def test_an_identity_that_has_an_account_is_not_given_to_another(start: Any, tree: Tree) -> None:
    server = start(tree.settings())
    people_with_accounts(server, tree, "anna")
    server.sign_up("bob", email="bob@home.example")
    body = {"current_service": "email", "new_service": "ldap", "email": "bob@home.example", "password": LOCAL}
    assert switch(server.client(), **body, ldap_id="anna", new_password=PASSWORD).status == 400
    server.client().login("bob", LOCAL, expect=200)


def test_administrators_say_how_an_account_signs_in(start: Any, tree: Tree) -> None:
    tree.add("anna")
    server = start(tree.settings())
    ann, manager = server.sign_up("ann"), server.sign_up("manager")
    server.make_user_manager(server.admin, manager)
    path = f"/users/{ann.id}/auth"
    known = {"auth_service": "ldap", "auth_data": "id-anna"}
    assert ann.put(path, known).status == 403
    assert manager.put(f"/users/{server.admin.id}/auth", known).status == 403
    for wrong in ({"auth_service": "nobody"}, {"auth_data": " "}, {"auth_data": "ä" * 65}, {"auth_service": ""}):
        assert server.admin.put(path, {**known, **wrong}).status == 400
    assert manager.put(path, known, expect=200).json == known
    assert ann.get("/users/me").status == 401
    assert server.client().login("anna", PASSWORD, expect=200).json["id"] == ann.id
    taken = server.admin.put(f"/users/{manager.id}/auth", known)
    assert (taken.status, taken.json["id"]) == (400, "app.user.save.existing.app_error")


def test_many_accounts_move_to_the_directory_at_once(start: Any, tree: Tree) -> None:
    for uid in ("anna", "bert", "carl"):
        tree.add(uid)
    tree.change("carl", mail="same@example.org")
    server = start(tree.settings())
    anna = server.sign_up("anna", email="anna@example.org")
    server.sign_up("bob", email="bob@home.example")
    path, wanted = "/users/migrate_auth/ldap", {"from": "email", "match_field": "email", "force": False}
    assert anna.post(path, wanted).status == 403
    refused = server.admin.post(path, wanted)
    assert (refused.status, refused.json["id"]) == (400, "api.migrate_to_saml.error")
    assert "2 accounts match nobody" in refused.json["message"]
    assert accounts(server) == {}
    for wrong in ({"from": "mars"}, {"match_field": "shoe size"}):
        assert server.admin.post(path, {**wanted, **wrong}).status == 400
    server.admin.post(path, {**wanted, "force": True}, expect=200)
    assert {uid: one["id"] for uid, one in accounts(server).items()} == {"anna": anna.id}
    assert anna.get("/users/me").status == 401
    server.client().login("anna", PASSWORD, expect=200)
    server.client().login("bob", LOCAL, expect=200)


def test_accounts_get_another_id_all_of_them_or_none(start: Any, tree: Tree) -> None:
    server = start(tree.settings())
    people_with_accounts(server, tree, "anna", "bert")
    before = {one["id"] for one in accounts(server).values()}
    refused = server.admin.post("/ldap/migrateid", {"toAttribute": "description"})
    assert (refused.status, refused.json["id"]) == (500, "ent.ldap_id_migrate.app_error")
    assert "has no description" in refused.json["message"]
    for uid in ("anna", "bert"):
        tree.change(uid, description="same")
    refused = server.admin.post("/ldap/migrateid", {"toAttribute": "description"})
    assert "Several people" in refused.json["message"]
    assert sorted(accounts(server)) == ["anna", "bert"]
    assert server.admin.post("/ldap/migrateid", {"toAttribute": "x)(y=*"}).status == 400
    assert "has no carLicense" in command(server, "ldap", "idmigrate", "carLicense")
    assert "2 accounts are known by entryUUID now" in command(server, "ldap", "idmigrate", "entryUUID")
    server.configure(LdapSettings={"IdAttribute": "entryUUID"})
    assert {server.client().login(uid, PASSWORD, expect=200).json["id"] for uid in ("anna", "bert")} == before
