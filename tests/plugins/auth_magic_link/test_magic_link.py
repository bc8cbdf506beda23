"""Guests sign in by links that they get by mail: invited by one, and later by one that they ask for."""

from typing import Any
from urllib.parse import urlencode

import gevent
import pytest

from hubbub.core.clock import now_ms
from hubbub.core.contracts.tokens import DAY_MS, MINUTE_MS
from hubbub.core.contracts.users import AccountChange, UserService
from hubbub.tests.plugins.auth_magic_link.conftest import WITH_LINKS

PATH = "/login/one_time_link"
GAST = "gast@example.com"
INVALID = "api.user.guest_magic_link.invalid_token.app_error"
EXPIRED = "api.user.guest_magic_link.expired_token.app_error"
OFF = "api.user.login.guest_magic_link.disabled.error"
one_engine = pytest.mark.engines("sqlite")


def invite(talk: Any, email: str = GAST) -> None:
    body = {"emails": [email], "channels": [talk.channel], "message": "Do come"}
    talk.alice.post(f"/teams/{talk.team}/invite-guests/email?guest_magic_link=true", body, expect=200)


def click(talk: Any, token: str, **headers: str) -> Any:
    """Press the button of the page that the link opens."""
    headers = {"Content-Type": "application/x-www-form-urlencoded", **headers}
    return talk.server.client().post(PATH, urlencode({"t": token}).encode(), headers=headers, raw_path=True)


def login(talk: Any, token: str) -> Any:
    return talk.server.client().post("/users/login", {"magic_link_token": token})


def ask(talk: Any, login_id: str = GAST) -> Any:
    answer = talk.server.client().post("/users/login/type", {"login_id": login_id})
    talk.server.settle()
    return answer.json


@pytest.fixture
def guest(talk: Any, mailbox: Any) -> dict[str, Any]:
    """Return the account of somebody who came by an invitation."""
    invite(talk)
    user = login(talk, mailbox.token(GAST))
    assert user.status == 200
    mailbox.clear()
    return dict(user.json)


def test_the_link_of_an_invitation_makes_the_guest_and_signs_in_once(talk: Any, mailbox: Any) -> None:
    invite(talk)
    (mail,) = mailbox
    assert (mail.to, mail.kind) == (GAST, "guest_magic_link_invitation")
    assert PATH in mail.link
    token = mailbox.token(GAST)
    for _ in range(2):  # a program that opens what stands in mails
        page = talk.server.client().get(f"{PATH}?t={token}", raw_path=True)
        assert (page.status, GAST in page.body.decode()) == (200, True)
    assert page.headers["cache-control"] == "no-store"
    entered = click(talk, token)
    assert (entered.status, entered.headers["location"]) == (303, "/")
    assert sorted(cookie.split("=")[0] for cookie in entered.cookies) == ["MMAUTHTOKEN", "MMCSRF", "MMUSERID"]
    gast = talk.server.client()
    gast.token = (
        next(cookie for cookie in entered.cookies if cookie.startswith("MMAUTHTOKEN")).split("=")[1].split(";")[0]
    )
    gast.user = gast.get("/users/me").json
    found = {name: gast.user[name] for name in ("username", "email", "roles", "auth_service")}
    assert found == {"username": "gast", "email": GAST, "roles": "system_guest", "auth_service": "magic_link"}
    assert talk.member(gast)["roles"] == "channel_guest"
    assert click(talk, token).error == INVALID


def test_a_guest_asks_for_a_link_and_signs_in_once_with_it(talk: Any, mailbox: Any, guest: Any) -> None:
    assert ask(talk) == {"auth_service": ""}
    (mail,) = mailbox
    assert (mail.to, mail.kind, mail.locale) == (GAST, "guest_magic_link", guest["locale"])
    token = mailbox.token(GAST)
    answer = login(talk, token)
    assert (answer.status, answer.json["id"]) == (200, guest["id"])
    assert len(answer.headers["token"]) == 26
    assert login(talk, token).error == INVALID
    assert ask(talk, "gast") == {"auth_service": ""}
    assert len(mailbox) == 2


