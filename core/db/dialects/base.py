"""Everything in which the engines differ, as far as SQL text goes."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import ClassVar, Literal

Engine = Literal["sqlite", "postgres", "mysql"]


class Dialect(ABC):
    """How one engine writes what another writes differently."""

    engine: ClassVar[Engine]
    parameter: ClassVar[str]
    words: ClassVar[Mapping[str, str]]
    """`{name}` tokens of source SQL that aren't tables."""
    lists: ClassVar[bool]
    """A tuple may be given for one placeholder (`IN ?`)."""
    max_parameters: ClassVar[int]
    max_list: ClassVar[int] = 10_000
    """How many values one IN has at most; longer lists are asked in several queries."""
    collation: str = ""
    """Of new tables, where the engine wants one named: texts of different collations can't be compared there."""

    def table(self, name: str) -> str:
        """Return the name by which the engine knows the table `name` (lower case as in the schema)."""
        return name

    def quote(self, name: str) -> str:
        """Return `name` as a quoted identifier."""
        return '"' + name.replace('"', '""') + '"'

    def like(self, text: str) -> str:
        """Return `text` with the wildcards of LIKE made literal; the source says `LIKE ? ESCAPE '*'`."""
        return text.replace("*", "**").replace("%", "*%").replace("_", "*_")

    def ignore_duplicates(self, columns: Sequence[str]) -> str:
        """Return what follows an INSERT so that rows whose key exists are left out."""
        return " ON CONFLICT DO NOTHING"

    def upsert(self, key_columns: Sequence[str], update: Sequence[str] | Mapping[str, str]) -> str:
        """Return what follows an INSERT so that an existing row's `update` columns are set.

        They are set to the new row's values, or where `update` is a mapping to its expressions.
        """
        conflict = f" ON CONFLICT ({', '.join(key_columns)}) DO "
        return conflict + (f"UPDATE SET {self.assignments(update)}" if update else "NOTHING")

    def assignments(self, update: Sequence[str] | Mapping[str, str]) -> str:
        """Return `update` as it follows SET."""
        values = update if isinstance(update, Mapping) else {column: self.new_value(column) for column in update}
        return ", ".join(f"{column} = {value}" for column, value in values.items())

    def new_value(self, column: str) -> str:
        """Return how an upsert's expression names the new row's `column`."""
        return f"excluded.{column}"

    @abstractmethod
    def json_text(self, column: str, key: str) -> str:
        """Return the expression for the text under `key` of the JSON object in `column`."""
