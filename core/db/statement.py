"""SQL that is written once and rendered once for the engine in use.

Source text: `?` is a parameter (`??` a literal question mark), `{posts}` a table, `{greatest}` and the other names
in a dialect's `words` what the engine calls them. String literals and comments are left alone.
"""

import re
from collections.abc import Callable, Mapping
from typing import Final

_TOKENS: Final = re.compile(
    r"""(?P<quoted>'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|/\*.*?\*/)
      | (?P<literal>\?\?) | (?P<parameter>\?) | (?P<percent>%)
      | \{(?P<name>[a-z_][a-z0-9_]*)\}""",
    re.VERBOSE | re.DOTALL,
)
_WRITES: Final = re.compile(
    r"\b(INSERT|UPDATE|DELETE|REPLACE|CREATE|ALTER|DROP|TRUNCATE|REINDEX|VACUUM|GRANT|LOCK|CALL|DO|REFRESH)\b", re.I
)
_READS: Final = re.compile(r"[\s(]*(SELECT|WITH|VALUES|SHOW|EXPLAIN|TABLE)\b", re.I)
_FOR_UPDATE: Final = re.compile(r"\bFOR\s+(UPDATE|SHARE|NO\s+KEY)\b|\bpg_(try_)?advisory|\bset_config\b", re.I)


class Statement:
    """One statement of one database: `source` as written, `text` as the driver takes it.

    `reads` says that it changes nothing: such a statement may be repeated on another connection.
    """

    __slots__ = ("reads", "source", "text")

    def __init__(self, source: str, text: str, reads: bool) -> None:
        self.source = source
        self.text = text
        self.reads = reads

    def replace_text(self, text: str) -> None:
        """Have another text run: the database isn't quite as `source` supposes."""
        self.text = text

    def __repr__(self) -> str:
        return f"Statement({self.source!r})"


def is_read(source: str) -> bool:
    """Say whether `source` certainly changes nothing; when in doubt it does."""
    bare = _TOKENS.sub(lambda match: "''" if match["quoted"] else match[0], source)
    return bool(_READS.match(bare)) and not _WRITES.search(bare) and not _FOR_UPDATE.search(bare)


def render(source: str, *, parameter: str, words: Mapping[str, str], table: Callable[[str], str]) -> str:
    """Return `source` with its placeholders as `parameter`, and names through `words`, then `table`.

    Drivers whose parameter is `%s` format the text, so a literal `%` is doubled for them.
    """
    percent = "%%" if "%" in parameter else "%"

    def replace(match: re.Match[str]) -> str:
        if match["quoted"]:
            return match[0].replace("%", percent)
        if match["literal"]:
            return "?"
        if match["parameter"]:
            return parameter
        if match["percent"]:
            return percent
        name = match["name"]
        return words[name] if name in words else table(name)

    return _TOKENS.sub(replace, source)
