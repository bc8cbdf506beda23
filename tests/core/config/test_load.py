"""Reading config.json: made when missing, understood in old spellings, refused with reasons when broken."""

import stat
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hubbub.core.config import SETTINGS, Config, ConfigError, ConfigStore
from hubbub.core.config.decode import decode
from hubbub.core.config.document import assign, canonical


def problems_of(path: Path, environ: dict[str, str] | None = None) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        ConfigStore(path, environ or {}).load()
    return [str(problem) for problem in caught.value.problems if problem.severity == "error"]


def test_a_missing_file_is_made_private_and_with_fresh_secrets(path: Path, stored: Any) -> None:
    config = ConfigStore(path, {}).load()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert len(stored()["SqlSettings"]["AtRestEncryptKey"]) == 32
    assert stored()["FileSettings"]["PublicLinkSalt"] == config.FileSettings.PublicLinkSalt


def test_two_installations_have_different_secrets(tmp_path: Path) -> None:
    one = ConfigStore(tmp_path / "one.json", {}).load()
    other = ConfigStore(tmp_path / "other.json", {}).load()
    assert one.SqlSettings.AtRestEncryptKey != other.SqlSettings.AtRestEncryptKey


def test_a_new_file_loads_again_to_the_same_configuration(store: ConfigStore) -> None:
    assert ConfigStore(store.path, {}).load() == store.current


def test_a_new_installation_sends_nothing_to_anybody(store: ConfigStore) -> None:
    mail = store.current.EmailSettings
    assert (mail.SendEmailNotifications, mail.SMTPServer, mail.SendPushNotifications) == (False, "", False)


def test_missing_secrets_are_written_into_an_existing_file_once(write: Any, stored: Any) -> None:
    path = write({"ServiceSettings": {"SiteURL": ""}})
    first = ConfigStore(path, {}).load()
    assert stored()["ServiceSettings"] == {"SiteURL": ""}
    assert ConfigStore(path, {}).load() == first


@pytest.mark.parametrize("key", ["UserApiEndpoint", "userapiendpoint", "UserAPIEndpoint"])
def test_keys_are_found_in_the_spelling_of_older_versions(write: Any, key: str) -> None:
    config = ConfigStore(write({"GitLabSettings": {key: "https://git.example.com/api/v4/user"}}), {}).load()
    assert config.GitLabSettings.UserAPIEndpoint == "https://git.example.com/api/v4/user"


def test_the_exact_spelling_wins(write: Any) -> None:
    document = {"GitLabSettings": {"UserAPIEndpoint": "new", "UserApiEndpoint": "old"}}
    assert ConfigStore(write(document), {}).load().GitLabSettings.UserAPIEndpoint == "new"


def test_null_means_the_default(write: Any) -> None:
    config = ConfigStore(write({"TeamSettings": {"MaxUsersPerTeam": None}}), {}).load()
    assert config.TeamSettings.MaxUsersPerTeam == 50


def test_a_file_saved_by_an_editor_that_marks_utf8_is_read(write: Any) -> None:
    assert (
        ConfigStore(write('\ufeff{"TeamSettings": {"SiteName": "Küche"}}'), {}).load().TeamSettings.SiteName == "Küche"
    )


def test_sqlite3_is_another_name_of_sqlite(write: Any) -> None:
    assert ConfigStore(write({"SqlSettings": {"DriverName": "sqlite3"}}), {}).load().SqlSettings.DriverName == "sqlite"


def test_a_syntax_error_is_located(write: Any) -> None:
    (problem,) = problems_of(write('{\n    "TeamSettings": {\n        "SiteName" "Chat"\n    }\n}'))
    assert "line 3, column 20" in problem


@pytest.mark.parametrize(
    "text", ["", "[]", "null", '{"a": "\\ud800"}', "9" * 5000, '{"a": NaN}', '{"a":' * 100_000, "\x00"]
)
def test_text_that_is_no_configuration_is_refused_with_its_file(write: Any, text: str) -> None:
    path = write(text)
    (problem,) = problems_of(path)
    assert path.name in problem


def test_bytes_that_are_no_text_are_refused(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b'{"TeamSettings": "\xff"}')
    assert "Byte 18 is not UTF-8" in problems_of(path)[0]


def test_every_wrong_value_is_named_at_once(write: Any) -> None:
    found = problems_of(
        write(
            {
                "ServiceSettings": {"SiteURL": "chat.example.com", "EnableCommands": "yes"},
                "TeamSettings": {"MaxUsersPerTeam": 0, "RestrictDirectMessage": "nobody"},
                "SqlSettings": [],
            }
        )
    )
    assert len(found) == 5
    for key in (
        "SiteURL is 'chat.example.com'",
        "EnableCommands is 'yes'",
        "MaxUsersPerTeam is 0",
        "RestrictDirectMessage",
    ):
        assert any(key in problem for problem in found)


def test_a_wrong_secret_is_not_shown(write: Any) -> None:
    (problem,) = problems_of(write({"SqlSettings": {"AtRestEncryptKey": "tooshort"}}))
    assert "tooshort" not in problem
    (problem,) = problems_of(write({"LdapSettings": {"BindPassword": 12345}}))
    assert "12345" not in problem


def test_a_broken_file_leaves_the_running_configuration(store: ConfigStore, write: Any) -> None:
    before = store.current
    write("{")
    with pytest.raises(ConfigError):
        store.reload()
    assert store.current is before


def test_reload_takes_over_what_was_changed_by_hand(store: ConfigStore, write: Any, stored: Any) -> None:
    seen = []
    store.subscribe(lambda old, new: seen.append((old.TeamSettings.SiteName, new.TeamSettings.SiteName)))
    document = stored()
    document["TeamSettings"]["SiteName"] = "Kitchen"
    write(document)
    assert store.changed_on_disk()
    store.reload_if_changed()
    assert seen == [("Hubbub", "Kitchen")]
    assert not store.changed_on_disk()


def test_reload_of_an_unchanged_file_tells_nobody(store: ConfigStore) -> None:
    seen: list[object] = []
    store.subscribe(lambda old, new: seen.append(new))
    store.reload()
    assert seen == []


def test_a_file_that_may_not_be_read_is_named(shared_folder: Path, ordinary_user: Any) -> None:
    path = shared_folder / "config.json"
    path.write_text("{}")
    path.chmod(0o200)
    with ordinary_user():
        assert "can't be read: Permission denied" in problems_of(path)[0]


def test_a_folder_in_place_of_the_file_is_named(path: Path) -> None:
    path.mkdir(parents=True)
    assert "can't be read" in problems_of(path)[0]


NAMES = st.sampled_from([info.path for info in SETTINGS])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@given(st.dictionaries(NAMES, VALUES, max_size=8))
@settings(max_examples=100, deadline=None, derandomize=True)
def test_whatever_the_values_are_the_answer_is_a_configuration_or_named_problems(values: dict[Any, Any]) -> None:
    document: dict[str, Any] = {}
    for path, value in values.items():
        assign(document, path, value)
    decoded = decode(canonical(document), {})
    assert isinstance(decoded.config, Config)
    wrong = {".".join(path) for path, value in values.items() if isinstance(value, dict) and path[-1] == "SiteURL"}
    assert wrong <= {problem.key for problem in decoded.problems}
