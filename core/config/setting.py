"""What a setting is: the one declaration that help, masking, defaults and checks come from."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any, Final, get_args, get_origin

import msgspec

MASK: Final = "*" * 32
"""What the API shows in place of a secret; sent back unchanged it means "leave as it is"."""


@dataclass(frozen=True, slots=True)
class Setting:
    """Describe one key of a section, inside ``Annotated[type, Setting(...)]``.

    ``help`` says in one line what the setting does. ``secret`` hides the value from the API, ``restart`` marks what a
    running server does not take over. ``existing`` is the default for a configuration that already has a SiteURL
    (None: the same), ``random`` the length of the fresh random text that replaces an empty value.
    ``choices``, ``minimum``, ``maximum`` and ``max_length`` bound the value; ``also`` lists values outside the
    bounds that are allowed all the same. ``error`` is the middle of the API's error id for a bad value
    (``model.config.is_valid.<error>.app_error``). ``ours`` marks a key that only Hubbub knows, which other servers'
    tools drop when they send a whole configuration. ``long`` asks for a field of several lines where people edit it.
    ``expected`` says in words what a plugin's setting has to be ("an address …") where its type can't say it well.
    """

    help: str = ""
    secret: bool = False
    restart: bool = False
    existing: object = None
    random: int = 0
    choices: tuple[str, ...] = ()
    minimum: int | None = None
    maximum: int | None = None
    also: tuple[int, ...] = ()
    max_length: int | None = None
    error: str = ""
    ours: bool = False
    long: bool = False
    expected: str = ""


PLAIN: Final = Setting()


class Section(msgspec.Struct, kw_only=True, frozen=True):
    """Base of every section: one Struct, field names exactly as the keys in config.json."""


@dataclass(frozen=True, slots=True)
class SettingInfo:
    """One leaf of the configuration: where it is, its type without annotation, and its declaration."""

    path: tuple[str, ...]
    type: Any
    setting: Setting
    field: msgspec.structs.FieldInfo
    variable: str
    """The environment variable that overrides the key."""

    @property
    def name(self) -> str:
        """Return the dotted key, as in ``ServiceSettings.SiteURL``."""
        return ".".join(self.path)

    def default(self, *, existing: bool) -> Any:
        """Return a fresh default, for a configuration with (``existing``) or without a SiteURL key."""
        if existing and self.setting.existing is not None:
            return self.setting.existing
        if self.field.default_factory is not msgspec.NODEFAULT:
            return self.field.default_factory()
        return self.field.default


def is_section(type_: Any) -> bool:
    """Return whether a field's type is a nested section rather than a value."""
    return isinstance(type_, type) and issubclass(type_, Section)


def describe(section: type[msgspec.Struct], prefix: tuple[str, ...] = ()) -> Iterator[SettingInfo]:
    """Yield every leaf of a section, nested ones flattened, in order of declaration."""
    for field in msgspec.structs.fields(section):
        type_, setting = split_annotation(field.type)
        path = (*prefix, field.name)
        if is_section(type_):
            yield from describe(type_, path)
        else:
            yield SettingInfo(path, type_, setting, field, variable="MM_" + "_".join(path).upper())


def split_annotation(type_: Any) -> tuple[Any, Setting]:
    """Take ``Annotated[T, Setting(...)]`` apart; a bare type has the plain declaration."""
    if get_origin(type_) is not Annotated:
        return type_, PLAIN
    bare, *notes = get_args(type_)
    declared = next((note for note in notes if isinstance(note, Setting)), PLAIN)
    constraints = tuple(note for note in notes if not isinstance(note, Setting))
    return (Annotated[bare, *constraints] if constraints else bare), declared
