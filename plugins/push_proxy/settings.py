"""The settings of the push proxy: one JSON file, with the names that Mattermost's own proxy uses."""

import logging
from pathlib import Path
from typing import Annotated, Any, Final

import click
import msgspec

from hubbub.core import listen as addresses
from hubbub.core.cli_errors import CommandFailed

DEFAULT_PORT: Final = 8066
APPLE: Final = "https://api.push.apple.com"
APPLE_SANDBOX: Final = "https://api.sandbox.push.apple.com"
GOOGLE: Final = "https://fcm.googleapis.com"
OTHERS_ONLY: Final = frozenset({"ApplePushCertPrivate", "ApplePushCertPassword", "AndroidApiKey", "AndroidAPIKey"})
"""Keys of Mattermost's proxy for ways to sign in that have an end, or came to it."""
_log = logging.getLogger("hubbub.push_proxy")
Positive = Annotated[int, msgspec.Meta(ge=1)]


class AppleApp(msgspec.Struct, frozen=True, kw_only=True):
    """An app for iPhones: `Type` is what it calls its platform."""

    Type: str
    ApplePushTopic: str = ""
    ApplePushUseDevelopment: bool = False
    AppleAuthKeyFile: str = ""
    AppleAuthKeyID: str = ""
    AppleTeamID: str = ""
    ApplePushServer: str = ""

    @property
    def server(self) -> str:
        """Where its pushes go."""
        return (self.ApplePushServer or (APPLE_SANDBOX if self.ApplePushUseDevelopment else APPLE)).rstrip("/")


class AndroidApp(msgspec.Struct, frozen=True, kw_only=True):
    """An app for Android: `Type` is what it calls its platform."""

    Type: str
    ServiceFileLocation: str = ""
    AndroidPushServer: str = ""

    @property
    def server(self) -> str:
        """Where its pushes go."""
        return (self.AndroidPushServer or GOOGLE).rstrip("/")


class ProxySettings(msgspec.Struct, frozen=True, kw_only=True):
    """All of it. Times in seconds."""

    ListenAddress: str = f":{DEFAULT_PORT}"
    ThrottlePerSec: Positive = 300
    ThrottleMemoryStoreSize: Positive = 50_000
    ThrottleVaryByHeader: str = "X-Forwarded-For"
    EnableMetrics: bool = False
    SendTimeoutSec: Positive = 30
    RetryTimeoutSec: Positive = 8
    AllowedServerIDs: list[str] = []
    ApplePushSettings: list[AppleApp] = []
    AndroidPushSettings: list[AndroidApp] = []
    LogFormat: str = "plain"
    LogLevel: str = "info"
    EnableConsoleLog: bool = True
    EnableFileLog: bool = False
    LogFileLocation: str = ""

    @property
    def listen(self) -> addresses.ListenAddress:
        """Where to listen."""
        return addresses.parse_listen_address(self.ListenAddress, DEFAULT_PORT)

    @property
    def apps(self) -> list[AppleApp | AndroidApp]:
        """The apps that it serves."""
        return [*self.ApplePushSettings, *self.AndroidPushSettings]

    @property
    def platforms(self) -> list[str]:
        """The platforms that it serves."""
        return [app.Type for app in self.apps]


def load(path: Path) -> ProxySettings:
    """Return the settings of a file. Raises `CommandFailed` that names the file, the key and what to do."""
    try:
        document: Any = msgspec.json.decode(path.read_bytes())
        settings = msgspec.convert(document, ProxySettings)
    except FileNotFoundError:
        raise CommandFailed(f"there are no settings {path}. docs/admin/push.md shows what stands in them.") from None
    except OSError as error:
        raise CommandFailed(f"the settings {path} can't be read: {error.strerror}.") from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        # SECURITY: the reason names keys and places, never values; those may be secrets.
        raise CommandFailed(f"the settings {path} are wrong: {error}.") from None
    settings = _without_empty(settings, document)
    problems = list(_problems(settings))
    if problems:
        raise CommandFailed(f"the settings {path} are wrong: {' '.join(problems)}")
    return settings


def _without_empty(settings: ProxySettings, document: Any) -> ProxySettings:
    """Leave out apps that hold nothing but their name, as the example of Mattermost's proxy has them."""
    for key in sorted(document.keys() - set(settings.__struct_fields__)):
        click.echo(f"hubbub: the settings have {key}, which means nothing here.", err=True)
    apple = [app for app in settings.ApplePushSettings if app.AppleAuthKeyFile or app.AppleAuthKeyID]
    android = [app for app in settings.AndroidPushSettings if app.ServiceFileLocation]
    used = {app.Type for app in apple} | {app.Type for app in android}
    for section in ("ApplePushSettings", "AndroidPushSettings"):
        for given in document.get(section, ()):
            old = [key for key in OTHERS_ONLY if given.get(key)]
            if given["Type"] not in used and old:
                ways = " and ".join(sorted(old))
                raise CommandFailed(
                    f"{section} of type {given['Type']!r} signs in with {ways}, which isn't supported: make"
                    " a key for tokens (.p8) at Apple, a service account at Google, and name their files."
                )
    return msgspec.structs.replace(settings, ApplePushSettings=apple, AndroidPushSettings=android)


def _problems(settings: ProxySettings) -> Any:
    try:
        _ = settings.listen
    except ValueError as error:
        yield f"ListenAddress: {error}."
    if not settings.platforms:
        yield "Neither ApplePushSettings nor AndroidPushSettings names an app with its key file."
    for name in sorted({name for name in settings.platforms if settings.platforms.count(name) > 1}):
        yield f"Two apps have the type {name!r}."
    for app in settings.ApplePushSettings:
        for key in ("ApplePushTopic", "AppleAuthKeyFile", "AppleAuthKeyID", "AppleTeamID"):
            if not getattr(app, key):
                yield f"{key} of the app {app.Type!r} is empty."
    for address in (app.server for app in settings.apps):
        if not address.startswith("https://"):
            yield f"{address!r} is no address that begins with https://."
    if settings.LogFormat not in ("plain", "json"):
        yield f"LogFormat is {settings.LogFormat!r}: plain or json."
    if settings.LogLevel.lower() not in ("debug", "info", "warn", "error"):
        yield f"LogLevel is {settings.LogLevel!r}: debug, info, warn or error."
    if settings.EnableFileLog and not settings.LogFileLocation:
        yield "EnableFileLog is on, and LogFileLocation names no file."


def read_secret(path: str, what: str) -> str:
    """Return what is in a key file. Raises `CommandFailed` that names the file, never its content."""
    try:
        text = Path(path).read_text()
        if Path(path).stat().st_mode & 0o044:
            _log.warning("%s %s can be read by other users of this machine: chmod 600 it", what, path)
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no text"
        raise CommandFailed(f"{what} {path} can't be read: {reason}.") from None
    return text
