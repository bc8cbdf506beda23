"""A second factor: set up, asked for, good once, and taken away by an administrator."""

import base64
import io
from urllib.parse import parse_qs, urlsplit

import gevent
import pytest
from PIL import Image

from hubbub.core.contracts.single_sign_on import SingleSignOn
from hubbub.core.testing import PASSWORD
from hubbub.tests.plugins.conftest import Client, Server
from hubbub.tests.plugins.mfa.conftest import App, set_up
from hubbub.tests.plugins.sessions.test_single_sign_on import Elsewhere

pytestmark = pytest.mark.engines("sqlite")
on_each_engine = pytest.mark.engines("sqlite", "postgres", "mysql")
CODE_NEEDED = "mfa.validate_token.authenticate.app_error"
WRONG = "api.user.check_user_mfa.bad_code.app_error"


def sign_in(server: Server, code: str = "", name: str = "bob") -> tuple[int, str]:
    answer = server.client().login(name, token=code)
    return answer.status, "" if answer.status == 200 else answer.error


def test_a_code_is_asked_for_after_the_password(server: Server) -> None:
    server.sign_up("alice")
    bob = server.sign_up("bob")
    app = set_up(bob)
    assert bob.get("/users/me").json["mfa_active"] is True
    assert sign_in(server) == (400, CODE_NEEDED)
    wrong = server.client().login("bob", "wrong password", token=app.code())
    assert wrong.error == "api.user.login.invalid_credentials_email_username"
    assert sign_in(server, app.code()) == (200, "")


@pytest.mark.parametrize("code", ["abcdef", "12345", "1" * 5000, "١٢٣٤٥٦", "123456\x7f"])
def test_what_is_no_code_is_a_wrong_one(server: Server, code: str) -> None:
    server.sign_up("alice")
    set_up(server.sign_up("bob"))
    assert sign_in(server, code) == (401, WRONG)


def test_codes_of_the_half_minutes_around_now_are_right(server: Server) -> None:
    server.sign_up("alice")
    app = set_up(server.sign_up("bob"))
    assert sign_in(server, app.code(-2)) == (401, WRONG)
    assert sign_in(server, app.code(2)) == (401, WRONG)
    assert sign_in(server, app.code(1)) == (200, "")
    assert sign_in(server, app.code()[:3] + " " + app.code()[3:]) == (200, "")


@on_each_engine
def test_a_code_is_good_once(server: Server) -> None:
    server.sign_up("alice")
    app = set_up(server.sign_up("bob"))
    assert sign_in(server, app.code(-1)) == (401, WRONG)  # it turned the factor on
    assert sign_in(server, app.code()) == (200, "")
    assert sign_in(server, app.code()) == (401, WRONG)


@on_each_engine
def test_of_sign_ins_at_once_with_one_code_one_succeeds(server: Server) -> None:
    server.sign_up("alice")
    app = set_up(server.sign_up("bob"))
    jobs = [gevent.spawn(sign_in, server, app.code()) for _ in range(4)]
    assert sorted(status for status, _ in (job.get(timeout=20) for job in jobs)) == [200, 401, 401, 401]


@on_each_engine
def test_a_database_before_v10_has_no_column_for_used_codes(server: Server) -> None:
    server.sign_up("alice")
    app = set_up(server.sign_up("bob"))
    server.app.db.do_without({"users": {"mfausedtimestamps": "NULL"}})
    assert sign_in(server, app.code()) == (200, "")
    assert sign_in(server, app.code()) == (401, WRONG)


@on_each_engine
def test_used_steps_stand_where_the_schema_has_them(server: Server) -> None:
    server.sign_up("alice")
    bob = server.sign_up("bob")
    app = set_up(bob)
    sign_in(server, app.code())
    secret, active, used = server.app.db.fetch_one(
        "SELECT mfasecret, mfaactive, mfausedtimestamps FROM {users} WHERE id = ?", (bob.id,)
    )
    assert (secret, bool(active)) == (app.secret, True)
    steps = used if isinstance(used, list) else [int(part) for part in used.strip("[]").split(",")]
    assert len(steps) == 2
    assert steps[1] - steps[0] == 1


