"""Secrets: hidden on the way out, restored on the way in."""

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from hubbub.core.config.document import MISSING, assign
from hubbub.core.config.model import SETTINGS, Config, value_at
from hubbub.core.config.setting import MASK, split_annotation

SECRET_WORDS: Final = (
    "secret",
    "password",
    "passwd",
    "token",
    "apikey",
    "api_key",
    "privatekey",
    "private_key",
    "salt",
)
"""Parts of a key's name that make it a secret where no plugin has declared it."""


def sanitized(config: Config, plugins: Mapping[str, type[msgspec.Struct]]) -> dict[str, Any]:
    """Return the configuration as plain JSON values with every secret replaced by the mask.

    Empty secrets stay empty, so that one sees they are not set. `plugins` are the declared sections by plugin id; of
    a plugin without one, every key that is named like a secret is masked.
    """
    result: dict[str, Any] = {}
    declared = {plugin_id.casefold(): section for plugin_id, section in plugins.items()}
    for info in SETTINGS:
        plain = msgspec.to_builtins(value_at(config, info.path))
        if info.name == "PluginSettings.Plugins":
            plain = {name: _mask_plugin(values, declared.get(name.casefold())) for name, values in plain.items()}
        elif info.name == "SqlSettings.ReplicaLagSettings":
            plain = [{**replica, "DataSource": mask(replica["DataSource"])} for replica in plain]
        elif info.setting.secret:
            plain = mask(plain)
        assign(result, info.path, _as_lists(plain))
    return result


def mask(value: Any) -> Any:
    """Return the mask for a secret, one per element of a list; empty values as they are."""
    if isinstance(value, list | tuple):
        return [mask(element) for element in value]
    return MASK if value else value


def unmask(incoming: Any, stored: Any) -> Any:
    """Return `incoming` with every mask in it replaced by what is stored at the same place.

    `stored` may be MISSING; a mask with nothing stored behind it becomes MISSING, and is left out of objects and lists.
    """
    if incoming == MASK:
        return stored
    if isinstance(incoming, Mapping):
        before = {key.casefold(): value for key, value in stored.items()} if isinstance(stored, Mapping) else {}
        pairs = {key: unmask(value, before.get(key.casefold(), MISSING)) for key, value in incoming.items()}
        return {key: value for key, value in pairs.items() if value is not MISSING}
    if isinstance(incoming, list | tuple):
        old = stored if isinstance(stored, list | tuple) else ()
        elements = [unmask(value, old[i] if i < len(old) else MISSING) for i, value in enumerate(incoming)]
        return [value for value in elements if value is not MISSING]
    return incoming


def _mask_plugin(values: Any, section: type[msgspec.Struct] | None) -> Any:
    if section is None:
        return _mask_by_name(values)
    secret = {
        field.name.casefold() for field in msgspec.structs.fields(section) if split_annotation(field.type)[1].secret
    }
    known = {field.name.casefold() for field in msgspec.structs.fields(section)}
    return {
        key: mask(value) if key.casefold() in secret else value if key.casefold() in known else _named(key, value)
        for key, value in values.items()
    }


def _mask_by_name(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _named(key, inner) for key, inner in value.items()}
    return [_mask_by_name(inner) for inner in value] if isinstance(value, list) else value


def _named(key: str, value: Any) -> Any:
    secret = any(word in key.casefold() for word in SECRET_WORDS)
    return mask(value) if secret and isinstance(value, str | list) else _mask_by_name(value)


def _as_lists(value: Any) -> Any:
    if isinstance(value, tuple | list):
        return [_as_lists(element) for element in value]
    if isinstance(value, Mapping):
        return {key: _as_lists(element) for key, element in value.items()}
    return value
