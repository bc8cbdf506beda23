"""MM_<SECTION>_<KEY>: wins over the file, is never written to it."""

from pathlib import Path
from typing import Any

import pytest

from hubbub.core.config import ConfigError, ConfigStore


def load(path: Path, **environ: str) -> Any:
    return ConfigStore(path, environ).load()


@pytest.mark.parametrize(
    ("text", "expected"), [("true", True), ("1", True), ("T", True), ("False", False), ("0", False)]
)
def test_booleans(path: Path, text: str, expected: bool) -> None:
    assert load(path, MM_TEAMSETTINGS_ENABLEOPENSERVER=text).TeamSettings.EnableOpenServer is expected


def test_numbers(path: Path) -> None:
    assert load(path, MM_SERVICESETTINGS_POSTEDITTIMELIMIT="-1").ServiceSettings.PostEditTimeLimit == -1


def test_lists_are_split_at_spaces(path: Path) -> None:
    config = load(path, MM_SERVICESETTINGS_TRUSTEDPROXYIPHEADER="X-Forwarded-For  X-Real-IP")
    assert config.ServiceSettings.TrustedProxyIPHeader == ("X-Forwarded-For", "X-Real-IP")


def test_a_list_whose_elements_have_spaces_is_json(path: Path) -> None:
    config = load(path, MM_SQLSETTINGS_DATASOURCEREPLICAS='["host=a port=5432"]')
    assert config.SqlSettings.DataSourceReplicas == ("host=a port=5432",)


def test_objects_are_json(path: Path) -> None:
    config = load(path, MM_PLUGINSETTINGS_PLUGINSTATES='{"posts": {"Enable": false}}')
    assert config.PluginSettings.PluginStates["posts"].Enable is False


def test_nested_sections_and_our_own_are_reached_too(path: Path) -> None:
    config = load(
        path,
        MM_MESSAGEEXPORTSETTINGS_GLOBALRELAYSETTINGS_EMAILADDRESS="relay@example.com",
        MM_HUBBUBSETTINGS_WORKERS="3",
    )
    assert config.MessageExportSettings.GlobalRelaySettings.EmailAddress == "relay@example.com"
    assert config.HubbubSettings.Workers == 3


def test_an_empty_variable_sets_an_empty_text(path: Path) -> None:
    assert load(path, MM_TEAMSETTINGS_SITENAME="").TeamSettings.SiteName == ""


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("MM_TEAMSETTINGS_MAXUSERSPERTEAM", "many"),
        ("MM_TEAMSETTINGS_ENABLEOPENSERVER", "yes"),
        ("MM_PLUGINSETTINGS_PLUGINSTATES", "{"),
        ("MM_TEAMSETTINGS_MAXUSERSPERTEAM", "0"),
        ("MM_TEAMSETTINGS_SITENAME", "\udcff"),
    ],
)
def test_a_wrong_value_stops_the_start_and_names_the_key(path: Path, name: str, text: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load(path, **{name: text})
    assert name.split("_")[2].casefold() in str(caught.value).casefold()


def test_a_variable_from_the_real_environment_wins(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MM_TEAMSETTINGS_SITENAME", "From outside")
    assert ConfigStore(path).load().TeamSettings.SiteName == "From outside"


def test_which_keys_are_set_is_reported_by_section(path: Path) -> None:
    store = ConfigStore(path, {"MM_TEAMSETTINGS_SITENAME": "x", "MM_SQLSETTINGS_DATASOURCE": "", "HOME": "/"})
    assert store.environment() == {"TeamSettings": {"SiteName": True}, "SqlSettings": {"DataSource": True}}


def test_values_are_not_written_when_the_file_is_made(path: Path, stored: Any) -> None:
    load(path, MM_TEAMSETTINGS_SITENAME="Outside", MM_SQLSETTINGS_ATRESTENCRYPTKEY="k" * 32)
    assert "Outside" not in path.read_text()
    assert "k" * 32 not in path.read_text()


def test_values_are_not_written_by_saving_the_configuration_in_use(path: Path, stored: Any) -> None:
    store = ConfigStore(path, {"MM_TEAMSETTINGS_SITENAME": "Outside"})
    store.load()
    document = store.sanitized()
    document["TeamSettings"]["MaxUsersPerTeam"] = 77
    assert store.update(document, patch=False).TeamSettings.SiteName == "Outside"
    assert stored()["TeamSettings"]["SiteName"] == "Hubbub"
    assert stored()["TeamSettings"]["MaxUsersPerTeam"] == 77
