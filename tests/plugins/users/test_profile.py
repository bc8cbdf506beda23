"""Reading and changing profiles."""

from typing import Any

import gevent
import pytest


@pytest.fixture
def people(server: Any) -> Any:
    """Return (admin, bob, carol), signed in."""
    return (
        server.sign_up("alice"),
        server.sign_up("bob", first_name="Bob", last_name="Builder"),
        server.sign_up("carol"),
    )


def test_others_see_the_profile_but_no_settings(people: Any) -> None:
    _, bob, carol = people
    seen = carol.get(f"/users/{bob.id}").json
    assert seen["username"] == "bob"
    assert seen["email"] == "bob@example.com"
    assert seen["first_name"] == "Bob"
    for hidden in ("notify_props", "last_password_update", "failed_attempts", "last_login", "password"):
        assert hidden not in seen


def test_privacy_settings_hide_names_and_addresses_but_not_from_admins_or_oneself(server: Any, people: Any) -> None:
    admin, bob, carol = people
    server.configure(PrivacySettings={"ShowEmailAddress": False, "ShowFullName": False})
    seen = carol.get(f"/users/{bob.id}").json
    assert (seen["email"], seen["first_name"], seen["last_name"]) == ("", "", "")
    for viewer in (admin, bob):
        seen = viewer.get(f"/users/{bob.id}").json
        assert (seen["email"], seen["last_name"]) == ("bob@example.com", "Builder")


def test_by_name_and_by_address(people: Any) -> None:
    _, bob, carol = people
    assert carol.get("/users/username/bob").json["id"] == bob.id
    assert carol.get("/users/username/BOB").json["id"] == bob.id
    assert carol.get("/users/email/bob@example.com").json["id"] == bob.id


def test_who_is_not_there(people: Any) -> None:
    _, _, carol = people
    answers = [
        carol.get("/users/" + "x" * 26),
        carol.get("/users/username/nobody"),
        carol.get("/users/email/nobody@example.com"),
    ]
    assert [(answer.status, answer.error) for answer in answers] == [
        (404, "app.user.missing_account.const"),
        (404, "app.user.get_by_username.app_error"),
        (404, "app.user.missing_account.const"),
    ]


def test_addresses_cannot_be_looked_up_where_they_are_hidden(server: Any, people: Any) -> None:
    _, _, carol = people
    server.configure(PrivacySettings={"ShowEmailAddress": False})
    answer = carol.get("/users/email/bob@example.com")
    assert (answer.status, answer.error) == (403, "api.user.get_user_by_email.permissions.app_error")


def test_an_unchanged_profile_is_not_sent_again(people: Any) -> None:
    _, bob, carol = people
    tag = carol.get(f"/users/{bob.id}").headers["etag"]
    assert carol.get(f"/users/{bob.id}", headers={"If-None-Match": tag}).status == 304
    bob.put("/users/me/patch", {"nickname": "Bobby"})
    changed = carol.get(f"/users/{bob.id}", headers={"If-None-Match": tag})
    assert (changed.status, changed.json["nickname"]) == (200, "Bobby")


def test_a_patch_changes_what_it_names(people: Any) -> None:
    _, bob, _ = people
    patched = bob.put("/users/me/patch", {"nickname": "Bobby", "props": {"customStatus": "{}"}, "locale": "de"})
    assert patched.status == 200
    me = bob.get("/users/me").json
    assert (me["nickname"], me["first_name"], me["locale"], me["props"]) == (
        "Bobby",
        "Bob",
        "de",
        {"customStatus": "{}"},
    )
    assert me["update_at"] > me["create_at"]


def test_two_patches_at_once_of_different_fields_both_stay(people: Any) -> None:
    _, bob, _ = people
    fields = {"nickname": "Bobby", "first_name": "Robert", "last_name": "B", "position": "Builder", "locale": "de"}
    jobs = [gevent.spawn(bob.put, "/users/me/patch", {name: value}) for name, value in fields.items()]
    assert [job.get(timeout=30).status for job in jobs] == [200] * len(fields)
    me = bob.get("/users/me").json
    assert {name: me[name] for name in fields} == fields


