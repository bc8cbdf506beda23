"""Signing in with a real directory."""

from typing import Any

import pytest

from hubbub.core.testing import PASSWORD as LOCAL
from hubbub.tests.services.ldap import PASSWORD, LdapServer, Tree

WRONG = "api.user.login.invalid_credentials_email_username"


def test_the_first_sign_in_makes_the_account_and_the_next_finds_it(start: Any, tree: Tree) -> None:
    tree.add("anna", mail="Anna@Example.org")
    server = start(tree.settings())
    user = server.client().login("anna", PASSWORD, expect=200).json
    assert (user["username"], user["email"], user["auth_service"]) == ("anna", "anna@example.org", "ldap")
    assert (user["first_name"], user["last_name"], user["position"]) == ("Anna", "Annason", "Clerk")
    tree.change("anna", sn="Berg", mail="berg@example.org")
    again = server.client().login("anna@example.org", PASSWORD, expect=200).json
    assert (again["id"], again["last_name"], again["email"]) == (user["id"], "Berg", "berg@example.org")


def test_an_account_is_known_by_its_id_when_name_and_login_change(start: Any, tree: Tree) -> None:
    tree.add("anna")
    server = start(tree.settings())
    user = server.client().login("anna", PASSWORD, expect=200).json
    tree.move(tree.dn("anna"), "uid=annemarie")
    moved = server.client().login("annemarie", PASSWORD, expect=200).json
    assert (moved["id"], moved["username"]) == (user["id"], "annemarie")


def test_a_wrong_password_says_nothing_about_who_exists(start: Any, tree: Tree) -> None:
    tree.add("anna")
    server = start(tree.settings())
    refusals = [server.client().login(name, "wrong") for name in ("anna", "nobody", "admin", "anna@example.org")]
    assert {(one.status, one.json["id"], one.json["message"]) for one in refusals} == {
        (401, WRONG, "The user name, e-mail address or password is wrong.")
    }


def test_an_empty_password_never_binds(start: Any, tree: Tree) -> None:
    tree.add("anna")
    server = start(tree.settings())
    for _ in range(2):  # before there is an account, and after
        assert [server.client().login("anna", empty).status for empty in ("", " ", "\x00")] == [400, 401, 400]
        server.client().login("anna", PASSWORD, expect=200)
    # The service of the plugin refuses by itself, whoever asks.
    assert server.ldap.directory().check_password(tree.dn("anna"), PASSWORD)
    assert not server.ldap.directory().check_password(tree.dn("anna"), "")
    assert not server.ldap.directory().check_password("", PASSWORD)


HOSTILE = ("*", "an*", "anna)(uid=*", "anna)(|(uid=*", "*)(objectClass=*", "anna\\2a", "an\\6ea", "(", "\\", "ä" * 200)


def test_what_is_typed_never_becomes_part_of_the_filter(start: Any, tree: Tree) -> None:
    tree.add("anna")
    server = start(tree.settings(), ServiceSettings={"MaximumLoginAttempts": 1000}, RateLimitSettings={"Enable": False})
    refusals = {login_id: server.client().login(login_id, PASSWORD) for login_id in HOSTILE}
    assert {login_id: one.json["id"] for login_id, one in refusals.items()} == dict.fromkeys(HOSTILE, WRONG)


def test_names_with_the_characters_of_filters_sign_in(start: Any, tree: Tree) -> None:
    for number, name in enumerate(("a(b)*c", "back\\slash", "Zoë Ümlaut", "o'neil, x+y=z")):
        tree.add(f"user{number}", description=name)
    server = start(tree.settings(LoginIdAttribute="description"))
    for number, name in enumerate(("a(b)*c", "back\\slash", "Zoë Ümlaut", "o'neil, x+y=z")):
        assert server.client().login(name, PASSWORD, expect=200).json["username"] == f"user{number}"


def test_a_login_that_two_people_have_lets_nobody_in(start: Any, tree: Tree, caplog: pytest.LogCaptureFixture) -> None:
    for uid in ("anna", "bert", "carl"):
        tree.add(uid, description="same")
    server = start(tree.settings(LoginIdAttribute="description"))
    assert server.client().login("same", PASSWORD).json["id"] == WRONG
    assert "several entries" in caplog.text


