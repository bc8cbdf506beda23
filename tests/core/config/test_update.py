"""Changing the configuration: what changes, what stays, and what happens when writing goes wrong."""

import fcntl
import os
import signal
import stat
import subprocess
import sys
import textwrap
import threading
from pathlib import Path
from typing import Any

import pytest

from hubbub.core.config import MASK, ConfigError, ConfigStore, ConfigWriteError, files


def test_a_patch_changes_only_its_keys(store: ConfigStore, stored: Any) -> None:
    before = stored()
    store.update({"TeamSettings": {"MaxUsersPerTeam": 99}}, patch=True)
    before["TeamSettings"]["MaxUsersPerTeam"] = 99
    assert stored() == before
    assert store.current.TeamSettings.MaxUsersPerTeam == 99


def test_a_whole_document_gives_absent_keys_their_defaults(store: ConfigStore) -> None:
    store.update({"TeamSettings": {"MaxUsersPerTeam": 99}}, patch=True)
    config = store.update({"TeamSettings": {"SiteName": "Kitchen"}}, patch=False)
    assert (config.TeamSettings.SiteName, config.TeamSettings.MaxUsersPerTeam) == ("Kitchen", 50)


def test_a_whole_document_without_our_keys_and_secrets_leaves_those(store: ConfigStore) -> None:
    before = store.update({"HubbubSettings": {"LogAccess": True}, "PluginSettings": {"SkipBroken": True}}, patch=True)
    document = store.sanitized()
    for section, key in (("SqlSettings", "AtRestEncryptKey"), ("PluginSettings", "SkipBroken")):
        del document[section][key]
    del document["HubbubSettings"]
    assert store.update(document, patch=False) == before


def test_sending_back_what_was_shown_changes_nothing(store: ConfigStore, stored: Any) -> None:
    store.update(
        {"SqlSettings": {"DataSourceReplicas": ["one", "two"]}, "LdapSettings": {"BindPassword": "s"}}, patch=True
    )
    before = stored()
    store.update(store.sanitized(), patch=False)
    assert stored() == before


def test_unknown_keys_and_sections_survive(write: Any, stored: Any) -> None:
    unknown = {
        "NotificationLogSettings": {"EnableConsole": True},
        "ServiceSettings": {"GfycatApiKey": "k", "SiteURL": ""},
    }
    store = ConfigStore(write(unknown | {"Own": [1, None]}), {})
    store.load()
    store.update(store.sanitized(), patch=False)
    assert stored()["NotificationLogSettings"] == {"EnableConsole": True}
    assert stored()["ServiceSettings"]["GfycatApiKey"] == "k"
    assert stored()["Own"] == [1, None]


def test_a_mask_keeps_the_secret_behind_it(store: ConfigStore) -> None:
    store.update({"EmailSettings": {"SMTPPassword": "hunter2"}}, patch=True)
    config = store.update({"EmailSettings": {"SMTPPassword": MASK, "SMTPUsername": "me"}}, patch=True)
    assert (config.EmailSettings.SMTPPassword, config.EmailSettings.SMTPUsername) == ("hunter2", "me")


def test_a_mask_with_nothing_behind_it_does_not_become_the_secret(store: ConfigStore, stored: Any) -> None:
    config = store.update({"SqlSettings": {"DataSourceReplicas": [MASK, "new"]}}, patch=True)
    assert config.SqlSettings.DataSourceReplicas == ("new",)
    assert MASK not in store.path.read_text()


def test_a_patch_adds_to_plugins_and_a_document_replaces_them(store: ConfigStore) -> None:
    store.update({"PluginSettings": {"Plugins": {"one": {"a": 1}}}}, patch=True)
    config = store.update({"PluginSettings": {"Plugins": {"ONE": {"b": 2}, "two": {}}}}, patch=True)
    assert config.PluginSettings.Plugins == {"one": {"a": 1, "b": 2}, "two": {}}
    document = store.sanitized()
    document["PluginSettings"]["Plugins"] = {"two": {}}
    assert store.update(document, patch=False).PluginSettings.Plugins == {"two": {}}


