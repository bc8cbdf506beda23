"""GET /config/client and /license/client: the settings that clients are told, every value a string.

Official clients unlock what they show by a licence answer. Here nothing is locked: whoever calls says which features
there are (a set of names of `FEATURES`), and the answers say so in the form that those clients understand. There is no
licence key and nothing is ever counted against one.
"""

from collections.abc import Mapping, Set
from typing import Any, Final

import msgspec

from hubbub.core.config.client_keys import FULL, LIMITED
from hubbub.core.config.features import FEATURES, GATES, LICENSE_FEATURES, TIERS
from hubbub.core.config.model import Config

CLIENT_CONFIG_VERSION: Final = "11.6.0"
"""The version of the protocol that clients are told, unless the caller says another."""

LIMITED_EXTRAS: Final = frozenset(
    "Version BuildNumber BuildDate BuildHash BuildHashEnterprise BuildEnterpriseReady TelemetryId DiagnosticId "
    "NoAccounts AsymmetricSigningPublicKey CustomTermsOfServiceId ServiceEnvironment IsFipsEnabled".split()
)
"""Computed keys that are told before signing in too; other extras are for signed-in people only."""

OWN_MARKETPLACE: Final = "https://api.integrations.mattermost.com"
FOREVER: Final = "4102444800000"
SINCE: Final = "1577836800000"
UNCOUNTED: Final = "1000000"
HIDDEN_FROM_USERS: Final = frozenset("Id SkuName IssuedAt StartsAt ExpiresAt Name Email".split())


def client_config(
    config: Config, *, limited: bool, extras: Mapping[str, str], features: Set[str] = FEATURES
) -> dict[str, str]:
    """Return what GET /config/client answers: client key to text.

    `limited` is the set for people who have not signed in. `extras` are values that are not settings (version, build,
    telemetry id, NoAccounts, …) and win over ours. Costs about half a millisecond: cache it until the configuration
    changes.
    """
    table = LIMITED if limited else {**LIMITED, **FULL}
    result = {name: _text(_read(config, section, key), name) for name, (section, key) in table.items()}
    result["SiteURL"] = config.ServiceSettings.SiteURL.rstrip("/")
    result |= {f"FeatureFlag{name}": _text(value) for name, value in _flags(config).items()}
    result |= _computed_limited(config)
    if not limited:
        result |= _computed_full(config)
    result |= {name: value for name, value in extras.items() if not limited or name in LIMITED_EXTRAS}
    for name, (feature, without) in GATES.items():
        if name in result and feature not in features:
            if without is None:
                del result[name]
            else:
                result[name] = without
    return result


def client_license(features: Set[str], *, sanitized: bool = False) -> dict[str, str]:
    """Return what GET /license/client answers, `sanitized` for people without the permission to see it all."""
    result = {
        "IsLicensed": "true",
        "Id": "hubbub00000000000000000000",
        "SkuName": "Hubbub",
        "SkuShortName": _tier(features),
        "Users": UNCOUNTED,
        "IssuedAt": SINCE,
        "StartsAt": SINCE,
        "ExpiresAt": FOREVER,
        "Name": "Hubbub",
        "Email": "",
        "Company": "Hubbub",
        "Cloud": "false",
        "IsTrial": "false",
        "IsGovSku": "false",
    }
    result |= {name: _text(name in features) for name in LICENSE_FEATURES}
    return {name: value for name, value in result.items() if not sanitized or name not in HIDDEN_FROM_USERS}


def _tier(features: Set[str]) -> str:
    return next((name for name, members in TIERS if members & features), "professional")


def _computed_limited(config: Config) -> dict[str, str]:
    metrics = config.MetricsSettings
    return {
        "Version": CLIENT_CONFIG_VERSION,
        "BuildNumber": CLIENT_CONFIG_VERSION,
        "BuildDate": "",
        "BuildHash": "",
        "BuildHashEnterprise": "",
        "BuildEnterpriseReady": "true",
        "TelemetryId": "",
        "DiagnosticId": "",
        "ServiceEnvironment": "production",
        "IsFipsEnabled": "false",
        "IntuneMAMEnabled": "false",
        "AppsPluginEnabled": "false",
        "EnableClientMetrics": _text(metrics.Enable and metrics.EnableClientMetrics),
    }


def _computed_full(config: Config) -> dict[str, str]:
    flags, retention = config.FeatureFlags, config.DataRetentionSettings
    message_hours = retention.MessageRetentionHours or retention.MessageRetentionDays * 24
    file_hours = retention.FileRetentionHours or retention.FileRetentionDays * 24
    reporting = flags.ContentFlagging and config.ContentFlaggingSettings.EnableContentFlagging
    remote = flags.EnableRemoteClusterService and config.ConnectedWorkspacesSettings.EnableRemoteClusterService
    measured = flags.NotificationMonitoring and config.MetricsSettings.EnableNotificationMetrics
    return {
        "CWSMock": "",
        "ExperimentalEnablePostMetadata": "true",
        "ExperimentalTimezone": "true",
        "PostAcknowledgements": "true",
        "IsDefaultMarketplace": _text(config.PluginSettings.MarketplaceURL == OWN_MARKETPLACE),
        "DataRetentionMessageRetentionHours": str(message_hours),
        "DataRetentionFileRetentionHours": str(file_hours),
        "ContentFlaggingEnabled": _text(reporting),
        "ExperimentalRemoteClusterService": _text(remote),
        "EnableNotificationMetrics": _text(measured),
        "EnableAutoTranslation": _text(flags.AutoTranslation and config.AutoTranslationSettings.Enable),
    }


def _flags(config: Config) -> dict[str, Any]:
    return msgspec.structs.asdict(config.FeatureFlags)


def _read(config: Config, section: str, key: str) -> Any:
    return getattr(getattr(config, section), key)


def _text(value: Any, name: str = "") -> str:
    if name.endswith("AttributeSet"):
        return _text(bool(value))
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return ",".join(value)
    return str(value)
