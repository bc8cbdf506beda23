"""Finding people: lists, search, who knows whom."""

from typing import Final

import msgspec

from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.users import User
from hubbub.core.http.paging import Page
from hubbub.plugins.users.directory_store import DirectoryStore, Filter

SEARCH_LIMIT_DEFAULT: Final = 100
SEARCH_LIMIT_MAXIMUM: Final = 1000
MAX_WORDS: Final = 8
_CHUNK: Final = 500


class Directory:
    """Finds accounts; what of them is shown is for the routes to say."""

    def __init__(self, context: PluginContext, store: DirectoryStore) -> None:
        self._context = context
        self._store = store

    def find(self, wanted: Filter, page: Page) -> list[User]:
        """Return a page of accounts."""
        return self._store.find(wanted, page)

    def count(self, wanted: Filter) -> int:
        """Return how many accounts there are."""
        return self._store.count(wanted)

    def by_ids(self, user_ids: list[str], *, updated_after: int, known_to: str) -> list[User]:
        """Return the accounts that exist, were changed since, and that the viewer may see; by user name."""
        found: list[User] = []
        for start in range(0, len(user_ids), _CHUNK):
            chunk = user_ids[start : start + _CHUNK]
            wanted = Filter(ids=chunk, updated_after=updated_after, known_to=known_to)
            found += self._store.find(wanted, Page(0, len(chunk)))
        return sorted(found, key=lambda user: user.username)

    def search(self, term: str, wanted: Filter, *, limit: int, all_fields: bool) -> list[User]:
        """Return accounts of which each word of `term` begins one of the names.

        `all_fields` looks into what PrivacySettings hide as well: full names and e-mail addresses.
        """
        words = term.lower().replace(",", " ").split()[:MAX_WORDS]
        wanted = msgspec.structs.replace(
            wanted, words=[word.lstrip("@") for word in words], word_columns=self._columns(all_fields)
        )
        return self._store.find(wanted, Page(0, max(1, min(limit, SEARCH_LIMIT_MAXIMUM))))

    def _columns(self, all_fields: bool) -> tuple[str, ...]:
        privacy = self._context.config.PrivacySettings
        columns = ["username", "nickname"]
        if all_fields or privacy.ShowFullName:
            columns += ["firstname", "lastname"]
        if all_fields or privacy.ShowEmailAddress:
            columns.append("email")
        return tuple(columns)

    def outside_domains(self, domains: str, page: Page) -> list[User]:
        """Return people (no guests, no bots) whose address is of none of the domains; none named: nobody."""
        names = [name.strip().lstrip("@").lower() for name in domains.replace(",", " ").split()]
        return self._store.outside_domains([name for name in names if name], page) if any(names) else []

    def group_source(self, group_id: str) -> str | None:
        """Return where a group comes from; None for one that isn't there."""
        return self._store.group_source(group_id)

    def known_ids(self, viewer_id: str) -> list[str]:
        """Return the ids of everybody who shares a channel with the viewer."""
        return self._store.known_ids(viewer_id)

    def group_members(self, viewer_id: str, channel_ids: list[str]) -> dict[str, list[User]]:
        """Return the members of the viewer's group channels among these, by channel."""
        return self._store.group_members(viewer_id, channel_ids)

    def allowed_domains_of_invite(self, invite_id: str) -> str | None:
        """Return the domains that a team's invitation is for ("" any); None for no such team."""
        return self._store.allowed_domains_of_invite(invite_id)