def test_a_wrong_value_changes_nothing(store: ConfigStore) -> None:
    config, text = store.current, store.path.read_text()
    with pytest.raises(ConfigError) as caught:
        store.update({"TeamSettings": {"MaxUsersPerTeam": 0}, "SqlSettings": "x"}, patch=True)
    assert caught.value.error_id.startswith("model.config.is_valid.")
    assert len(caught.value.problems) == 2
    assert store.current is config
    assert store.path.read_text() == text


def test_the_error_id_is_the_one_that_clients_know(store: ConfigStore) -> None:
    with pytest.raises(ConfigError) as caught:
        store.update({"TeamSettings": {"MaxUsersPerTeam": 0}}, patch=True)
    assert (caught.value.error_id, caught.value.status) == ("model.config.is_valid.max_users.app_error", 400)


def test_feature_flags_are_not_written(store: ConfigStore, stored: Any) -> None:
    store.update(store.sanitized(), patch=False)
    assert "FeatureFlags" not in stored()


def test_subscribers_get_the_old_and_the_new_configuration(store: ConfigStore) -> None:
    seen = []
    stop = store.subscribe(lambda old, new: seen.append((old.TeamSettings.SiteName, new.TeamSettings.SiteName)))
    store.update({"TeamSettings": {"SiteName": "Kitchen"}}, patch=True)
    stop()
    store.update({"TeamSettings": {"SiteName": "Cellar"}}, patch=True)
    assert seen == [("Hubbub", "Kitchen")]


def test_a_failing_subscriber_stops_neither_the_change_nor_the_others(store: ConfigStore) -> None:
    seen = []
    store.subscribe(lambda old, new: 1 / 0)
    store.subscribe(lambda old, new: seen.append(new))
    store.update({"TeamSettings": {"SiteName": "Kitchen"}}, patch=True)
    assert [config.TeamSettings.SiteName for config in seen] == ["Kitchen"]


def test_the_mode_of_an_existing_file_is_kept(store: ConfigStore) -> None:
    store.path.chmod(0o640)
    store.update({"TeamSettings": {"SiteName": "Kitchen"}}, patch=True)
    assert stat.S_IMODE(store.path.stat().st_mode) == 0o640


def test_a_symbolic_link_stays_one(store: ConfigStore, tmp_path: Path) -> None:
    link = tmp_path / "link.json"
    link.symlink_to(store.path)
    ConfigStore(link, {}).update({"TeamSettings": {"SiteName": "Kitchen"}}, patch=True)
    assert link.is_symlink()
    assert store.reload().TeamSettings.SiteName == "Kitchen"


def test_two_stores_do_not_lose_each_others_keys(store: ConfigStore) -> None:
    other = ConfigStore(store.path, {})
    other.load()
    store.update({"TeamSettings": {"SiteName": "Kitchen"}}, patch=True)
    other.update({"TeamSettings": {"MaxUsersPerTeam": 99}}, patch=True)
    assert store.reload().TeamSettings == other.current.TeamSettings
    assert store.current.TeamSettings.SiteName == "Kitchen"


def test_writers_at_the_same_time_all_get_their_key_in(store: ConfigStore) -> None:
    keys = ["SiteName", "CustomBrandText", "CustomDescriptionText", "ExperimentalPrimaryTeam"]
    change = textwrap.dedent("""
        import sys
        from hubbub.core.config import ConfigStore
        ConfigStore(sys.argv[1], {}).update({"TeamSettings": {sys.argv[2]: "x"}}, patch=True)
    """)
    writers = [subprocess.Popen([sys.executable, "-c", change, str(store.path), key]) for key in keys]
    assert [writer.wait(60) for writer in writers] == [0] * len(keys)
    team = store.reload().TeamSettings
    assert [getattr(team, key) for key in keys] == ["x"] * len(keys)


def test_a_writer_waits_for_another(store: ConfigStore) -> None:
    descriptor = os.open(store.path.with_name("config.json.lock"), os.O_RDWR | os.O_CREAT)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    release = threading.Timer(0.2, os.close, [descriptor])
    release.start()
    assert store.update({"TeamSettings": {"SiteName": "Late"}}, patch=True).TeamSettings.SiteName == "Late"


