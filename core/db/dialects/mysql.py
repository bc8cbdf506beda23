"""MySQL and MariaDB, for sites that were started on them."""

from collections.abc import Mapping, Sequence
from typing import ClassVar, Final

from hubbub.core.db.dialects.base import Dialect, Engine

KNOWN_TABLES: Final = (
    "Audits Bots ChannelBookmarks ChannelMemberHistory ChannelMembers Channels ClusterDiscovery Commands"
    " CommandWebhooks Compliances DesktopTokens Drafts Emoji FileInfo GroupChannels GroupMembers GroupTeams"
    " IncomingWebhooks Jobs Licenses LinkMetadata NotifyAdmin OAuthAccessData OAuthApps OAuthAuthData"
    " OutgoingOAuthConnections OutgoingWebhooks PersistentNotifications PluginKeyValueStore PostAcknowledgements"
    " PostReminders Posts PostsPriority Preferences ProductNoticeViewState PublicChannels Reactions"
    " RecentSearches RemoteClusters RetentionIdsForDeletion RetentionPolicies RetentionPoliciesChannels"
    " RetentionPoliciesTeams Roles ScheduledPosts Schemes Sessions SharedChannelAttachments SharedChannelRemotes"
    " SharedChannels SharedChannelUsers SidebarCategories SidebarChannels Status Systems TeamMembers Teams"
    " TermsOfService ThreadMemberships Threads Tokens TrueUpReviewHistory UploadSessions UserAccessTokens UserGroups"
    " UserTermsOfService Users"
).split()

_COLLATION: Final = "utf8mb4_general_ci"
KEPT: Final = "IF(LAST_INSERT_ID(1), {column}, {column})"
"""The old value, and a mark for `MysqlSession.execute` that there was one: affected rows are 1 in either case."""


class MysqlDialect(Dialect):
    """MySQL 8 or MariaDB 10.5 or later, with sql_mode ANSI_QUOTES and PIPES_AS_CONCAT set per connection.

    Table names are case-sensitive on most servers: names found in the database win, else the reference's spelling.
    """

    engine: ClassVar[Engine] = "mysql"
    parameter: ClassVar[str] = "%s"
    words: ClassVar[Mapping[str, str]] = {
        "greatest": "GREATEST",
        "least": "LEAST",
        "ilike": "LIKE",
        "for_update": "FOR UPDATE",
    }
    lists: ClassVar[bool] = True
    max_parameters: ClassVar[int] = 30_000
    max_list: ClassVar[int] = 900  # from 1,000 on MariaDB makes a temporary table of them, and may read all rows

    def __init__(self) -> None:
        self._names = {name.lower(): name for name in KNOWN_TABLES}
        self.collation = _COLLATION

    def learn_tables(self, collations: Mapping[str, str]) -> None:
        """Take the spelling of the tables that exist in the database, and the collation that most of them have."""
        self._names.update((name.lower(), name) for name in collations)
        usable = [collation for collation in collations.values() if collation.startswith("utf8mb4")]
        if usable:
            self.collation = max(usable, key=usable.count)

    def table(self, name: str) -> str:
        return self._names.get(name, name)

    def ignore_duplicates(self, columns: Sequence[str]) -> str:
        return f" ON DUPLICATE KEY UPDATE {columns[0]} = {KEPT.format(column=columns[0])}"

    def upsert(self, key_columns: Sequence[str], update: Sequence[str] | Mapping[str, str]) -> str:
        if not update:
            return self.ignore_duplicates(key_columns)
        return f" ON DUPLICATE KEY UPDATE {self.assignments(update)}"

    def new_value(self, column: str) -> str:
        return f"VALUES({column})"

    def json_text(self, column: str, key: str) -> str:
        return f"JSON_UNQUOTE(JSON_EXTRACT({column}, '$.{key}'))"
