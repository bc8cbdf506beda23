"""Settings as they are declared: what a console makes its forms of."""

import inspect
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Final, Literal, get_args, get_origin

import msgspec
from msgspec.structs import FieldInfo

from hubbub.core.config import SETTINGS, Config
from hubbub.core.config.access import RESTRICTABLE, TAGS, may_read, may_write
from hubbub.core.config.document import MISSING, lookup
from hubbub.core.config.secrets import mask
from hubbub.core.config.setting import SettingInfo, split_annotation
from hubbub.core.config.texts import NO_TEXT, Texts, texts_of
from hubbub.core.contracts.plugin import Manifest

PLUGINS: Final = ("PluginSettings", "Plugins")
_ELSEWHERE: Final = frozenset(("PluginSettings.Plugins", "PluginSettings.PluginStates"))
"""Keys that have pages of their own: the settings of each plugin, and which plugins are on."""
_SCALARS: Final[Mapping[type, str]] = {bool: "bool", int: "int", float: "float", str: "text"}


class SectionShown(msgspec.Struct, kw_only=True):
    """A group of settings: a section of config.json, or the settings of a plugin.

    `plugin` is the plugin's id, `title` its name.
    """

    id: str
    title: str = ""
    help: str = ""
    plugin: str = ""


class SettingShown(msgspec.Struct, kw_only=True):
    """One setting, its declaration and its value, secrets masked.

    `title` is the name in the language that was asked for, empty where there is none: consoles make one of `name` then.
    `kind` is bool, int, float, text, long (text of several lines), choice (one of `options`), list (of texts), map (of
    texts or of lists of texts) or json. `path` leads to the key in a document for `PUT /config/patch`. `also` are
    values outside of the bounds that are good all the same. `access` are the parts of the permissions' names after
    ``sysconsole_read_`` and ``sysconsole_write_`` that let one see and change it besides ``manage_system``. `used` is
    False for keys that are kept for other servers and do nothing here; `environment` is True where an environment
    variable has the last word.
    """

    key: str
    path: list[str]
    section: str
    name: str
    title: str = ""
    kind: str
    value: Any
    default: Any
    help: str = ""
    secret: bool = False
    options: list[str] = []
    minimum: int | float | None = None
    maximum: int | float | None = None
    also: list[int] = []
    max_length: int | None = None
    restart: bool = False
    used: bool = True
    environment: bool = False
    write: bool = False
    access: list[str] = []


class Declared(msgspec.Struct, kw_only=True):
    """Every setting that somebody may see, in order of declaration."""

    sections: list[SectionShown]
    settings: list[SettingShown]


class Asker(msgspec.Struct, frozen=True):
    """What somebody may do, and what the environment has settled."""

    permissions: frozenset[str]
    restricted: bool
    environment: Mapping[str, Any]

    def sees(self, path: tuple[str, ...]) -> bool:
        """Return whether they may see the key."""
        return may_read(path, self.permissions)

    def complete(self, shown: SettingShown, path: tuple[str, ...]) -> SettingShown:
        """Add who may change it; `path` is the key that the permissions are of."""
        shown.environment = lookup(self.environment, path) is not MISSING
        shown.write = may_write(path, self.permissions, restricted=self.restricted) and not shown.environment
        shown.access = sorted(TAGS[path] - {RESTRICTABLE})
        return shown


def declared(
    document: Mapping[str, Any],
    plugins: Mapping[str, type[msgspec.Struct]],
    asker: Asker,
    *,
    about: Mapping[str, Manifest],
    locale: str = "",
) -> Declared:
    """Return the settings of the server and of the plugins that `asker` sees; `document` is sanitized.

    `about` are the manifests of plugins, `locale` is the language of names and helps where there are such.
    """
    settings = [
        asker.complete(_of_server(info, document), info.path)
        for info in SETTINGS
        if info.name not in _ELSEWHERE and asker.sees(info.path)
    ]
    names = dict.fromkeys(setting.section for setting in settings)
    sections = [SectionShown(id=name, help=_first_line(_SECTIONS[name])) for name in names]
    for section in sections:
        _translate(section, settings, texts_of(_SECTIONS[section.id], locale))
    if asker.sees(PLUGINS):
        for plugin_id, declaring in sorted(plugins.items()):
            section, of_plugin = _plugin(plugin_id, declaring, document, about.get(plugin_id))
            _translate(section, of_plugin, texts_of(declaring, locale))
            sections.append(section)
            settings += [asker.complete(one, PLUGINS) for one in of_plugin]
    return Declared(sections=sections, settings=settings)