def test_too_many_failures_lock_the_account_until_an_administrator_helps(start: Any, tree: Tree) -> None:
    tree.add("anna")
    server = start(tree.settings(MaximumLoginAttempts=2, LoginIdAttribute="employeeNumber"))
    user = server.client().login("id-anna", PASSWORD, expect=200).json
    for login_id in ("anna", "id-anna"):
        assert server.client().login(login_id, "wrong").json["id"] == WRONG
    for login_id in ("anna", "id-anna"):
        locked = server.client().login(login_id, PASSWORD)
        assert locked.json["id"] == "api.user.check_user_login_attempts.too_many_ldap.app_error"
    server.admin.post(f"/users/{user['id']}/reset_failed_attempts", expect=200)
    server.client().login("anna", PASSWORD, expect=200)


def test_a_deactivated_account_and_somebody_outside_the_user_filter_stay_out(start: Any, tree: Tree) -> None:
    tree.add("anna")
    tree.add("bert", title="Ghost")
    server = start(tree.settings(UserFilter="(&(objectClass=inetOrgPerson)(!(title=Ghost)))", EnableSync=False))
    user = server.client().login("anna", PASSWORD, expect=200).json
    server.admin.put(f"/users/{user['id']}/active", {"active": False}, expect=200)
    assert server.client().login("anna", PASSWORD).json["id"] == "api.user.login.inactive.app_error"
    assert server.client().login("bert", PASSWORD).json["id"] == WRONG


def test_while_accounts_follow_the_directory_nobody_else_deactivates_them(start: Any, tree: Tree) -> None:
    tree.add("anna")
    server = start(tree.settings())
    user = server.client().login("anna", PASSWORD, expect=200).json
    refused = server.admin.put(f"/users/{user['id']}/active", {"active": False})
    assert refused.status == 403
    assert "managed_by_ldap" in refused.json["id"]


def test_two_accounts_claiming_one_address(start: Any, tree: Tree) -> None:
    tree.add("anna")
    tree.add("bert", mail="anna@example.org")
    server = start(tree.settings())
    server.client().login("anna", PASSWORD, expect=200)
    refused = server.client().login("bert", PASSWORD)
    assert (refused.status, refused.json["id"]) == (400, "api.user.create_oauth_user.already_attached.app_error")


def test_a_local_account_is_linked_only_when_an_administrator_wants_it(start: Any, tree: Tree) -> None:
    tree.add("anna")
    server = start(tree.settings())
    local = server.sign_up("ann", email="anna@example.org")
    server.app.db.execute("UPDATE {users} SET emailverified = TRUE WHERE id = ?", (local.id,))
    assert "already_attached" in server.client().login("anna", PASSWORD).json["id"]
    server.configure(PluginSettings={"Plugins": {"auth_ldap": {"LinkByEmail": True}}})
    assert server.client().login("anna", PASSWORD, expect=200).json["id"] == local.id
    assert server.client().login("ann", LOCAL).status == 401


def test_a_taken_user_name_gets_a_number(start: Any, tree: Tree) -> None:
    tree.add("anna")
    server = start(tree.settings())
    server.sign_up("anna", email="other@example.com")
    login = {"login_id": "anna", "password": PASSWORD, "ldap_only": "true"}
    user = server.client().post("/users/login", login, expect=200).json
    assert user["username"] == "anna1"
    assert server.client().login("anna1", PASSWORD, expect=200).json["id"] == user["id"]
    assert server.client().login("anna", PASSWORD).status == 401


def test_an_id_moved_to_another_person_takes_the_account_along(start: Any, tree: Tree) -> None:
    tree.add("anna")
    tree.add("bert")
    server = start(tree.settings())
    anna = server.client().login("anna", PASSWORD, expect=200).json
    tree.change("anna", employeeNumber="id-new")
    tree.change("bert", employeeNumber="id-anna")
    # The account belongs to the id, whoever has it: as the directory says so.
    assert server.client().login("bert", PASSWORD, expect=200).json["id"] == anna["id"]
    refused = server.client().login("anna@example.org", PASSWORD)
    assert refused.status in (400, 401)


