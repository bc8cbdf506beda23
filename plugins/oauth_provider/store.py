"""Every query of the OAuth provider."""

import hashlib
from typing import Any, Final

from hubbub.core import json
from hubbub.core.http.paging import Page
from hubbub.plugins.oauth_provider.records import USED, AccessData, AuthData, OAuthApp

_APP: Final = (
    "id", "creatorid", "createat", "updateat", "clientsecret", "name", "description", "callbackurls", "homepage",
    "istrusted", "iconurl", "mattermostappid", "isdynamicallyregistered",
)  # fmt: skip
_AUTH: Final = (
    "code", "clientid", "userid", "expiresin", "createat", "redirecturi", "state", "scope", "codechallenge",
    "codechallengemethod", "resource",
)  # fmt: skip
_ACCESS: Final = ("token", "refreshtoken", "redirecturi", "clientid", "userid", "expiresat", "scope", "audience")
_REFRESHED: Final = "refresh."
"""What the hash of a used refresh token begins with where codes are; no code has a dot but after its 26 characters."""


class OAuthStore:
    """Reads and writes applications, codes and tokens."""

    def __init__(self, db: Any) -> None:
        self._db = db
        self._apps = f"SELECT {', '.join(_APP)} FROM {{oauthapps}}"
        self._codes = f"SELECT {', '.join(_AUTH)} FROM {{oauthauthdata}}"
        self._tokens = f"SELECT {', '.join(_ACCESS)} FROM {{oauthaccessdata}}"

    # -- applications

    def app(self, app_id: str) -> OAuthApp | None:
        """Return an application, or None."""
        row = self._db.fetch_one(f"{self._apps} WHERE id = ?", (app_id,))
        # SECURITY: MySQL finds ids in any case.
        return _app(row) if row is not None and row[0] == app_id else None

    def apps(self, page: Page, creator_id: str = "") -> list[OAuthApp]:
        """Return a page of applications, of one person or ("") of all, oldest first."""
        where, params = (" WHERE creatorid = ?", (creator_id,)) if creator_id else ("", ())
        sql = f"{self._apps}{where} ORDER BY createat, id LIMIT ? OFFSET ?"
        return [_app(row) for row in self._db.fetch_all(sql, (*params, page.limit, page.offset))]

    def apps_by_id(self, app_ids: list[str]) -> list[OAuthApp]:
        """Return those applications that exist, oldest first."""
        rows = self._db.select_in(f"{self._apps} WHERE id IN ({{ids}})", app_ids)
        return sorted((_app(row) for row in rows), key=lambda app: (app.create_at, app.id))

    def insert_app(self, app: OAuthApp) -> None:
        """Insert an application."""
        self._db.insert_many("oauthapps", _APP, [_app_row(app)])

    def update_app(self, app: OAuthApp) -> None:
        """Store what may change of an application."""
        sql = """UPDATE {oauthapps} SET updateat = ?, clientsecret = ?, name = ?, description = ?, callbackurls = ?,
            homepage = ?, istrusted = ?, iconurl = ? WHERE id = ?"""
        urls = json.encode_str(app.callback_urls)
        shown = (app.name, app.description, urls, app.homepage, app.is_trusted, app.icon_url)
        self._db.execute(sql, (app.update_at, app.client_secret, *shown, app.id))

    def delete_app(self, app_id: str) -> list[str]:
        """Delete an application, its codes and tokens; return the tokens."""
        tokens = [row[0] for row in self._db.fetch_all(f"{self._tokens} WHERE clientid = ?", (app_id,))]
        for table, column in (("oauthaccessdata", "clientid"), ("oauthauthdata", "clientid"), ("oauthapps", "id")):
            self._db.execute(f"DELETE FROM {{{table}}} WHERE {column} = ?", (app_id,))
        return tokens

    # -- codes

    @property
    def keeps_challenges(self) -> bool:
        """Say whether codes have a column for their challenge: databases before Mattermost 11 don't."""
        return bool(self._db.has_column("oauthauthdata", "codechallenge"))

    def insert_code(self, data: AuthData) -> None:
        """Insert a code."""
        row = tuple(getattr(data, name) for name in data.__struct_fields__)
        self._db.insert_many("oauthauthdata", _AUTH, [row])

    def code(self, code: str) -> AuthData | None:
        """Return a code, or None."""
        if code.startswith(_REFRESHED):
            return None
        row = self._db.fetch_one(f"{self._codes} WHERE code = ?", (code,))
        if row is None or row[0] != code:
            return None
        numbers = {"expires_in": row[3] or 0, "create_at": row[4] or 0}
        return AuthData(**_texts(AuthData.__struct_fields__, row) | numbers)

    def use_code(self, code: str) -> bool:
        """Use a code up; False when somebody else has just done so. One statement."""
        sql = "UPDATE {oauthauthdata} SET expiresin = ? WHERE code = ? AND expiresin > 0"
        return bool(self._db.execute(sql, (USED, code)))

    def delete_codes(self, before: int, *, refreshed_before: int) -> None:
        """Delete codes made before `before` (ms), and refresh tokens used before `refreshed_before`."""
        sql = "DELETE FROM {oauthauthdata} WHERE createat < ? AND (code NOT LIKE ? OR createat < ?)"
        self._db.execute(sql, (before, f"{_REFRESHED}%", refreshed_before))

    def delete_codes_of(self, client_id: str, user_id: str) -> None:
        """Delete the codes of an application for an account."""
        self._db.execute("DELETE FROM {oauthauthdata} WHERE clientid = ? AND userid = ?", (client_id, user_id))

    # -- refresh tokens that were used: hashes, kept among the used codes

    def remember_refreshed(self, data: AccessData, now: int) -> None:
        """Remember the refresh token of tokens that others take the place of. One INSERT."""
        row = (_hashed(data.refresh_token), data.client_id, data.user_id, USED, now)
        self._db.insert_many("oauthauthdata", _AUTH[:5], [row])

    def refreshed_for(self, token: str, client_id: str) -> str:
        """Return whose tokens an application refreshed with this one, "" for nobody's. One query."""
        sql = "SELECT userid FROM {oauthauthdata} WHERE code = ? AND clientid = ?"
        return str(self._db.fetch_value(sql, (_hashed(token), client_id)) or "")

    def forget_refreshed(self, client_id: str, user_id: str) -> None:
        """Forget the refresh tokens that an application has used for an account. One statement."""
        sql = "DELETE FROM {oauthauthdata} WHERE clientid = ? AND userid = ? AND code LIKE ?"
        self._db.execute(sql, (client_id, user_id, f"{_REFRESHED}%"))

    # -- tokens

    def access(self, client_id: str, user_id: str) -> AccessData | None:
        """Return the tokens of an application for an account, or None; who else wants to change them waits."""
        sql = f"{self._tokens} WHERE clientid = ? AND userid = ? {{for_update}}"
        return _access(self._db.fetch_one(sql, (client_id, user_id)))

    def by_refresh_token(self, token: str) -> AccessData | None:
        """Return the tokens with this refresh token, or None; who else wants to change them waits."""
        found = _access(self._db.fetch_one(f"{self._tokens} WHERE refreshtoken = ? {{for_update}}", (token,)))
        return found if found is not None and found.refresh_token == token else None

    def insert_access(self, data: AccessData) -> None:
        """Insert tokens."""
        row = tuple(getattr(data, name) for name in data.__struct_fields__)
        self._db.insert_many("oauthaccessdata", _ACCESS, [row])

    def delete_access(self, token: str) -> bool:
        """Delete the row of an access token; False when it is gone already."""
        return bool(self._db.execute("DELETE FROM {oauthaccessdata} WHERE token = ?", (token,)))

    def delete_access_of_user(self, user_id: str) -> None:
        """Delete all tokens of an account, or ("") of everybody."""
        where, params = (" WHERE userid = ?", (user_id,)) if user_id else ("", ())
        self._db.execute(f"DELETE FROM {{oauthaccessdata}}{where}", params)