def test_an_account_of_another_server_goes_on_with_its_secret(server: Server) -> None:
    server.sign_up("alice")
    bob = server.sign_up("bob")
    secret = "JBSWY3DPEHPK3PXP"  # 10 bytes, as other servers have them too
    server.app.db.execute("UPDATE {users} SET mfaactive = ?, mfasecret = ? WHERE id = ?", (True, secret, bob.id))
    server.app.caches.clear_here()
    assert sign_in(server) == (400, CODE_NEEDED)
    assert sign_in(server, App(secret).code()) == (200, "")


def test_a_secret_that_is_none_opens_nothing(server: Server) -> None:
    server.sign_up("alice")
    bob = server.sign_up("bob")
    for secret in ("", "not base32!"):
        server.app.db.execute("UPDATE {users} SET mfaactive = ?, mfasecret = ? WHERE id = ?", (True, secret, bob.id))
        server.app.caches.clear_here()
        assert sign_in(server, "000000") == (401, WRONG)


def test_guessed_codes_count_as_failed_sign_ins(server: Server) -> None:
    admin = server.sign_up("alice")
    bob = server.sign_up("bob")
    app = set_up(bob)
    server.configure(ServiceSettings={"MaximumLoginAttempts": 3})
    for _ in range(3):
        assert sign_in(server, app.wrong_code()) == (401, WRONG)
    locked = "api.user.check_user_login_attempts.too_many.app_error"
    assert sign_in(server, app.code()) == (401, locked)
    assert admin.post(f"/users/{bob.id}/reset_failed_attempts").status == 200
    assert sign_in(server, app.code()) == (200, "")
    assert sign_in(server, app.wrong_code()) == (401, WRONG)


def test_asking_whether_a_code_is_needed_counts_as_nothing(server: Server) -> None:
    server.sign_up("alice")
    app = set_up(server.sign_up("bob"))
    server.configure(ServiceSettings={"MaximumLoginAttempts": 2})
    for _ in range(4):
        assert sign_in(server) == (400, CODE_NEEDED)
    assert sign_in(server, app.code()) == (200, "")