def test_of_several_who_open_one_link_at_once_one_gets_in(talk: Any, mailbox: Any) -> None:
    for asking in (invite, ask):
        asking(talk)
        token = mailbox.token(GAST)
        jobs = [gevent.spawn(login, talk, token) for _ in range(4)]
        answers = [job.get(timeout=20) for job in jobs]
        assert sorted(answer.status for answer in answers) == [200, 400, 400, 400], asking
        (good,) = [answer.json["id"] for answer in answers if answer.status == 200]
        assert talk.alice.get(f"/users/email/{GAST}").json["id"] == good


@one_engine
def test_links_grow_old(talk: Any, mailbox: Any, guest: Any) -> None:
    for lifetime, kind in ((5 * MINUTE_MS, "asked for"), (2 * DAY_MS, "of an invitation")):
        ask(talk) if kind == "asked for" else invite(talk)
        token = mailbox.token(GAST)
        talk.server.app.db.execute("UPDATE {tokens} SET createat = ?", (now_ms() - lifetime - 1,))
        assert click(talk, token).error == EXPIRED, kind
        assert talk.server.client().get(f"{PATH}?t={token}", raw_path=True).error == EXPIRED, kind
        assert login(talk, token).error == EXPIRED, kind
        talk.server.app.db.execute("UPDATE {tokens} SET createat = ?", (now_ms() - lifetime + MINUTE_MS,))
        assert login(talk, token).status == 200, kind


@one_engine
def test_asking_tells_nobody_who_has_an_account_and_floods_nobody(talk: Any, mailbox: Any, guest: Any) -> None:
    for name in ("bob", "bob@example.com", "nobody@example.com", ""):
        assert ask(talk, name) == {"auth_service": ""}, name
    assert mailbox == []
    for _ in range(5):
        assert ask(talk) == {"auth_service": ""}
    assert len(mailbox) == 3, "more unused links than that get nobody in"
    login(talk, mailbox.token(GAST))
    ask(talk)
    assert len(mailbox) == 4


@one_engine
def test_an_account_with_a_password_gets_an_invitation_without_a_way_in(talk: Any, mailbox: Any) -> None:
    invite(talk, "bob@example.com")
    assert [mail.kind for mail in mailbox] == ["guest_invitation"]
    # The account came after the invitation: the link opens it no more than the other one.
    invite(talk)
    token = mailbox.token(GAST)
    account = {"username": "gast", "email": GAST, "password": "Correct-horse-9"}
    talk.server.client().post("/users", account, expect=201)
    refused = click(talk, token)
    assert (refused.status, refused.error) == (400, INVALID)
    assert login(talk, token).error == INVALID


@one_engine
def test_an_invited_guest_who_has_the_account_already_joins(talk: Any, mailbox: Any, guest: Any) -> None:
    other = talk.make_channel("other")
    body = {"emails": [GAST], "channels": [other]}
    talk.alice.post(f"/teams/{talk.team}/invite-guests/email?guest_magic_link=true", body, expect=200)
    answer = login(talk, mailbox.token(GAST))
    assert answer.json["id"] == guest["id"]
    gast = talk.server.client()
    gast.token = answer.headers["token"]
    gast.user = answer.json
    assert talk.member(gast, other)["roles"] == "channel_guest"


@one_engine
def test_a_changed_address_voids_links_and_names_that_are_taken_get_a_number(
    talk: Any, mailbox: Any, guest: Any
) -> None:
    invite(talk, "bob@elsewhere.example")
    assert login(talk, mailbox.token("bob@elsewhere.example")).json["username"] == "bob1"
    invite(talk, "all@elsewhere.example")
    assert login(talk, mailbox.token("all@elsewhere.example")).json["username"] == "guest-all"
    ask(talk)
    token = mailbox.token(GAST)
    moved = AccountChange(user_id=guest["id"], email="new@example.com")
    talk.server.app.services.get(UserService).apply_changes([moved])
    assert login(talk, token).error == INVALID