def test_guests_and_administrators_are_found_by_their_filters(start: Any, tree: Tree) -> None:
    for uid, title in (("anna", "Boss"), ("bert", "Visitor"), ("carl", "Clerk")):
        tree.add(uid, title=title)
    filters = {"GuestFilter": "(title=Visitor)", "AdminFilter": "(title=Boss)", "EnableAdminFilter": True}
    server = start(tree.settings(**filters), GuestAccountsSettings={"Enable": True})
    roles = {uid: server.client().login(uid, PASSWORD, expect=200).json["roles"] for uid in ("anna", "bert", "carl")}
    assert roles == {"anna": "system_admin system_user", "bert": "system_guest", "carl": "system_user"}
    tree.change("anna", title="Clerk")
    assert server.client().login("anna", PASSWORD, expect=200).json["roles"] == "system_user"


def test_what_the_directory_sets_nobody_changes_here(start: Any, tree: Tree) -> None:
    tree.add("anna")
    server = start(tree.settings(PictureAttribute="jpegPhoto"))
    anna = server.client()
    anna.login("anna", PASSWORD, expect=200)
    for field, value in (("first_name", "X"), ("username", "x"), ("email", "x@example.org"), ("position", "King")):
        refused = anna.put("/users/me/patch", {field: value})
        assert (refused.status, refused.json["id"]) == (
            409,
            "api.user.patch_user.login_provider_attribute_set.app_error",
        )
    anna.put("/users/me/patch", {"nickname": "A", "first_name": "Anna", "username": "Anna"}, expect=200)
    assert anna.delete("/users/me/image").status == 409
    keys = anna.get("/config/client?format=old").json
    assert (keys["EnableLdap"], keys["LdapFirstNameAttributeSet"], keys["LdapNicknameAttributeSet"]) == (
        "true",
        "true",
        "false",
    )
    assert anna.get("/license/client?format=old").json["LDAP"] == "true"


def test_ids_in_bytes_are_kept_as_existing_servers_keep_them(start: Any, tree: Tree) -> None:
    guid = bytes.fromhex("1ebcff1ea34a9d4fa508d4d81f1f5873")
    tree.add("anna", objectGUID=guid, sAMAccountName="ANNA.B")
    settings = tree.settings(
        IdAttribute="objectGUID", LoginIdAttribute="sAMAccountName", UsernameAttribute="sAMAccountName"
    )
    server = start(settings)
    user = server.client().login("anna.b", PASSWORD, expect=200).json
    kept = server.app.db.fetch_value("SELECT authdata FROM {users} WHERE id = ?", (user["id"],))
    assert kept == r"\1e\bc\ff\1e\a3\4a\9d\4f\a5\08\d4\d8\1f\1f\58\73"
    assert server.client().login("anna@example.org", PASSWORD, expect=200).json["id"] == user["id"]


def test_without_ldap_its_accounts_stay_out_and_local_ones_sign_in(start: Any, tree: Tree) -> None:
    tree.add("anna")
    server = start(tree.settings())
    server.client().login("anna", PASSWORD, expect=200)
    server.configure(LdapSettings={"Enable": False})
    assert server.client().login("anna", PASSWORD).json["id"] == WRONG
    login = {"login_id": "anna", "password": PASSWORD, "ldap_only": "true"}
    assert server.client().post("/users/login", login).status == 501
    server.client().login("admin", LOCAL, expect=200)


def test_referrals_are_not_followed(start: Any, tree: Tree, ldap_server: LdapServer) -> None:
    tree.add("anna")
    url = f"ldap://127.0.0.1:{ldap_server.port}/ou=people,dc=example,dc=org"
    tree.add_entry(f"ou=elsewhere,{tree.base}", ["referral", "extensibleObject"], {"ou": "elsewhere", "ref": url})
    server = start(tree.settings())
    server.client().login("anna", PASSWORD, expect=200)
    assert server.client().login("person00001", PASSWORD).json["id"] == WRONG