def test_a_lock_that_is_never_released_is_an_error(store: ConfigStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "LOCK_SECONDS", 0.05)
    with files.locked(store.path), pytest.raises(ConfigWriteError, match="Another process"):
        store.update({"TeamSettings": {"SiteName": "Kitchen"}}, patch=True)


def test_a_full_disk_leaves_the_old_file_and_the_configuration(store: ConfigStore) -> None:
    text = store.path.read_text()
    script = textwrap.dedent("""
        import resource, sys
        from hubbub.core.config import ConfigStore, ConfigWriteError
        store = ConfigStore(sys.argv[1], {})
        store.load()
        resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))
        try:
            store.update({"TeamSettings": {"SiteName": "Kitchen"}}, patch=True)
        except ConfigWriteError as error:
            print(error.status, store.current.TeamSettings.SiteName, error)
    """)
    command = [sys.executable, "-c", script, str(store.path)]
    output = subprocess.run(command, check=True, timeout=60, capture_output=True, text=True).stdout
    assert output.startswith("500 Hubbub ")
    assert "It can't be written: File too large." in output
    assert store.path.read_text() == text
    assert sorted(entry.name for entry in store.path.parent.iterdir()) == ["config.json", "config.json.lock"]


def test_a_read_only_file_is_refused_clearly(shared_folder: Path, ordinary_user: Any) -> None:
    with ordinary_user():
        store = ConfigStore(shared_folder / "config.json", {})
        config = store.load()
        text = store.path.read_text()
        store.path.chmod(0o400)
        with pytest.raises(ConfigWriteError, match="read-only") as caught:
            store.update({"TeamSettings": {"SiteName": "Kitchen"}}, patch=True)
        assert str(store.path) in str(caught.value)
        assert store.current is config
        assert store.path.read_text() == text


def test_a_read_only_file_without_secrets_still_serves(shared_folder: Path, ordinary_user: Any) -> None:
    path = shared_folder / "config.json"
    path.write_text('{"TeamSettings": {"SiteName": "Kitchen"}}')
    path.chmod(0o444)
    with ordinary_user():
        config = ConfigStore(path, {}).load()
    assert (config.TeamSettings.SiteName, len(config.SqlSettings.AtRestEncryptKey)) == ("Kitchen", 32)
    assert "AtRestEncryptKey" not in path.read_text()


def test_a_folder_that_may_not_be_written_stops_the_first_start(shared_folder: Path, ordinary_user: Any) -> None:
    with ordinary_user():
        shared_folder.chmod(0o555)
        with pytest.raises(ConfigWriteError, match="can't be written: Permission denied"):
            ConfigStore(shared_folder / "config.json", {}).load()


def test_a_writer_killed_before_the_last_step_leaves_the_old_file(store: ConfigStore) -> None:
    text = store.path.read_text()
    killed = textwrap.dedent("""
        import os, signal, sys
        from pathlib import Path
        from hubbub.core.config import ConfigStore
        Path.replace = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
        ConfigStore(sys.argv[1], {}).update({"TeamSettings": {"SiteName": "Kitchen"}}, patch=True)
    """)
    result = subprocess.run([sys.executable, "-c", killed, str(store.path)], check=False, timeout=60)
    assert result.returncode == -signal.SIGKILL
    assert store.path.read_text() == text
    assert store.update({"TeamSettings": {"SiteName": "After"}}, patch=True).TeamSettings.SiteName == "After"


def test_reset_gives_keys_their_defaults(store: ConfigStore) -> None:
    store.update({"TeamSettings": {"MaxUsersPerTeam": 99, "SiteName": "Kitchen"}}, patch=True)
    config = store.reset([("TeamSettings", "MaxUsersPerTeam")])
    assert (config.TeamSettings.MaxUsersPerTeam, config.TeamSettings.SiteName) == (50, "Kitchen")


def test_a_read_only_file_keeps_its_generated_secrets_over_a_reload(shared_folder: Path, ordinary_user: Any) -> None:
    path = shared_folder / "config.json"
    path.write_text("{}")
    path.chmod(0o444)
    with ordinary_user():
        store = ConfigStore(path, {})
        assert store.load() == store.reload()