_SECTIONS: Final = {field.name: split_annotation(field.type)[0] for field in msgspec.structs.fields(Config)}


def _first_line(section: type) -> str:
    return (inspect.getdoc(section) or "").split("\n", 1)[0]


def _plugin(
    plugin_id: str, declaring: type[msgspec.Struct], document: Mapping[str, Any], manifest: Manifest | None
) -> tuple[SectionShown, list[SettingShown]]:
    title, summary = (manifest.name, manifest.summary) if manifest else ("", "")
    section = SectionShown(id=f"plugin:{plugin_id}", title=title or plugin_id, help=summary, plugin=plugin_id)
    return section, list(_of_plugin(plugin_id, declaring, document))


def _translate(section: SectionShown, settings: list[SettingShown], texts: Texts) -> None:
    """Put the texts of a language in the place of what is declared."""
    title, help_ = texts.get("", NO_TEXT)
    section.title, section.help = title or section.title, help_ or section.help
    for setting in settings if texts else ():
        if setting.section == section.id:
            setting.title, help_ = texts.get(setting.name, NO_TEXT)
            setting.help = help_ or setting.help


def _of_server(info: SettingInfo, document: Mapping[str, Any]) -> SettingShown:
    shown = _shown(info.type, info.setting)
    default = msgspec.to_builtins(info.default(existing=False))
    shown.path = list(info.path)
    shown.key, shown.section, shown.name = info.name, info.path[0], ".".join(info.path[1:])
    shown.value, shown.default = lookup(document, info.path), mask(default) if info.setting.secret else default
    shown.used = bool(info.setting.help)
    return shown


def _of_plugin(plugin_id: str, section: type[msgspec.Struct], document: Mapping[str, Any]) -> Iterator[SettingShown]:
    all_plugins = lookup(document, PLUGINS)
    spelling = {name.casefold(): name for name in all_plugins}
    stored = spelling.get(plugin_id.casefold(), plugin_id)
    values = {name.casefold(): (name, value) for name, value in all_plugins.get(stored, {}).items()}
    for field in msgspec.structs.fields(section):
        type_, setting = split_annotation(field.type)
        shown = _shown(type_, setting)
        default = _default(field)
        shown.default = mask(default) if setting.secret else default
        name, shown.value = values.get(field.name.casefold(), (field.name, shown.default))
        shown.path = [*PLUGINS, stored, name]
        shown.key = ".".join((*PLUGINS, plugin_id, field.name))
        shown.section, shown.name = f"plugin:{plugin_id}", field.name
        yield shown


def _default(field: FieldInfo) -> Any:
    if field.default_factory is not msgspec.NODEFAULT:
        return msgspec.to_builtins(field.default_factory())
    return None if field.default is msgspec.NODEFAULT else msgspec.to_builtins(field.default)


def _shown(type_: Any, setting: Any) -> SettingShown:
    bare, low, high = _bounds(type_)
    options = list(setting.choices)
    if get_origin(bare) is Literal:
        options, bare = [str(option) for option in get_args(bare)], str
    return SettingShown(
        key="",
        path=[],
        section="",
        name="",
        kind="choice" if options else _kind(bare, long=setting.long),
        value=None,
        default=None,
        help=setting.help,
        secret=setting.secret,
        options=options,
        minimum=low if setting.minimum is None else setting.minimum,
        maximum=high if setting.maximum is None else setting.maximum,
        also=list(setting.also),
        max_length=setting.max_length,
        restart=setting.restart,
    )


def _bounds(type_: Any) -> tuple[Any, float | None, float | None]:
    """Take a type with msgspec's constraints apart: the bare type, the smallest and the largest value."""
    if get_origin(type_) is not Annotated:
        return type_, None, None
    bare, *notes = get_args(type_)
    meta = next((note for note in notes if isinstance(note, msgspec.Meta)), msgspec.Meta())
    return bare, meta.ge, meta.le


def _kind(bare: Any, *, long: bool) -> str:
    if bare in _SCALARS:
        return "long" if long and bare is str else _SCALARS[bare]
    origin, inner = get_origin(bare), get_args(bare)
    if origin in (tuple, list) and inner[0] is str:
        return "list"
    if origin is dict and inner[1] in (str, tuple[str, ...], list[str]):
        return "map"
    return "json"
