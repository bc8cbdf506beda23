"""Who is on the generated site, and how they prove who they are."""

from typing import Any, Final

from hubbub.core.clock import now_ms
from hubbub.tests.takeover.rows import Rows, ident

DAY: Final = 86_400_000
PASSWORD: Final = "Sesame-1 open"
BCRYPT: Final = "$2a$10$BZD9Mg05ZYRG7bN4OCYXFOXqDZhaKA55jxwBT1XIsO8d9cLAynC72"
PBKDF2: Final = "$pbkdf2$f=SHA256,w=600000,l=32$NngO5tQw91tDxFGRIwN79A$nmzWxLWeYVDR6WAO8R1LKgyq09OkQsQ7y/GyHMYRnWo"
CROWD: Final = [f"user{number:02}" for number in range(1, 21)]
NOTIFY: Final = {
    "channel": "true", "comments": "never", "desktop": "mention", "desktop_sound": "true", "email": "true",
    "first_name": "false", "mention_keys": "", "push": "mention", "push_status": "away",
}  # fmt: skip
ZONE: Final = {"automaticTimezone": "Europe/Berlin", "manualTimezone": "", "useAutomaticTimezone": "true"}


def user_id(name: str) -> str:
    """Return an account's id."""
    return ident(f"user {name}")


def token(name: str) -> str:
    """Return the token of the session called `name`."""
    return ident(f"token {name}")


def add_people(rows: Rows, begin: int) -> None:
    """Add accounts, sessions and tokens; `begin` is when the site was set up (ms)."""
    _account(rows, begin, "ana", roles="system_user system_admin", password=BCRYPT, nickname="Ana ⛵ 🚢")
    _account(rows, begin, "bea", password=PBKDF2 if rows.version.is_11 else BCRYPT)
    for name in ("carl", "dora", "mia"):
        _account(rows, begin, name, password=BCRYPT)
    _change(rows, "dora", deleteat=begin + 9 * DAY)
    _change(rows, "mia", mfaactive=True, mfasecret="JBSWY3DPEHPK3PXP", props={"customStatus": "{}"})
    _account(rows, begin, "gil", roles="system_guest", password=BCRYPT)
    _account(rows, begin, "leo", password="", authservice="ldap", authdata="leo@directory")
    _account(rows, begin, "sam", password="", authservice="saml", authdata="sam-at-idp")
    _account(rows, begin, "gus", password="", authservice="gitlab", authdata="4711")
    _account(rows, begin, "deploybot", password="", roles="system_user")
    rows.add(
        "bots", userid=user_id("deploybot"), description="says what was deployed", ownerid=user_id("ana"),
        createat=begin, updateat=begin, deleteat=0, lasticonupdate=0,
    )  # fmt: skip
    for name in CROWD:
        _account(rows, begin, name, password=BCRYPT)
    _sessions(rows)


def _account(rows: Rows, begin: int, name: str, **changes: Any) -> None:
    rows.add("users", **{
        "id": user_id(name), "createat": begin, "updateat": begin, "deleteat": 0, "username": name, "password": "",
        "authdata": None, "authservice": "", "email": f"{name}@example.com", "emailverified": True, "nickname": "",
        "firstname": name.capitalize(), "lastname": "Müller-Ó", "roles": "system_user", "allowmarketing": False,
        "props": {}, "notifyprops": NOTIFY, "lastpasswordupdate": begin, "lastpictureupdate": 0, "failedattempts": 0,
        "locale": "de", "mfaactive": False, "mfasecret": "", "position": "", "timezone": ZONE, "remoteid": None,
        "lastlogin": begin, "mfausedtimestamps": [], **changes,
    })  # fmt: skip
    rows.add("status", userid=user_id(name), status="offline", manual=False, lastactivityat=begin, dndendtime=0,
             prevstatus="")  # fmt: skip


def _change(rows: Rows, name: str, **changes: Any) -> None:
    row = next(row for row in rows.tables["users"] if row["id"] == user_id(name))
    row.update(changes)


def _sessions(rows: Rows) -> None:
    now = now_ms()
    web = {"browser": "Firefox/128.0", "csrf": ident("csrf"), "isMobile": "false", "os": "Linux", "platform": "Linux"}
    _session(rows, "ana", "ana's browser", expires=now + 20 * DAY, roles="system_user system_admin", props=web)
    _session(rows, "bea", "bea's phone", expires=now + 20 * DAY, deviceid="android_rn-v2:abcdef", props={
        "isMobile": "true", "os": "Android", "device_notification_disabled": "false"})  # fmt: skip
    _session(rows, "carl", "carl's old one", expires=now - DAY, props=web)
    _session(rows, "gus", "gus's browser", expires=now + DAY, props={**web, "isOAuthUser": "true"})
    rows.add("useraccesstokens", id=ident("access"), token=token("deploybot"), userid=user_id("deploybot"),
             description="for the pipeline", isactive=True)  # fmt: skip
    rows.add("tokens", token=ident("invite") + ident("more"), createat=now, type="team_invitation",
             extra='{"email":"new@example.com"}')  # fmt: skip


def _session(rows: Rows, name: str, called: str, *, expires: int, **changes: Any) -> None:
    created = expires - 30 * DAY
    rows.add("sessions", **{
        "id": ident(f"session {called}"), "token": token(called), "createat": created, "expiresat": expires,
        "lastactivityat": created, "userid": user_id(name), "deviceid": "", "roles": "system_user", "isoauth": False,
        "props": {}, "expirednotify": False, **changes,
    })  # fmt: skip