def test_a_change_is_told_in_three_views(server: Any, people: Any) -> None:
    _, bob, _ = people
    server.configure(PrivacySettings={"ShowEmailAddress": False})
    server.sent.clear()
    bob.put("/users/me/patch", {"nickname": "Bobby"})
    others, admins, own = server.events("user_updated")
    assert (others.broadcast.contains_sanitized_data, others.broadcast.omit_users) == (True, {bob.id: True})
    assert others.data["user"].email == ""
    assert (admins.broadcast.contains_sensitive_data, admins.broadcast.omit_users) == (True, {bob.id: True})
    assert admins.data["user"].email == "bob@example.com"
    assert own.broadcast.user_id == bob.id
    assert own.data["user"].notify_props["desktop"] == "mention"


def test_a_patch_that_changes_nothing_tells_nobody(server: Any, people: Any) -> None:
    _, bob, _ = people
    before = bob.get("/users/me").json
    server.sent.clear()
    assert bob.put("/users/me/patch", {"nickname": before["nickname"], "timezone": before["timezone"]}).json == before
    assert server.events("user_updated") == []


def test_others_profiles_are_for_admins(people: Any) -> None:
    admin, bob, carol = people
    refused = carol.put(f"/users/{bob.id}/patch", {"nickname": "Bobo"})
    assert (refused.status, refused.error) == (403, "api.context.permissions.app_error")
    assert admin.put(f"/users/{bob.id}/patch", {"nickname": "Bobo"}).json["nickname"] == "Bobo"


def test_taken_and_wrong_names_are_refused(people: Any) -> None:
    _, bob, _ = people
    taken = bob.put("/users/me/patch", {"username": "Carol"})
    assert (taken.status, taken.error) == (400, "app.user.save.username_exists.app_error")
    wrong = bob.put("/users/me/patch", {"username": "not ok"})
    assert (wrong.status, wrong.error) == (400, "model.user.is_valid.username.app_error")
    long = bob.put("/users/me/patch", {"nickname": "x" * 65})
    assert (long.status, long.error) == (400, "model.user.is_valid.nickname.app_error")
    assert bob.get("/users/me").json["username"] == "bob"


def test_a_new_user_name_leaves_the_mention_keys(people: Any) -> None:
    _, bob, _ = people
    props = {**bob.get("/users/me").json["notify_props"], "mention_keys": "bob,@bob,builder"}
    bob.put("/users/me/patch", {"notify_props": props})
    assert bob.put("/users/me/patch", {"username": "robert"}).json["notify_props"]["mention_keys"] == "builder"


def test_the_own_address_changes_with_the_password_only(people: Any) -> None:
    _, bob, _ = people
    missing = bob.put("/users/me/patch", {"email": "new@example.com"})
    assert (missing.status, missing.error) == (400, "api.context.invalid_body_param.app_error")
    wrong = bob.put("/users/me/patch", {"email": "new@example.com", "password": "wrong"})
    assert (wrong.status, wrong.error) == (401, "api.user.check_user_password.invalid.app_error")
    right = bob.put("/users/me/patch", {"email": "New@example.com", "password": "Correct-horse-9"})
    assert (right.status, right.json["email"]) == (200, "new@example.com")


def test_put_replaces_the_profile(people: Any) -> None:
    _, bob, _ = people
    me = bob.get("/users/me").json
    replaced = bob.put(f"/users/{bob.id}", {"id": bob.id, "username": "bob", "email": me["email"], "nickname": "B"})
    assert replaced.status == 200
    assert (replaced.json["nickname"], replaced.json["first_name"]) == ("B", "")
    other = bob.put(f"/users/{bob.id}", {"id": "x" * 26, "username": "bob", "email": me["email"]})
    assert (other.status, other.error) == (400, "api.context.invalid_url_param.app_error")


def test_without_an_image_there_is_a_generated_one(people: Any) -> None:
    _, bob, carol = people
    picture = carol.get(f"/users/{bob.id}/image")
    assert (picture.status, picture.headers["content-type"]) == (200, "image/png")
    assert picture.body.startswith(b"\x89PNG\r\n\x1a\n")
    assert carol.get(f"/users/{bob.id}/image/default").body == picture.body
    assert carol.get(f"/users/{bob.id}/image", headers={"If-None-Match": picture.headers["etag"]}).status == 304


@pytest.mark.parametrize("path", ["/users/me", "/users", "/users/stats", "/users/username/bob"])
def test_nobody_reads_accounts_without_a_session(server: Any, path: str) -> None:
    answer = server.client().get(path)
    assert (answer.status, answer.error) == (401, "api.context.session_expired.app_error")