def _hashed(refresh_token: str) -> str:
    return _REFRESHED + hashlib.sha256(refresh_token.encode("utf-8", "replace")).hexdigest()


def _app(row: tuple[Any, ...]) -> OAuthApp:
    urls = json.decode(row[7]) if row[7] else []
    return OAuthApp(
        id=row[0],
        creator_id=row[1] or "",
        create_at=row[2] or 0,
        update_at=row[3] or 0,
        client_secret=row[4] or "",
        name=row[5] or "",
        description=row[6] or "",
        callback_urls=[url for url in urls if isinstance(url, str)] if isinstance(urls, list) else [],
        homepage=row[8] or "",
        is_trusted=bool(row[9]),
        icon_url=row[10] or "",
        mattermost_app_id=row[11] or "",
        is_dynamically_registered=bool(row[12]),
    )


def _app_row(app: OAuthApp) -> tuple[Any, ...]:
    urls = json.encode_str(app.callback_urls)
    head = (app.id, app.creator_id, app.create_at, app.update_at, app.client_secret, app.name, app.description, urls)
    dynamic = app.is_dynamically_registered is True
    return (*head, app.homepage, app.is_trusted, app.icon_url, app.mattermost_app_id, dynamic)


def _access(row: tuple[Any, ...] | None) -> AccessData | None:
    if row is None:
        return None
    return AccessData(**_texts(AccessData.__struct_fields__, row) | {"expires_at": row[5] or 0})


def _texts(names: tuple[str, ...], row: tuple[Any, ...]) -> dict[str, Any]:
    """Return a row by names, "" for null."""
    return {name: value if value is not None else "" for name, value in zip(names, row, strict=True)}
