"""What the API shows of the configuration, and plugins' own sections."""

from typing import Annotated, Any

import msgspec
import pytest

from hubbub.core.config import MASK, SETTINGS, ConfigError, ConfigStore, Setting

SECRETS = {
    "SqlSettings.DataSource": "postgres://user:password@host/db",
    "SqlSettings.DataSourceReplicas": ["postgres://replica"],
    "SqlSettings.DataSourceSearchReplicas": ["postgres://search"],
    "SqlSettings.AtRestEncryptKey": "s" * 32,
    "FileSettings.PublicLinkSalt": "s" * 32,
    "FileSettings.AmazonS3SecretAccessKey": "s3",
    "FileSettings.ExportAmazonS3SecretAccessKey": "s3",
    "EmailSettings.SMTPPassword": "mail",
    "GitLabSettings.Secret": "git",
    "GoogleSettings.Secret": "goo",
    "Office365Settings.Secret": "off",
    "OpenIdSettings.Secret": "oid",
    "LdapSettings.BindPassword": "ldap",
    "CacheSettings.RedisPassword": "redis",
    "ElasticsearchSettings.Password": "elastic",
    "MessageExportSettings.GlobalRelaySettings.SMTPPassword": "relay",
    "ServiceSettings.SplitKey": "split",
    "AutoTranslationSettings.LibreTranslate.APIKey": "libre",
}


class Section(msgspec.Struct, kw_only=True):
    Endpoint: str = ""
    Shared: Annotated[str, Setting(secret=True)] = ""
    Retries: int = 3


def nest(name: str, value: Any) -> dict[str, Any]:
    for part in reversed(name.split(".")):
        value = {part: value}
    return value


def read(document: Any, name: str) -> Any:
    for part in name.split("."):
        document = document[part]
    return document


@pytest.mark.parametrize(("name", "value"), SECRETS.items())
def test_each_secret_is_masked(store: ConfigStore, name: str, value: Any) -> None:
    store.update(nest(name, value), patch=True)
    assert read(store.sanitized(), name) == ([MASK] if isinstance(value, list) else MASK)


def test_there_are_no_other_secrets_and_nothing_named_like_one_is_shown() -> None:
    assert {info.name for info in SETTINGS if info.setting.secret} == set(SECRETS)
    shown = {info.path[-1] for info in SETTINGS if not info.setting.secret and info.type is str}
    assert {name for name in shown if "secret" in name.casefold() or name.endswith("Password")} == set()


def test_empty_secrets_are_shown_as_empty(store: ConfigStore) -> None:
    assert store.sanitized()["EmailSettings"]["SMTPPassword"] == ""


def test_the_data_source_of_a_lagging_replica_is_masked(store: ConfigStore) -> None:
    store.update({"SqlSettings": {"ReplicaLagSettings": [{"DataSource": "dsn", "QueryTimeLag": "q"}]}}, patch=True)
    (shown,) = store.sanitized()["SqlSettings"]["ReplicaLagSettings"]
    assert (shown["DataSource"], shown["QueryTimeLag"]) == (MASK, "q")
    store.update(store.sanitized(), patch=False)
    assert store.current.SqlSettings.ReplicaLagSettings[0].DataSource == "dsn"


def test_unknown_keys_are_not_shown(write: Any) -> None:
    store = ConfigStore(write({"Own": {"Password": "x"}}), {})
    assert "Own" not in store.sanitized()


def test_secrets_of_a_declared_plugin_are_masked(store: ConfigStore) -> None:
    store.register_plugin("com.example.bridge", Section)
    values = {"endpoint": "https://x", "shared": "s3cret", "apitoken": "t"}
    store.update({"PluginSettings": {"Plugins": {"com.example.bridge": values}}}, patch=True)
    shown = store.sanitized()["PluginSettings"]["Plugins"]["com.example.bridge"]
    assert shown == {"endpoint": "https://x", "shared": MASK, "apitoken": MASK}
    store.update(store.sanitized(), patch=False)
    assert store.current.plugin("com.example.bridge", Section).Shared == "s3cret"


def test_what_is_named_like_a_secret_is_masked_where_no_plugin_declared_it(store: ConfigStore) -> None:
    values = {"url": "u", "nested": {"webhooksecret": "s"}, "list": [{"password": "p"}]}
    store.update({"PluginSettings": {"Plugins": {"unknown": values}}}, patch=True)
    shown = store.sanitized()["PluginSettings"]["Plugins"]["unknown"]
    assert shown == {"url": "u", "nested": {"webhooksecret": MASK}, "list": [{"password": MASK}]}


def test_a_plugin_gets_its_section_whatever_the_case(write: Any) -> None:
    document = {"PluginSettings": {"Plugins": {"Com.Example.Bridge": {"endpoint": "https://x", "extra": 1}}}}
    section = ConfigStore(write(document), {}).current.plugin("com.example.bridge", Section)
    assert section == Section(Endpoint="https://x")


def test_a_plugin_without_settings_gets_its_defaults(store: ConfigStore) -> None:
    assert store.current.plugin("absent", Section) == Section()


def test_a_wrong_type_in_a_plugin_section_is_named(write: Any) -> None:
    config = ConfigStore(write({"PluginSettings": {"Plugins": {"p": {"retries": "many"}}}}), {}).current
    with pytest.raises(ConfigError, match=r"PluginSettings.Plugins.p.Retries is 'many'"):
        config.plugin("p", Section)


def test_a_wrong_secret_in_a_plugin_section_is_not_shown(write: Any) -> None:
    config = ConfigStore(write({"PluginSettings": {"Plugins": {"p": {"shared": 424242}}}}), {}).current
    with pytest.raises(ConfigError) as caught:
        config.plugin("p", Section)
    assert "424242" not in str(caught.value)


def test_a_change_that_a_declared_plugin_cannot_read_is_refused(store: ConfigStore) -> None:
    store.register_plugin("p", Section)
    with pytest.raises(ConfigError, match="Retries"):
        store.update({"PluginSettings": {"Plugins": {"p": {"retries": "many"}}}}, patch=True)
    assert store.current.PluginSettings.Plugins == {}


def test_the_hash_follows_settings_but_not_secrets(store: ConfigStore) -> None:
    before = store.hash
    store.update({"EmailSettings": {"SMTPPassword": "one"}}, patch=True)
    with_secret = store.hash
    store.update({"EmailSettings": {"SMTPPassword": "other"}}, patch=True)
    assert store.hash == with_secret
    store.update({"TeamSettings": {"SiteName": "Kitchen"}}, patch=True)
    assert store.hash not in (before, with_secret)
    assert ConfigStore(store.path, {}).hash == store.hash
