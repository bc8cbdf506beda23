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
    returning: ClassVar[bool]
    """INSERT, UPDATE and DELETE take RETURNING."""
    max_parameters: ClassVar[int]

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

    def upsert(self, key_columns: Sequence[str], update: Sequence[str], values: Mapping[str, str] | None = None) -> str:
        """Return what follows an INSERT so that an existing row gets `update` columns from the new one.

        `values` gives other expressions for a column; in them `new_value(column)` names the new row's.
        """
        if not update:
            return f" ON CONFLICT ({', '.join(key_columns)}) DO NOTHING"
        assignments = ", ".join(f"{column} = {self._assigned(column, values)}" for column in update)
        return f" ON CONFLICT ({', '.join(key_columns)}) DO UPDATE SET {assignments}"

    def _assigned(self, column: str, values: Mapping[str, str] | None) -> str:
        return (values or {}).get(column) or self.new_value(column)

    def new_value(self, column: str) -> str:
        """Return how an upsert's expression names the new row's `column`."""
        return f"excluded.{column}"

    @abstractmethod
    def json_text(self, column: str, key: str) -> str:
        """Return the expression for the text under `key` of the JSON object in `column`."""
