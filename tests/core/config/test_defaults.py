"""Defaults are those of the server whose config.json we read, but for what is said here."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from hubbub.core.config import SETTINGS, Config, ConfigStore, defaults

FACTS = json.loads((Path(__file__).parent / "data" / "defaults.json").read_text())
VARIABLES = json.loads((Path(__file__).parent / "data" / "variables.json").read_text())
OURS = {
    "SqlSettings.DriverName": "sqlite",
    "SqlSettings.DataSource": "",
    # In a checkout ./plugins holds our own; those of others are kept with the data.
    "PluginSettings.Directory": "",
}
GONE = {
    "MM_CLUSTERSETTINGS_ENABLEEXPERIMENTALGOSSIPENCRYPTION",
    "MM_ELASTICSEARCHSETTINGS_BULKINDEXINGTIMEWINDOWSECONDS",
}


def value_of(config: Config, name: str) -> Any:
    value: Any = config
    for part in name.split("."):
        value = getattr(value, part)
    return msgspec.to_builtins(value)


@pytest.mark.parametrize("section", FACTS["new"])
def test_every_default_of_a_new_configuration(section: str) -> None:
    ours = msgspec.to_builtins(getattr(defaults(), section))
    expected = json.loads(json.dumps(FACTS["new"][section]))
    for name, value in OURS.items():
        if name.startswith(f"{section}."):
            expected[name.split(".")[1]] = value
    if section == "PluginSettings":
        assert ours.pop("SkipBroken") is False
    assert json.loads(json.dumps(ours)) == expected


def test_there_are_all_known_keys_and_no_others() -> None:
    assert {info.variable for info in SETTINGS if not info.setting.ours} == set(VARIABLES) - GONE


@pytest.mark.parametrize(("name", "expected"), FACTS["with_site_url"].items())
def test_defaults_that_differ_for_a_file_with_a_site_url(name: str, expected: Any) -> None:
    assert value_of(defaults(existing=True), name) == expected


def test_all_other_defaults_do_not_depend_on_the_site_url() -> None:
    new, existing = defaults(), defaults(existing=True)
    differing = {info.name for info in SETTINGS if value_of(new, info.name) != value_of(existing, info.name)}
    assert differing == set(FACTS["with_site_url"])


def test_an_existing_file_gets_the_defaults_for_one_with_a_site_url(write: Any) -> None:
    config = ConfigStore(write({"ServiceSettings": {"SiteURL": "https://chat.example.com"}}), {}).load()
    assert config.ServiceSettings.SessionLengthWebInHours == 4320
    assert config.EmailSettings.PushNotificationServer == ""


def test_hours_follow_from_days_in_a_file_that_only_has_days(write: Any) -> None:
    config = ConfigStore(write({"ServiceSettings": {"SiteURL": "", "SessionLengthWebInDays": 7}}), {}).load()
    assert config.ServiceSettings.SessionLengthWebInHours == 168


def test_only_what_hubbub_adds_is_marked_as_ours() -> None:
    assert {info.name for info in SETTINGS if info.setting.ours} == {
        "PluginSettings.SkipBroken",
        "HubbubSettings.DataDirectory",
        "HubbubSettings.RunDirectory",
        "HubbubSettings.Workers",
        "HubbubSettings.TrustedProxies",
        "HubbubSettings.LogAccess",
        "MessageFilters.Order",
        "MessageFilters.OnError",
        "MessageFilters.TimeLimitMilliseconds",
    }


def test_a_default_is_never_shared_between_two_configurations() -> None:
    one, other = defaults(), defaults()
    one.PluginSettings.Plugins["example"] = {}
    assert other.PluginSettings.Plugins == {}
