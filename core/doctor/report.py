"""What the doctor found, in sections, and the verdict."""

from dataclasses import dataclass, field
from typing import Final, Literal

Level = Literal["error", "warning", "note", "ok"]
_MARKS: Final[dict[Level, str]] = {"error": "NO ", "warning": "!  ", "note": "-  ", "ok": "ok "}


@dataclass
class Report:
    """Sections of lines; `error` lines forbid to go."""

    sections: dict[str, list[tuple[Level, str]]] = field(default_factory=dict)

    def add(self, section: str, level: Level, text: str) -> None:
        """Add a line."""
        self.sections.setdefault(section, []).append((level, text))

    def count(self, level: Level) -> int:
        """Return how many lines of a level there are."""
        return sum(found == level for lines in self.sections.values() for found, _ in lines)

    @property
    def is_go(self) -> bool:
        """Whether nothing forbids to go."""
        return not self.count("error")

    def text(self) -> str:
        """Return all of it as text for people."""
        blocks = [
            f"{section}\n" + "\n".join(f"  {_MARKS[level]} {text}" for level, text in lines)
            for section, lines in self.sections.items()
        ]
        return "\n\n".join([*blocks, self.verdict])

    @property
    def verdict(self) -> str:
        """The last line."""
        if not self.is_go:
            return f"No go: {self.count('error')} of the above must be mended first. Nothing was changed."
        warnings = self.count("warning")
        things = "1 thing" if warnings == 1 else f"{warnings} things"
        return f"Go{f', with {things} to know about' if warnings else ''}. Nothing was changed."
