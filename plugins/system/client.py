"""What clients are told of the configuration and of the licence, put together once per change."""

from typing import Any, Final, NamedTuple

from hubbub.core import json
from hubbub.core.config import FEATURES, client_config, client_license
from hubbub.core.contracts.realtime import Event
from hubbub.core.contracts.users import UserService
from hubbub.core.version import API_VERSION, BUILD, VERSION
from hubbub.plugins.system.context import SystemContext
from hubbub.plugins.system.signing import Installation
from hubbub.plugins.system.store import INSTALLATION_DATE, SystemStore

OWN_FEATURES: Final = ("Announcement", "LockTeammateNameDisplay", "Metrics")
"""Features that need no plugin but this: clients do them by themselves, the core counts."""


class _Built(NamedTuple):
    config: Any
    plugin_ids: tuple[str, ...]
    no_accounts: bool
    told: list[dict[str, str]]
    answer: dict[str, str]
    encoded: bytes


class ClientSide:
    """The answers of /config/client and /license/client."""

    def __init__(self, context: SystemContext, store: SystemStore, installation: Installation) -> None:
        self._context = context
        self._store = store
        self._installation = installation
        self._users = context.service(UserService)
        self._built: dict[bool, _Built] = {}
        self._has_accounts = False
        self._features: frozenset[str] | None = None

    def features(self) -> frozenset[str]:
        """Return the features that there are: ours and those of the plugins that are on."""
        named = self._context.hooks.ask_all("register_license_features")
        return frozenset(feature for features in named for feature in features) & FEATURES

    def config(self, *, limited: bool) -> bytes:
        """Return the client configuration as JSON; `limited` for people who have not signed in."""
        return self._current(limited).encoded

    def license(self, *, sanitized: bool) -> dict[str, str]:
        """Return the client licence: there is no key, features are there when their plugins are on."""
        return client_license(self.features(), sanitized=sanitized)

    def changes(self) -> list[Event]:
        """Return what clients must hear after a change: `config_changed`, and `license_changed` if it did."""
        events = [Event(name="config_changed", data={"config": self._current(False).answer})]
        before, self._features = self._features, self.features()
        if before is not None and before != self._features:
            events.append(Event(name="license_changed", data={"license": self.license(sanitized=True)}))
        return events

    def start(self) -> None:
        """Note which features there are before anything changes."""
        self._features = self.features()

    def _current(self, limited: bool) -> _Built:
        config, plugin_ids, no_accounts = self._context.config, tuple(self._context.plugins.ids), self._no_accounts()
        told: list[dict[str, str]] = self._context.hooks.ask_all("register_client_config")
        built = self._built.get(limited)
        if (
            built is None
            or built.config is not config
            or built.plugin_ids != plugin_ids
            or built.no_accounts != no_accounts
            or built.told != told
        ):
            answer = self._build(config, limited, no_accounts, told)
            built = self._built[limited] = _Built(config, plugin_ids, no_accounts, told, answer, json.encode(answer))
        return built

    def _build(self, config: Any, limited: bool, no_accounts: bool, told: list[dict[str, str]]) -> dict[str, str]:
        extras = {
            "Version": API_VERSION,
            "BuildNumber": BUILD,
            "BuildHash": BUILD,
            "HubbubVersion": VERSION,
            "DiagnosticId": self._installation.server_id(),
            "TelemetryId": self._installation.server_id(),
            "AsymmetricSigningPublicKey": self._installation.public_key(),
            "NoAccounts": "true" if no_accounts else "false",
            "InstallationDate": self._store.get(INSTALLATION_DATE),
        }
        for more in told:
            extras |= more
        return client_config(config, limited=limited, extras=extras, features=self.features())

    def _no_accounts(self) -> bool:
        # Once there is an account there will always be one: asked only until then.
        if not self._has_accounts:
            self._has_accounts = self._users.count(include_deleted=True) > 0
        return not self._has_accounts
