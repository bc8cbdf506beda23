"""The site's own terms of service: their versions, and who accepted which."""

from typing import Any

import msgspec

from hubbub.core.clock import now_ms
from hubbub.core.contracts.errors import BadRequest, NotFound
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.users import User
from hubbub.core.ids import new_id

TEXT_MAXIMUM = 16_383
_LATEST = "latest"


class TermsOfService(msgspec.Struct, kw_only=True):
    """A version of the terms."""

    id: str
    create_at: int
    user_id: str
    text: str


class UserTermsOfService(msgspec.Struct, kw_only=True):
    """Who accepted which version when."""

    user_id: str
    terms_of_service_id: str
    create_at: int


class NoTerms(NotFound):
    id = "app.terms_of_service.get.no_rows.app_error"
    message = "There are no such terms of service."


class NotAccepted(NotFound):
    id = "app.user_terms_of_service.get_by_user.no_rows.app_error"
    message = "The user has not accepted any terms of service."


class TermsOff(BadRequest):
    id = "api.create_terms_of_service.custom_terms_of_service_disabled.app_error"
    message = "The site's own terms are turned off (SupportSettings.CustomTermsOfServiceEnabled)."


class EmptyTerms(BadRequest):
    id = "api.create_terms_of_service.empty_text.app_error"
    message = "Terms of service need a text of 1 to {limit} characters."


class Terms:
    """Versions of the terms, the latest of which counts; only asked where they are turned on."""

    def __init__(self, context: PluginContext) -> None:
        self._context = context
        self._db = context.db
        self._cache = context.cache("terms", max_items=100)

    @property
    def enabled(self) -> bool:
        """Say whether people have to accept the site's own terms."""
        return bool(self._context.config.SupportSettings.CustomTermsOfServiceEnabled)

    def latest(self) -> TermsOfService:
        """Return the version that counts. Raises `NoTerms`. Cached."""
        terms: TermsOfService | None = self._cache.get_or_load(_LATEST, lambda *_: self._load(""))
        if terms is None:
            raise NoTerms
        return terms

    def _load(self, terms_id: str) -> TermsOfService | None:
        where, params = (" WHERE id = ?", (terms_id,)) if terms_id else ("", ())
        sql = f"SELECT id, createat, userid, text FROM {{termsofservice}}{where} ORDER BY createat DESC, id LIMIT 1"
        row = self._db.fetch_one(sql, params)
        return row and TermsOfService(id=row[0], create_at=row[1] or 0, user_id=row[2] or "", text=row[3] or "")

    def create(self, text: str, user_id: str) -> TermsOfService:
        """Make a new version, unless the text is the latest one's. Raises `TermsOff`, `EmptyTerms`."""
        if not self.enabled:
            raise TermsOff
        if not 1 <= len(text) <= TEXT_MAXIMUM:
            raise EmptyTerms(limit=TEXT_MAXIMUM)
        latest = self._load("")
        if latest is not None and latest.text == text:
            return latest
        now = max(now_ms(), latest.create_at + 1 if latest else 0)
        terms = TermsOfService(id=new_id(), create_at=now, user_id=user_id, text=text)
        with self._db.transaction():
            self._db.insert_many(
                "termsofservice", ("id", "createat", "userid", "text"), [msgspec.structs.astuple(terms)]
            )
            self._cache.invalidate(_LATEST)
        return terms

    def accepted_by(self, user_id: str) -> UserTermsOfService:
        """Return what a user accepted. Raises `NotAccepted`."""
        sql = "SELECT userid, termsofserviceid, createat FROM {usertermsofservice} WHERE userid = ?"
        row = self._db.fetch_one(sql, (user_id,))
        if row is None:
            raise NotAccepted
        return UserTermsOfService(user_id=row[0], terms_of_service_id=row[1] or "", create_at=row[2] or 0)

    def decide(self, user_id: str, terms_id: str, *, accepted: bool) -> None:
        """Note that a user accepted a version, or no longer accepts any. Raises `NoTerms`."""
        if self._load(terms_id) is None:
            raise NoTerms
        if accepted:
            columns = ("userid", "termsofserviceid", "createat")
            self._db.upsert("usertermsofservice", columns, ("userid",), [(user_id, terms_id, now_ms())])
        else:
            self._db.execute("DELETE FROM {usertermsofservice} WHERE userid = ?", (user_id,))

    def with_accepted(self, user: User) -> User:
        """Return one's own record with what one accepted, where that is asked for. One query there, none elsewhere."""
        if not self.enabled:
            return user
        try:
            accepted = self.accepted_by(user.id)
        except NotAccepted:
            return user
        fields: dict[str, Any] = {"terms_of_service_id": accepted.terms_of_service_id}
        return msgspec.structs.replace(user, terms_of_service_create_at=accepted.create_at, **fields)
