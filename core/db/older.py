"""Columns that the tables of an older Mattermost lack, and how statements do without them.

Hubbub adds no column to a table that a Mattermost server made: servers of that version may read whole rows and stop
at a column they don't know, and their own later migrations expect to add it. So a statement that names such a column
is rewritten when the database is opened: what is read is the column's default, what is inserted leaves it out.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from hubbub.core.db.session import Params

Missing = Mapping[str, Mapping[str, str]]
"""Table → column → the SQL for its default."""

_TEXT: Final = "''"
NEWER: Final[Missing] = {
    "channelmembers": {"autotranslation": "false", "autotranslationdisabled": "false"},
    "channels": {"autotranslation": "false", "bannerinfo": "NULL", "defaultcategoryname": _TEXT},
    "drafts": {"type": "NULL"},
    "oauthaccessdata": {"audience": _TEXT},
    "oauthapps": {"isdynamicallyregistered": "false"},
    "oauthauthdata": {"codechallenge": _TEXT, "codechallengemethod": _TEXT, "resource": _TEXT},
    "postacknowledgements": {"channelid": _TEXT, "remoteid": _TEXT},
    "remoteclusters": {"defaultteamid": _TEXT, "deleteat": "0", "lastglobalusersyncat": "0"},
    "roles": {"schemeid": "NULL"},
    "sharedchannelremotes": {"deleteat": "0", "lastmemberssyncat": "0"},
    "sharedchannelusers": {"lastmembershipsyncat": "0"},
    "users": {"mfausedtimestamps": "NULL"},
}
"""What Mattermost added after v9.10, up to v11.6."""
SINCE: Final[Mapping[tuple[str, str], int]] = {
    ("remoteclusters", "defaultteamid"): 125,
    ("remoteclusters", "deleteat"): 126,
    ("sharedchannelremotes", "deleteat"): 126,
    ("users", "mfausedtimestamps"): 127,
    ("channels", "bannerinfo"): 133,
    ("channels", "defaultcategoryname"): 138,
    ("remoteclusters", "lastglobalusersyncat"): 139,
    ("sharedchannelremotes", "lastmemberssyncat"): 140,
    ("postacknowledgements", "channelid"): 141,
    ("channels", "autotranslation"): 147,
    ("channelmembers", "autotranslation"): 147,
    ("channelmembers", "autotranslationdisabled"): 151,
    ("roles", "schemeid"): 156,
}
"""Which of Mattermost's migrations brings a column, as far as that is certain."""

_INSERT: Final = re.compile(r"\s*INSERT\b", re.I)
_WORDS: Final = frozenset({"ids", "greatest", "least", "ilike", "for_update"})
_TABLES: Final = re.compile(r"\{(?P<table>[a-z_][a-z0-9_]*)\}(?:\s+(?:AS\s+)?(?P<alias>[a-z_][a-z0-9_]*))?", re.I)
_NAMES: Final = re.compile(
    r"""(?P<kept>'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|/\*.*?\*/|\bAS\s+\w+)
      | (?:(?P<owner>\{[a-z_][a-z0-9_]*\}|\b[a-z_][a-z0-9_]*)\.)?(?<![\w{])(?P<column>[a-z_][a-z0-9_]*)(?![\w}(])""",
    re.VERBOSE | re.DOTALL | re.I,
)


def concerns(sql: str, tables: Missing = NEWER) -> bool:
    """Say whether `sql` (source text) names a column that some databases lack."""
    return any(f"{{{table}}}" in sql and any(column in sql for column in columns) for table, columns in tables.items())


def rewritten(sql: str, missing: Missing) -> str:
    """Return `sql` with each column that is missing replaced by its default; what `Database` inserts it adapts itself.

    A name without a table in front counts as missing when no other table of the statement could have it.
    """
    if not missing or _INSERT.match(sql):
        return sql
    owners: dict[str, str] = {}
    for match in _TABLES.finditer(sql):
        if match["table"] in _WORDS:
            continue
        owners[f"{{{match['table']}}}"] = owners[(match["alias"] or match["table"]).lower()] = match["table"]
    defaults = {owner: missing[table] for owner, table in owners.items() if table in missing}
    if not defaults:
        return sql
    bare = defaults[next(iter(defaults))] if len(set(owners.values())) == 1 else {}

    def replace(match: re.Match[str]) -> str:
        if match["kept"]:
            return match[0]
        columns = defaults.get(match["owner"].lower(), {}) if match["owner"] else bare
        return columns.get(match["column"].lower(), match[0])

    return _NAMES.sub(replace, sql)


def without(columns: Sequence[str], rows: Iterable[Params], absent: Mapping[str, str]) -> tuple[list[str], list[Any]]:
    """Return `columns` and `rows` without what is `absent`."""
    kept = [position for position, column in enumerate(columns) if column not in absent]
    return [columns[position] for position in kept], [[row[position] for position in kept] for row in rows]
