"""What a plugin says about itself, in the form that the API has for it."""

from typing import Annotated, Any, Final, get_args, get_origin

import msgspec
from msgspec.structs import FieldInfo

from hubbub.core.config.setting import split_annotation
from hubbub.core.contracts.plugin import Manifest

_TYPES: Final = {bool: "bool", int: "number", float: "number", str: "text"}


def shown(manifest: Manifest) -> dict[str, Any]:
    """Return the manifest for the API; settings of simple types come as a schema that consoles make a form of."""
    answer: dict[str, Any] = {
        "id": manifest.id,
        "name": manifest.name or manifest.id,
        "description": manifest.summary,
        "version": manifest.version,
    }
    if manifest.homepage_url:
        answer["homepage_url"] = manifest.homepage_url
    if manifest.min_server_version:
        answer["min_server_version"] = manifest.min_server_version
    if manifest.config is not None:
        answer["settings_schema"] = _schema(manifest.config)
    return answer


def _schema(section: type) -> dict[str, Any]:
    settings = [_setting(field) for field in msgspec.structs.fields(section)]
    return {"header": "", "footer": "", "settings": [setting for setting in settings if setting is not None]}


def _setting(field: FieldInfo) -> dict[str, Any] | None:
    plain, setting = split_annotation(field.type)
    bare = get_args(plain)[0] if get_origin(plain) is Annotated else plain
    kind = _TYPES.get(bare)
    if kind is None:
        return None
    return {
        "key": field.name,
        "display_name": field.name,
        "type": kind,
        "help_text": setting.help,
        "default": None if field.default is msgspec.NODEFAULT else field.default,
        "secret": setting.secret,
    }