@one_engine
def test_such_an_account_has_no_password_and_stays_a_guest(talk: Any, mailbox: Any, guest: Any) -> None:
    path = f"/users/{guest['id']}"
    new = {"new_password": "Correct-horse-9"}
    assert talk.alice.put(f"{path}/password", new).error == "api.user.update_password.magic_link.app_error"
    promoted = talk.alice.post(f"{path}/promote")
    assert (promoted.status, promoted.error) == (501, "api.user.promote_guest_to_user.magic_link_enabled.app_error")
    talk.server.client().post("/users/password/reset/send", {"email": GAST}, expect=200)
    talk.server.settle()
    assert mailbox == []
    for password in ("", "x", "Correct-horse-9"):
        assert talk.server.client().login("gast", password).status in (400, 401)


@one_engine
def test_turned_off_nobody_gets_in_and_no_mail_goes_out(talk: Any, mailbox: Any, guest: Any) -> None:
    ask(talk)
    token = mailbox.token(GAST)
    mailbox.clear()
    talk.server.configure(GuestAccountsSettings={"EnableGuestMagicLink": False})
    assert (login(talk, token).status, login(talk, token).error, click(talk, token).error) == (401, OFF, OFF)
    assert ask(talk) == {"auth_service": ""}
    assert mailbox == []
    body = {"emails": [GAST], "channels": [talk.channel]}
    refused = talk.alice.post(f"/teams/{talk.team}/invite-guests/email?guest_magic_link=true", body)
    assert refused.error == "api.team.invite_guests_to_channels.guest_magic_link_disabled.error"


@one_engine
def test_forms_of_other_sites_and_halves_of_links_are_refused_with_a_page(talk: Any, mailbox: Any) -> None:
    invite(talk)
    token = mailbox.token(GAST)
    for origin in ("https://evil.example", "null"):
        assert click(talk, token, Origin=origin).status == 403, origin
    for asked in ("", "?t=", "?t=nonsense"):
        page = talk.server.client().get(f"{PATH}{asked}", headers={"Accept": "text/html"}, raw_path=True)
        assert (page.status, page.headers["content-type"]) == (400, "text/html; charset=utf-8"), asked
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    for body in (b"", b"t=", b"\xff", b"&".join([b"t=1"] * 20)):
        assert talk.server.client().post(PATH, body, headers=headers, raw_path=True).status == 400, body
    assert click(talk, token, Origin="http://chat.example", Host="chat.example").status == 303


@one_engine
def test_sign_ins_by_link_are_audited_well_or_refused(talk: Any, mailbox: Any, guest: Any) -> None:
    ask(talk)
    token = mailbox.token(GAST)
    assert click(talk, token).status == 303
    assert click(talk, token).status == 400
    talk.server.settle()
    found = [row for row in talk.alice.get("/audits").json if row["action"] == "/api/v4/users/login"]
    assert f"fail error={INVALID} status=400 provider=magic_link" in [row["extra_info"] for row in found]
    assert [row["user_id"] for row in found if row["session_id"]].count(guest["id"]) == 2
    assert all(token not in row["extra_info"] for row in talk.alice.get("/audits").json)


@one_engine
def test_two_servers_take_one_link_once(talk: Any, mailbox: Any, guest: Any, make_talk: Any) -> None:
    guests = {"Enable": True, "EnableGuestMagicLink": True}
    second = make_talk(WITH_LINKS, GuestAccountsSettings=guests)
    ask(talk)
    token = mailbox.token(GAST)
    for _ in range(3):
        ask(second)
    assert len(mailbox) == 3, "links of all servers count"
    assert login(second, token).status == 200
    assert login(talk, token).error == INVALID
