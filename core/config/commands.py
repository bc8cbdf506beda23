"""`hubbub config …`: what each command answers, as text and exit code."""

import json
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from typing import Any, Final, NamedTuple

from hubbub.core.config import environment
from hubbub.core.config.document import MISSING, assign, lookup
from hubbub.core.config.model import SETTINGS
from hubbub.core.config.problems import ConfigError, errors_of
from hubbub.core.config.setting import SettingInfo
from hubbub.core.config.store import ConfigStore

PLUGINS: Final = ("PluginSettings", "Plugins")
BY_NAME: Final[Mapping[str, SettingInfo]] = {info.name.casefold(): info for info in SETTINGS}


class Answer(NamedTuple):
    """What to print, and the exit code: 0 for success, 1 for a problem."""

    text: str
    code: int = 0


def check(store: ConfigStore) -> Answer:
    """List every problem of the file and the environment; fails if one of them is an error."""
    problems = store.check()
    if not problems:
        return Answer(f"{store.path}: no problems.")
    errors = len(errors_of(problems))
    summary = f"{store.path}: {errors} errors, {len(problems) - errors} warnings."
    return Answer("\n".join([*map(str, problems), summary]), 1 if errors else 0)


def show(store: ConfigStore) -> Answer:
    """Print the configuration in use, secrets masked."""
    return _guarded(lambda: Answer(_json(store.sanitized())))


def get(store: ConfigStore, key: str) -> Answer:
    """Print one value or one section, secrets masked."""

    def answer() -> Answer:
        path = _find(key)
        value = lookup(store.sanitized(), path) if path else MISSING
        return _unknown(key) if value is MISSING else Answer(_json(value))

    return _guarded(answer)


def set_value(store: ConfigStore, key: str, text: str) -> Answer:
    """Change one key; `text` is read as in an environment variable: true, 5, a b c, or JSON for objects."""

    def answer() -> Answer:
        change: dict[str, Any] = {}
        info = BY_NAME.get(key.casefold())
        if info is not None:
            value, problem = environment.read(info, {info.variable: text})
            if problem:
                return Answer(f"error: {info.name}: {problem.message} Nothing was changed.", 1)
            if info.variable in store.environ:
                return Answer(f"{info.name} is set by {info.variable}; change it there. Nothing was changed.", 1)
            assign(change, info.path, value)
        else:
            path = _find(key)
            if path is None or path[:2] != PLUGINS or len(path) < 4:
                return _unknown(key)
            assign(change, path, _loose(text))
        store.update(change, patch=True)
        restart = " It takes effect after a restart." if info is not None and info.setting.restart else ""
        return Answer(f"{info.name if info else key} is set.{restart}")

    return _guarded(answer)


def reset(store: ConfigStore, key: str) -> Answer:
    """Give one key, or every key of a section, its default."""

    def answer() -> Answer:
        path = _find(key)
        keys = [info.path for info in SETTINGS if path and info.path[: len(path)] == path]
        if not keys and path and path[:2] == PLUGINS:
            keys = [path]
        if not keys:
            return _unknown(key)
        store.reset(keys)
        return Answer(f"{'.'.join(path or ())} has its default.")

    return _guarded(answer)


def _find(key: str) -> tuple[str, ...] | None:
    """Return the path of a key or section in its declared spelling; ids of plugins may contain dots."""
    folded = key.casefold()
    if folded in BY_NAME:
        return BY_NAME[folded].path
    sections = {".".join(info.path[:end]): info.path[:end] for info in SETTINGS for end in range(1, len(info.path))}
    for name, path in sections.items():
        if name.casefold() == folded:
            return path
    prefix = ".".join(PLUGINS) + "."
    if not folded.startswith(prefix.casefold()):
        return None
    plugin_id, _, name = key[len(prefix) :].rpartition(".")
    return (*PLUGINS, plugin_id, name) if plugin_id else (*PLUGINS, name)


def _loose(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _json(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, indent=4, ensure_ascii=False)


def _unknown(key: str) -> Answer:
    names = {info.name.casefold(): info.name for info in SETTINGS}
    near = get_close_matches(key.casefold(), names, n=3)
    hint = f" Did you mean {', '.join(names[name] for name in near)}?" if near else ""
    return Answer(f"There is no setting {key}.{hint}", 1)


def _guarded(answer: Callable[[], Answer]) -> Answer:
    try:
        return answer()
    except ConfigError as error:
        return Answer(f"{error}\nNothing was changed.", 1)
