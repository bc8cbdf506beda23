"""From a document and the environment to a checked Config."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import msgspec

from hubbub.core.config import environment
from hubbub.core.config.document import MISSING, Path, assign, lookup
from hubbub.core.config.model import SETTINGS, Config
from hubbub.core.config.problems import Problem
from hubbub.core.config.rules import check_bounds, check_rules
from hubbub.core.config.setting import SettingInfo, is_section, split_annotation

HOURS_FROM_DAYS: Final = ("SessionLengthWebIn", "SessionLengthMobileIn", "SessionLengthSSOIn")
ALIASES: Final = {("SqlSettings.DriverName", "sqlite3"): "sqlite"}
"""Other words for a value."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """A configuration and everything that is wrong with it; with an error among that, do not use it."""

    config: Config
    problems: tuple[Problem, ...]


def decode(document: Mapping[str, Any], environ: Mapping[str, str]) -> Decoded:
    """Return the configuration that a canonical document and the environment make.

    A value that can't be used is reported and replaced by its default, so that all problems show at once.
    """
    existing = lookup(document, ("ServiceSettings", "SiteURL")) is not MISSING
    environ = dict(environ)  # PERF: asked for each setting, and the system's own is slow to say no
    values: dict[str, Any] = {}
    problems = [*_misshapen_sections(document)]
    for info in SETTINGS:
        value, found = _value(info, document, environ, existing=existing)
        problems += found
        assign(values, info.path, value)
    _derive(values, document, environ)
    config: Config = _build(Config, values)
    problems += check_rules(config)
    return Decoded(config, tuple(problems))


def defaults(*, existing: bool = False) -> Config:
    """Return the defaults of a new configuration, or those that fill an `existing` one with a SiteURL."""
    values: dict[str, Any] = {}
    for info in SETTINGS:
        assign(values, info.path, info.default(existing=existing))
    config: Config = _build(Config, values)
    return config


def _value(
    info: SettingInfo, document: Mapping[str, Any], environ: Mapping[str, str], *, existing: bool
) -> tuple[Any, list[Problem]]:
    problems: list[Problem] = []
    given, problem = environment.read(info, environ)
    remedy = f"Correct or unset the environment variable {info.variable}."
    if problem:
        problems.append(problem)
    if given is MISSING:
        given = lookup(document, info.path)
        remedy = "Correct the value, or remove the key to get the default."
    if given is MISSING:
        return info.default(existing=existing), problems
    given = ALIASES.get((info.name, given), given) if isinstance(given, str) else given
    try:
        value = msgspec.convert(given, info.type, strict=True)
    except msgspec.ValidationError as error:
        shown = None if info.setting.secret else given
        problems.append(Problem(info.name, shown, f"{error}.", remedy))
        return info.default(existing=existing), problems
    return value, problems + check_bounds(info, value)


def _derive(values: dict[str, Any], document: Mapping[str, Any], environ: Mapping[str, str]) -> None:
    """Fill what follows from other keys: older files say session lengths in days only."""
    service = values["ServiceSettings"]
    for stem in HOURS_FROM_DAYS:
        path: Path = ("ServiceSettings", f"{stem}Hours")
        if lookup(document, path) is MISSING and f"MM_SERVICESETTINGS_{stem.upper()}HOURS" not in environ:
            service[f"{stem}Hours"] = service[f"{stem}Days"] * 24


def _build(section: Any, values: Mapping[str, Any]) -> Any:
    parts = _parts(section).items()
    return section(**{name: values[name] if part is None else _build(part, values[name]) for name, part in parts})


@cache
def _parts(section: Any) -> dict[str, Any]:
    """Return name → section for what is one within a section, None for settings."""
    types = {field.name: split_annotation(field.type)[0] for field in msgspec.structs.fields(section)}
    return {name: type_ if is_section(type_) else None for name, type_ in types.items()}


def _misshapen_sections(document: Mapping[str, Any]) -> list[Problem]:
    """Report sections that are not objects, which would otherwise read as empty."""
    problems = []
    for path in dict.fromkeys(info.path[:end] for info in SETTINGS for end in range(1, len(info.path))):
        value = lookup(document, path)
        if value is not MISSING and not isinstance(value, Mapping):
            problems.append(
                Problem(".".join(path), value, "A section has to be an object.", "Write { … } or remove it.")
            )
    return problems
