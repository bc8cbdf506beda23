"""What can be wrong with a configuration, and the errors that say so."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from hubbub.core.contracts.errors import BadRequest

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: the dotted key, its value, what is wrong and what to do.

    A secret's value is never put here. ``id`` is what the API answers with when the value was sent there.
    """

    key: str
    value: Any
    message: str
    remedy: str
    severity: Severity = "error"
    id: str = "model.config.is_valid.app_error"

    def __str__(self) -> str:
        shown = "" if self.value is None else f" is {_short(self.value)}"
        return f"{self.severity}: {self.key}{shown}: {self.message} {self.remedy}"


class ConfigError(BadRequest):
    """A configuration that can't be used; ``problems`` holds everything that is wrong with it."""

    id: ClassVar[str] = "model.config.is_valid.app_error"

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        first = next((problem for problem in self.problems if problem.severity == "error"), None)
        super().__init__("\n".join(map(str, self.problems)), id=first.id if first else None)
        self.fields = {one.key: f"{one.message} {one.remedy}" for one in errors_of(self.problems)}

    def __str__(self) -> str:
        return self.text


class ConfigWriteError(ConfigError):
    """The configuration could not be written; the file and the running configuration are as they were."""

    id: ClassVar[str] = "app.save_config.app_error"
    status_code: ClassVar[int] = 500


def errors_of(problems: Iterable[Problem]) -> list[Problem]:
    """Return the problems that forbid using the configuration."""
    return [problem for problem in problems if problem.severity == "error"]


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}..."