def test_the_qr_code_holds_what_an_app_needs(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[str] = []
    import segno

    make = segno.make
    monkeypatch.setattr("segno.make", lambda text, **more: shown.append(text) or make(text, **more))
    bob = server.sign_up("bob")
    made = bob.post(f"/users/{bob.id}/mfa/generate").json
    assert sorted(made) == ["qr_code", "secret"]
    picture = Image.open(io.BytesIO(base64.b64decode(made["qr_code"])))
    assert picture.format == "PNG"
    assert picture.width == picture.height > 150
    uri = urlsplit(shown[0])
    assert (uri.scheme, uri.netloc, uri.path) == ("otpauth", "totp", "/chat.example.com:bob%40example.com")
    assert parse_qs(uri.query) == {"secret": [made["secret"]], "issuer": ["chat.example.com"]}
    assert len(made["secret"]) == 32


def test_activation_wants_a_right_code_of_a_new_secret(server: Server) -> None:
    server.sign_up("alice")
    bob = server.sign_up("bob")
    change = "/users/me/mfa"
    assert bob.put(change, {"activate": True, "code": "123456"}).error == "mfa.activate.app_error"
    app = App(bob.post("/users/me/mfa/generate").json["secret"])
    wrong = bob.put(change, {"activate": True, "code": app.wrong_code()})
    assert (wrong.status, wrong.error) == (401, "mfa.activate.bad_token.app_error")
    for body in ({}, {"activate": "yes"}, {"activate": True}, {"activate": True, "code": ""}):
        refused = bob.put(change, body)
        assert (refused.status, refused.error) == (400, "api.context.invalid_body_param.app_error")
    assert sign_in(server) == (200, "")
    assert bob.get("/users/me").json.get("mfa_active") is None


@on_each_engine
def test_a_secret_in_use_is_not_replaced(server: Server) -> None:
    server.sign_up("alice")
    bob = server.sign_up("bob")
    app = set_up(bob)
    refused = bob.post("/users/me/mfa/generate")
    assert (refused.status, refused.error) == (400, "mfa.generate_qr_code.already_active.app_error")
    assert sign_in(server, app.code()) == (200, "")


@on_each_engine
def test_an_administrator_helps_who_lost_the_phone(server: Server) -> None:
    admin = server.sign_up("alice")
    bob, carol = server.sign_up("bob"), server.sign_up("carol")
    set_up(bob)
    path = f"/users/{bob.id}/mfa"
    assert carol.put(path, {"activate": False}).status == 403
    assert carol.post(f"{path}/generate").status == 403
    assert admin.put(path, {"activate": False}).json == {"status": "OK"}
    assert sign_in(server) == (200, "")
    record = server.app.db.fetch_one("SELECT mfasecret, mfaactive FROM {users} WHERE id = ?", (bob.id,))
    assert (record[0], bool(record[1])) == ("", False)


def test_a_manager_of_people_does_not_open_an_administrators_account(server: Server) -> None:
    admin, manager = server.sign_up("alice"), server.sign_up("bob")
    set_up(admin)
    server.make_user_manager(admin, manager)
    assert manager.put(f"/users/{admin.id}/mfa", {"activate": False}).status == 403


@pytest.mark.parametrize("service", ["saml", "gitlab"])
def test_who_signs_in_elsewhere_has_the_second_factor_there(server: Server, service: str) -> None:
    server.sign_up("alice")
    bob = server.sign_up("bob")
    server.app.db.execute("UPDATE {users} SET authservice = ?, authdata = 'b' WHERE id = ?", (service, bob.id))
    server.app.caches.clear_here()
    refused = bob.post("/users/me/mfa/generate")
    assert (refused.status, refused.error) == (400, "api.user.activate_mfa.email_and_ldap_only.app_error")


def test_an_application_does_not_touch_it(server: Server) -> None:
    server.sign_up("alice")
    bob = server.sign_up("bob")
    server.app.db.execute("UPDATE {sessions} SET isoauth = ? WHERE token = ?", (True, bob.token))
    server.app.caches.clear_here()
    assert bob.get("/users/me").status == 200
    assert bob.post("/users/me/mfa/generate").status == 403
    assert bob.put("/users/me/mfa", {"activate": False}).status == 403


def test_turned_off_it_is_neither_offered_nor_asked_for(server: Server) -> None:
    server.sign_up("alice")
    bob = server.sign_up("bob")
    set_up(bob)
    server.configure(ServiceSettings={"EnableMultifactorAuthentication": False})
    assert sign_in(server) == (200, "")
    refused = bob.post("/users/me/mfa/generate")
    assert (refused.status, refused.error) == (501, "mfa.mfa_disabled.app_error")
    assert bob.put("/users/me/mfa", {"activate": True, "code": "123456"}).status == 501
    assert bob.put("/users/me/mfa", {"activate": False}).status == 200


def test_the_secret_is_nowhere_to_be_read(server: Server, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    admin = server.sign_up("alice")
    bob: Client = server.sign_up("bob")
    app = set_up(bob)
    sign_in(server, app.wrong_code())
    sign_in(server, app.code())
    seen = [bob.get("/users/me"), admin.get(f"/users/{bob.id}"), admin.get("/users"), admin.get("/audits")]
    assert not any(app.secret in answer.body.decode() for answer in seen)
    assert app.secret not in caplog.text
    assert not any(app.secret in str(event) for event in server.sent)
    assert PASSWORD not in caplog.text


def test_a_password_is_exchanged_for_another_service_with_a_code_only(server: Server) -> None:
    server.sign_up("alice")
    app = set_up(server.sign_up("bob"))
    elsewhere = Elsewhere(server.app.services.get(SingleSignOn))
    server.app.hooks.register(elsewhere, "elsewhere")
    body = {"current_service": "email", "new_service": "openid", "email": "bob@example.com", "password": PASSWORD}
    switch = server.client().post
    assert switch("/users/login/switch", body).error == CODE_NEEDED
    assert switch("/users/login/switch", {**body, "mfa_code": app.wrong_code()}).error == WRONG
    assert elsewhere.tickets == []
    assert switch("/users/login/switch", {**body, "mfa_code": app.code()}).json["follow_link"]
