"""Rows of `users` (with `bots`) as records."""

from typing import Any, Final

from msgspec import UNSET, ValidationError
from msgspec.json import Decoder

from hubbub.core import json
from hubbub.core.contracts.users import Credentials, User

SELECT: Final = """SELECT u.id, u.createat, u.updateat, u.deleteat, u.username, u.authdata, u.authservice, u.email,
 u.emailverified, u.nickname, u.firstname, u.lastname, u.position, u.roles, u.allowmarketing, u.props, u.notifyprops,
 u.lastpasswordupdate, u.lastpictureupdate, u.failedattempts, u.locale, u.timezone, u.mfaactive, u.remoteid,
 u.lastlogin, b.userid, b.description, b.lasticonupdate"""
FROM: Final = " FROM {users} u LEFT JOIN {bots} b ON b.userid = u.id"
WIDTH: Final = 28
"""How many columns `SELECT` has: what is selected beside them begins there."""
_MAP: Final = Decoder(dict[str, str])


def user_of(row: tuple[Any, ...]) -> User:
    """Return the record of a row that begins with the columns of `SELECT`."""
    return User(
        id=row[0],
        create_at=row[1] or UNSET,
        update_at=row[2] or UNSET,
        delete_at=row[3] or 0,
        username=row[4] or "",
        auth_data=row[5] or "",
        auth_service=row[6] or "",
        email=row[7] or "",
        email_verified=True if row[8] else UNSET,
        nickname=row[9] or "",
        first_name=row[10] or "",
        last_name=row[11] or "",
        position=row[12] or "",
        roles=row[13] or "",
        allow_marketing=True if row[14] else UNSET,
        props=_map(row[15]) or UNSET,
        notify_props=_map(row[16]) or UNSET,
        last_password_update=row[17] or UNSET,
        last_picture_update=row[18] or UNSET,
        failed_attempts=row[19] or UNSET,
        locale=row[20] or "",
        timezone=_map(row[21]),
        mfa_active=True if row[22] else UNSET,
        remote_id=row[23] or UNSET,
        last_login=row[24] or UNSET,
        is_bot=True if row[25] else UNSET,
        bot_description=(row[26] or UNSET) if row[25] else UNSET,
        bot_last_icon_update=(row[27] or UNSET) if row[25] else UNSET,
    )


def credentials_of(row: tuple[Any, ...]) -> Credentials:
    """Return the credentials of a row whose columns are those of `SELECT` and then the password."""
    return Credentials(
        user=user_of(row),
        password_hash=row[WIDTH] or "",
        failed_attempts=row[19] or 0,
        last_password_update=row[17] or 0,
    )


def _map(text: str | None) -> dict[str, str]:
    """Return a JSON column as a map of strings; what isn't text in it is left out."""
    if not text:
        return {}
    try:
        return _MAP.decode(text)  # PERF: thousands for a large channel, and all but a few are what they should be
    except ValidationError:
        value = json.decode(text)
        return {key: item for key, item in value.items() if isinstance(item, str)} if isinstance(value, dict) else {}
