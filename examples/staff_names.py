"""Has people of the company keep the names that the staff office gave them: they can't change them here."""

from collections.abc import Iterable

import msgspec

from hubbub.core.contracts.plugin import Manifest, PluginContext
from hubbub.core.contracts.users import User
from hubbub.hookspecs import hookimpl


class Settings(msgspec.Struct, frozen=True):
    """PluginSettings.Plugins["staff_names"]."""

    Domain: str = "example.com"


manifest = Manifest(
    id="staff_names",
    version="1.0.0",
    summary="Staff can't change the names they were given",
    config=Settings,
    reloadable=True,
)


class Plugin:
    """Who has an address of the company is staff."""

    def __init__(self, context: PluginContext) -> None:
        self._context = context

    @hookimpl
    def fields_set_elsewhere(self, user: User) -> Iterable[str] | None:
        staff = user.email.endswith(f"@{self._context.settings.Domain}")
        return ("first_name", "last_name") if staff else None
