"""What clients are told: the same keys and values as the server they know, and what is unlocked."""

import json
from pathlib import Path

import msgspec
import pytest

from hubbub.core.config import FEATURES, ConfigStore, client_config, client_license, defaults

DATA = Path(__file__).parent / "data"
KEYS = json.loads((DATA / "client_config.json").read_text())
LICENSE_KEYS = json.loads((DATA / "client_license.json").read_text())
ABSENT = {"IntuneAuthService", "IntuneScope"}
"""Keys that the known server leaves out too while Intune is off."""
DIFFERENT = {
    "SQLDriverName": "sqlite",
    "TelemetryId": "",
    "DiagnosticId": "",
    "BuildNumber": "11.6.0",
    "BuildEnterpriseReady": "true",
}


def full(**extras: str) -> dict[str, str]:
    return client_config(defaults(), limited=False, extras=extras)


@pytest.mark.parametrize(
    "row", [row for row in KEYS if not row["computed"] and row["key"] not in ABSENT], ids=lambda r: r["key"]
)
def test_each_key_has_the_value_that_clients_know_for_the_defaults(row: dict[str, str]) -> None:
    assert full()[row["key"]] == DIFFERENT.get(row["key"], row["value"])


def test_there_are_no_keys_that_clients_do_not_know() -> None:
    assert set(full()) == {row["key"] for row in KEYS if not row["computed"]} - ABSENT


def test_before_signing_in_only_the_limited_keys_are_told() -> None:
    limited = client_config(defaults(), limited=True, extras={})
    assert set(limited) == {row["key"] for row in KEYS if row["limited"] and not row["computed"]} - ABSENT
    assert limited.items() <= full().items()


def test_extras_win_and_only_some_are_told_before_signing_in() -> None:
    extras = {"Version": "11.7.0", "NoAccounts": "true", "SchemaVersion": "159", "x": "y"}
    assert full(**extras).items() >= extras.items()
    limited = client_config(defaults(), limited=True, extras=extras)
    assert (limited["Version"], limited["NoAccounts"]) == ("11.7.0", "true")
    assert not {"SchemaVersion", "x"} & set(limited)


def test_every_value_is_a_string() -> None:
    assert {type(value) for value in full().values()} == {str}


def test_no_secret_is_told(store: ConfigStore) -> None:
    told = set(client_config(store.current, limited=False, extras={}).values())
    assert store.current.SqlSettings.AtRestEncryptKey not in told
    assert store.current.FileSettings.PublicLinkSalt not in told


def test_the_site_url_ends_without_a_slash(store: ConfigStore) -> None:
    config = store.update({"ServiceSettings": {"SiteURL": "https://chat.example.com/team/"}}, patch=True)
    assert client_config(config, limited=True, extras={})["SiteURL"] == "https://chat.example.com/team"


def test_lists_are_joined_and_attributes_only_told_to_be_set(store: ConfigStore) -> None:
    change = {"DisplaySettings": {"CustomURLSchemes": ["tel", "git"]}, "LdapSettings": {"PictureAttribute": "photo"}}
    told = client_config(store.update(change, patch=True), limited=False, extras={})
    assert (told["CustomUrlSchemes"], told["LdapPictureAttributeSet"], told["LdapNicknameAttributeSet"]) == (
        "tel,git",
        "true",
        "false",
    )


def test_retention_is_told_in_hours(store: ConfigStore) -> None:
    change = {"DataRetentionSettings": {"MessageRetentionDays": 0, "MessageRetentionHours": 36}}
    told = client_config(store.update(change, patch=True), limited=False, extras={})
    assert (told["DataRetentionMessageRetentionHours"], told["DataRetentionFileRetentionHours"]) == ("36", "8760")


def test_a_feature_that_is_not_there_is_off_even_if_the_setting_is_on(store: ConfigStore) -> None:
    config = msgspec.structs.replace(
        store.current, LdapSettings=msgspec.structs.replace(store.current.LdapSettings, Enable=True)
    )
    assert client_config(config, limited=True, extras={}, features=FEATURES)["EnableLdap"] == "true"
    assert client_config(config, limited=True, extras={}, features=FEATURES - {"LDAP"})["EnableLdap"] == "false"


def test_without_any_feature_burn_on_read_and_its_flag_are_off() -> None:
    told = client_config(defaults(), limited=False, extras={}, features=frozenset())
    assert (told["EnableBurnOnRead"], told["FeatureFlagBurnOnRead"]) == ("false", "false")
    assert "PostAcknowledgements" not in told


def test_the_licence_has_the_keys_that_clients_know() -> None:
    assert set(client_license(FEATURES)) == {row["key"] for row in LICENSE_KEYS}
    sanitized = client_license(FEATURES, sanitized=True)
    assert set(sanitized) == {row["key"] for row in LICENSE_KEYS if row["sanitized"]} | {"IsLicensed"}


def test_the_licence_says_which_features_there_are() -> None:
    told = client_license({"LDAP", "MFA"})
    assert (told["IsLicensed"], told["LDAP"], told["MFA"], told["SAML"]) == ("true", "true", "true", "false")


@pytest.mark.parametrize(
    ("features", "name"),
    [(set(), "professional"), ({"CustomProfileAttributes"}, "enterprise"), ({"BurnOnRead", "MFA"}, "advanced")],
)
def test_the_licence_name_unlocks_what_is_there_and_no_more(features: set[str], name: str) -> None:
    assert client_license(features)["SkuShortName"] == name
