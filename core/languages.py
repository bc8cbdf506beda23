"""Texts in several languages: a folder with one JSON file per language, read when it is first asked for."""

from pathlib import Path
from typing import Final, Generic, TypeVar

import msgspec

T = TypeVar("T")
FALLBACK: Final = "en"


class Languages(Generic[T]):
    """The languages of one folder, each a `type`; English is complete and stands in for what there isn't."""

    def __init__(self, folder: Path, type: type[T]) -> None:
        self._folder = folder
        self._type = type
        self._read: dict[str, T] = {}
        self.names: Final = tuple(sorted(path.stem for path in folder.glob("*.json")))

    def get(self, name: str) -> T:
        """Return the texts of a language that there is."""
        found = self._read.get(name)
        if found is None:
            content = (self._folder / f"{name}.json").read_bytes()
            found = self._read[name] = msgspec.json.decode(content, type=self._type)
        return found

    def best(self, *locales: str) -> str:
        """Return the first language that there is, exactly or without its country (`de-AT` is read as `de`)."""
        for locale in locales:
            for name in (locale, locale.replace("_", "-").split("-")[0].lower()):
                if name in self.names:
                    return name
        return FALLBACK
