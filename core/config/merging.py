"""Bringing a change, or fresh secrets, into the document of config.json."""

import copy
import secrets as randomness
from collections.abc import Mapping
from importlib.resources import files as resource_files
from typing import Any, Final

import msgspec

from hubbub.core.config.decode import defaults
from hubbub.core.config.document import MISSING, Document, assign, canonical, lookup, parse, remove
from hubbub.core.config.model import SETTINGS, Config, value_at
from hubbub.core.config.problems import Problem
from hubbub.core.config.secrets import unmask
from hubbub.core.config.setting import MASK, SettingInfo

ALPHABET: Final = "abcdefghijkmnopqrstuvwxyz13456789"
NEVER_WRITTEN: Final = "FeatureFlags"


def starting_document() -> Document:
    """Return the document of a new installation: all defaults, the shipped starting point, fresh secrets."""
    document: Document = msgspec.to_builtins(defaults(), builtin_types=())
    document.pop(NEVER_WRITTEN)
    shipped = resource_files("hubbub.config").joinpath("config.default.json").read_bytes()
    for section, values in canonical(parse(shipped, "config.default.json")).items():
        document.setdefault(section, {}).update(values)
    fill_random(document, {})
    return document


def fill_random(document: Document, environ: Mapping[str, str], like: Config | None = None) -> bool:
    """Give every generated secret without a value a fresh one, or that of `like`; return whether one was missing."""
    filled = False
    for info in SETTINGS:
        if not info.setting.random or info.variable in environ:
            continue
        # A section that is no object is a mistake to report, not one to write over.
        if not isinstance(document.get(info.path[0], {}), Mapping):
            continue
        if lookup(document, info.path) in (MISSING, ""):
            known = "" if like is None else value_at(like, info.path)
            assign(document, info.path, known or _random_text(info.setting.random))
            filled = True
    return filled


def merge(
    before: Document, change: Mapping[str, Any], *, patch: bool, environ: Mapping[str, str]
) -> tuple[Document, list[Problem]]:
    """Return the canonical document `before` with `change` brought in, and what of it makes no sense.

    See `ConfigStore.update` for what stays as it was.
    """
    after = copy.deepcopy(before)
    incoming = canonical(change)
    problems: list[Problem] = []
    for info in SETTINGS:
        if info.variable in environ:
            continue
        value = lookup(incoming, info.path)
        if value is not MISSING:
            problems += _bring_in(info, value, after, patch=patch)
        elif not patch and not info.setting.ours and not info.setting.random and info.path[0] != NEVER_WRITTEN:
            assign(after, info.path, _plain_default(info))
    problems += _misshapen(incoming)
    fill_random(after, environ)
    return after, problems


def _random_text(length: int) -> str:
    return "".join(randomness.choice(ALPHABET) for _ in range(length))


def _bring_in(info: SettingInfo, value: Any, after: Document, *, patch: bool) -> list[Problem]:
    stored = lookup(after, info.path)
    value = unmask(value, stored)
    if value is MISSING:
        remove(after, info.path)
        return []
    if _holds_mask(value):
        return [Problem(info.name, None, "The mask stands where there is no stored secret.", "Send the secret.")]
    if patch and isinstance(value, Mapping) and isinstance(stored, Mapping):
        value = _deep_merge(stored, value)
    if info.path[0] == NEVER_WRITTEN and stored is MISSING and value == info.default(existing=True):
        return []
    assign(after, info.path, value)
    return []


def _deep_merge(old: Mapping[str, Any], new: Mapping[str, Any]) -> Document:
    """Return `old` with `new` laid over it; null takes a key out (JSON merge patch, RFC 7396)."""
    spelling = {key.casefold(): key for key in old}
    result = dict(old)
    for key, value in new.items():
        name = key if key in old else spelling.get(key.casefold(), key)
        if value is None:
            result.pop(name, None)
            continue
        both = isinstance(value, Mapping) and isinstance(result.get(name), Mapping)
        result[name] = _deep_merge(result[name], value) if both else value
    return result


def _holds_mask(value: Any) -> bool:
    if isinstance(value, Mapping):
        return any(map(_holds_mask, value.values()))
    return any(map(_holds_mask, value)) if isinstance(value, list) else value == MASK


def _plain_default(info: SettingInfo) -> Any:
    return msgspec.to_builtins(info.default(existing=True), builtin_types=())


def _misshapen(incoming: Mapping[str, Any]) -> list[Problem]:
    sections = {info.path[0] for info in SETTINGS}
    return [
        Problem(key, None, "A section has to be an object.", "Send { … } or leave it out.")
        for key, value in incoming.items()
        if key in sections and not isinstance(value, Mapping)
    ]
