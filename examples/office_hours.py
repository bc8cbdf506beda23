"""Lets people sign in during office hours only."""

import time

import msgspec

from hubbub.core.contracts.errors import Rejected
from hubbub.core.contracts.plugin import Manifest, PluginContext
from hubbub.core.contracts.users import User
from hubbub.hookspecs import hookimpl


class Settings(msgspec.Struct, frozen=True):
    """PluginSettings.Plugins["office_hours"]: hours of the server's clock, 0 to 24."""

    Opens: int = 7
    Closes: int = 19


manifest = Manifest(
    id="office_hours",
    version="1.0.0",
    summary="Sign-in during office hours only",
    config=Settings,
    reloadable=True,
)


class Plugin:
    """Refuses sign-in outside the hours; admins are let in, or nobody could change the settings."""

    def __init__(self, context: PluginContext) -> None:
        self._context = context

    @hookimpl
    def user_will_log_in(self, user: User) -> None:
        """Refuse, with a reason that the user reads."""
        settings = self._context.settings
        if settings.Opens <= time.localtime().tm_hour < settings.Closes or "system_admin" in user.role_names():
            return
        raise Rejected(f"We are open from {settings.Opens} to {settings.Closes} o'clock.")
