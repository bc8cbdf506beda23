"""The command `hubbub`, as people type it."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from hubbub.tests.core.cli_kit import BASE, environment, hubbub, write_config

PLUGIN = """
import click
from hubbub import hookspecs
from hubbub.core.contracts.plugin import Manifest

manifest = Manifest(id="greeter", version="1.0", summary="Greets", reloadable=True)


class Plugin:
    def __init__(self, context):
        self.context = context

    @hookspecs.hookimpl
    def register_commands(self, cli):
        @cli.group("greet", help="Greet people.")
        def greet():
            pass

        @greet.command("one", help="Greet one.")
        @click.argument("name")
        def one(name):
            if name == "nobody":
                from hubbub.core.contracts.errors import BadRequest
                raise BadRequest("Nobody can't be greeted.")
            with self.context.db.transaction():
                value = self.context.db.fetch_value("SELECT 40 + 2")
            click.echo(f"Hello {name}, {value}")
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_config(tmp_path)
    return tmp_path


@pytest.fixture
def with_plugin(folder: Path) -> Path:
    (folder / "plugins").mkdir()
    (folder / "plugins" / "greeter.py").write_text(PLUGIN)
    return folder


def test_help_lists_the_commands_and_loads_nothing_of_the_server(tmp_path: Path) -> None:
    script = (
        "import sys\nfrom hubbub.core.cli import main\n"
        "try:\n    main(['--help'])\nfinally:\n"
        "    print('loaded', {'gevent', 'peewee', 'falcon', 'gunicorn', 'msgspec'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0
    for name in ("serve", "config", "plugin", "migrate", "version"):
        assert f"\n  {name} " in done.stdout
    assert "loaded set()" in done.stdout
    assert list(tmp_path.iterdir()) == []


def test_version(tmp_path: Path) -> None:
    done = hubbub(tmp_path, "version")
    assert done.stdout.startswith("Hubbub 0.")


def test_a_setting_is_set_shown_and_reset(folder: Path) -> None:
    assert hubbub(folder, "config", "set", "teamsettings.sitename", "Our place").returncode == 0
    assert hubbub(folder, "config", "get", "TeamSettings.SiteName").stdout == "Our place\n"
    assert 'TeamSettings.SiteName = "Our place"' in hubbub(folder, "config", "show").stdout
    assert hubbub(folder, "config", "reset", "TeamSettings.SiteName").returncode == 0
    assert "SiteName" not in (folder / "config.json").read_text()


@pytest.mark.parametrize(
    ("key", "given", "expected"),
    [
        ("TeamSettings.MaxUsersPerTeam", ["70"], 70),
        ("TeamSettings.EnableOpenServer", ["true"], True),
        ("HubbubSettings.TrustedProxies", ["10.0.0.1", "10.0.0.2"], ["10.0.0.1", "10.0.0.2"]),
        ("HubbubSettings.TrustedProxies", ['["10.0.0.3"]'], ["10.0.0.3"]),
        ("TeamSettings.CustomDescriptionText", ["123"], "123"),
    ],
)
def test_values_get_the_type_of_their_setting(folder: Path, key: str, given: list[str], expected: object) -> None:
    done = hubbub(folder, "config", "set", key, *given)
    assert done.returncode == 0, done.stderr
    section, name = key.split(".")
    assert json.loads((folder / "config.json").read_text())[section][name] == expected


def test_a_wrong_value_changes_nothing_and_is_explained(folder: Path) -> None:
    before = (folder / "config.json").read_text()
    done = hubbub(folder, "config", "set", "TeamSettings.MaxUsersPerTeam", "many")
    assert done.returncode == 1
    assert "TeamSettings.MaxUsersPerTeam" in done.stderr
    assert "'many'" in done.stderr
    assert "Traceback" not in done.stderr
    assert json.loads((folder / "config.json").read_text()).get("TeamSettings") is None, before


def test_an_unknown_key_is_answered_with_the_nearest(folder: Path) -> None:
    done = hubbub(folder, "config", "set", "TeamSettings.SiteNam", "x")
    assert done.returncode == 1
    assert "TeamSettings.SiteName" in done.stderr


def test_a_setting_of_a_plugin_keeps_its_others(folder: Path) -> None:
    write_config(folder, PluginSettings={"Plugins": {"greeter": {"word": "Hello", "api_key": "hush"}}})
    assert hubbub(folder, "config", "set", "PluginSettings.Plugins.greeter.word", "Bye").returncode == 0
    stored = json.loads((folder / "config.json").read_text())["PluginSettings"]["Plugins"]["greeter"]
    assert stored == {"word": "Bye", "api_key": "hush"}


def test_secrets_are_not_shown(folder: Path) -> None:
    write_config(folder, SqlSettings={"DriverName": "postgres", "DataSource": "postgres://hubbub:hush@db/hubbub"})
    for arguments in (("config", "show", "--all"), ("config", "get", "SqlSettings.DataSource")):
        assert "hush" not in hubbub(folder, *arguments).stdout


def test_what_the_environment_overrides_is_said(folder: Path) -> None:
    done = hubbub(folder, "config", "set", "TeamSettings.SiteName", "File", MM_TEAMSETTINGS_SITENAME="Environment")
    assert done.returncode == 0
    assert "MM_TEAMSETTINGS_SITENAME" in done.stderr


def test_check_explains_and_fails_only_for_errors(folder: Path) -> None:
    write_config(folder, TeamSettings={"MaxUsersPerTeam": "x"}, NoSuchSection={"a": 1})
    done = hubbub(folder, "config", "check")
    assert done.returncode == 1
    assert "error: TeamSettings.MaxUsersPerTeam" in done.stdout
    assert "NoSuchSection" in done.stdout
    write_config(folder, NoSuchSection={"a": 1})
    assert hubbub(folder, "config", "check").returncode == 0


def test_a_check_finds_what_would_keep_plugins_from_being_loaded(folder: Path) -> None:
    settings = {"Plugins": {"auth_password": {"Iterations": 5}}, "PluginStates": {}}
    write_config(folder, PluginSettings=settings)
    done = hubbub(folder, "config", "check")
    assert done.returncode == 1
    assert "error: PluginSettings.Plugins.auth_password.Iterations is 5" in done.stdout
    write_config(folder, PluginSettings={"PluginStates": {"teams": {"Enable": False}}})
    done = hubbub(folder, "config", "check")
    assert done.returncode == 1
    assert re.search(r"error: plugin '\w+': it requires TeamService", done.stdout)
    write_config(folder, PluginSettings={"PluginStates": {"teams": {"Enable": False}}, "SkipBroken": True})
    done = hubbub(folder, "config", "check")
    assert done.returncode == 0
    assert "warning: plugin 'channels'" in done.stdout


def test_looking_at_a_configuration_that_is_not_there_makes_none(tmp_path: Path) -> None:
    for arguments in (("config", "show"), ("config", "check"), ("plugin", "list")):
        hubbub(tmp_path, *arguments)
    assert list(tmp_path.iterdir()) == []


def test_the_configuration_may_be_named_before_or_after_the_command(folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "elsewhere"
    other.mkdir()
    write_config(other, TeamSettings={"SiteName": "Elsewhere"})
    path = str(other / "config.json")
    key = "TeamSettings.SiteName"
    assert hubbub(folder, "--config", path, "config", "get", key).stdout == "Elsewhere\n"
    assert hubbub(folder, "config", "--config", path, "get", key).stdout == "Elsewhere\n"
    assert hubbub(folder, "config", "get", key, HUBBUB_CONFIG=path).stdout == "Elsewhere\n"


def test_plugins_are_listed_and_shown(with_plugin: Path) -> None:
    rows = {row["id"]: row for row in json.loads(hubbub(with_plugin, "plugin", "list", "--json").stdout)}
    assert rows["greeter"] == {
        "id": "greeter",
        "version": "1.0",
        "enabled": True,
        "source": "file",
        "summary": "Greets",
    }
    assert rows["cluster_local"]["source"] == "built-in"
    assert "while the server runs" in hubbub(with_plugin, "plugin", "show", "greeter").stdout


def test_a_plugin_is_turned_off_and_on(with_plugin: Path) -> None:
    assert hubbub(with_plugin, "plugin", "disable", "greeter").returncode == 0
    assert "off  greeter" in hubbub(with_plugin, "plugin", "list").stdout
    assert hubbub(with_plugin, "greet", "one", "Ada").returncode == 2
    assert hubbub(with_plugin, "plugin", "enable", "greeter").returncode == 0
    assert "on   greeter" in hubbub(with_plugin, "plugin", "list").stdout


def test_a_plugin_that_others_need_is_not_turned_off(folder: Path) -> None:
    (folder / "plugins").mkdir()
    source = (
        "from hubbub.core.contracts.plugin import Manifest\n"
        "from hubbub.core.contracts.realtime import EventBus\n"
        "manifest = Manifest(id='needy', version='1', requires=(EventBus,))\nclass Plugin:\n    pass\n"
    )
    (folder / "plugins" / "needy.py").write_text(source)
    before = (folder / "config.json").read_text()
    done = hubbub(folder, "plugin", "disable", "cluster_local")
    assert done.returncode == 1
    assert "needy" in done.stderr
    assert "EventBus" in done.stderr
    assert json.loads((folder / "config.json").read_text())["PluginSettings"] == json.loads(before)["PluginSettings"]


def test_an_unknown_plugin_is_refused(folder: Path) -> None:
    done = hubbub(folder, "plugin", "enable", "nosuch")
    assert done.returncode == 1
    assert "'nosuch'" in done.stderr


def test_a_plugins_command_runs_with_the_app(with_plugin: Path) -> None:
    done = hubbub(with_plugin, "greet", "one", "Ada")
    assert (done.returncode, done.stdout) == (0, "Hello Ada, 42\n"), done.stderr
    assert "greet  Greet people." in hubbub(with_plugin, "help").stdout


def test_help_of_a_plugins_command_opens_no_database(with_plugin: Path) -> None:
    assert "Greet one." in hubbub(with_plugin, "greet", "one", "--help").stdout
    assert not (with_plugin / "data").exists()


def test_a_plugins_refusal_is_one_line(with_plugin: Path) -> None:
    done = hubbub(with_plugin, "greet", "one", "nobody")
    assert (done.returncode, done.stderr) == (1, "hubbub: Nobody can't be greeted.\n")


def test_two_plugins_with_one_command_are_both_named(with_plugin: Path) -> None:
    (with_plugin / "plugins" / "rival.py").write_text(PLUGIN.replace('id="greeter"', 'id="rival"'))
    done = hubbub(with_plugin, "help")
    assert done.returncode == 1
    assert "'greeter'" in done.stderr
    assert "'rival'" in done.stderr


def test_an_unknown_command_is_refused(folder: Path) -> None:
    done = hubbub(folder, "frobnicate")
    assert done.returncode == 2
    assert "frobnicate" in done.stderr


def test_migrations_can_be_looked_at_before_they_run(folder: Path) -> None:
    pending = hubbub(folder, "migrate", "--check")
    assert pending.returncode == 3
    assert pending.stdout.startswith("pending  roles  0001_roles\n")
    planned = hubbub(folder, "migrate", "--plan").stdout
    assert [line for line in planned.splitlines(True) if line.startswith("pending")] == pending.stdout.splitlines(True)
    assert "create table roles" in planned
    assert hubbub(folder, "migrate").stdout == pending.stdout.replace("pending", "done")
    done = hubbub(folder, "migrate", "--check")
    assert (done.returncode, done.stdout) == (0, "The database is up to date.\n")


def test_a_check_that_fails_has_an_exit_code_of_its_own(folder: Path) -> None:
    write_config(folder, SqlSettings={"DriverName": "postgres", "DataSource": "postgres://x:y@127.0.0.1:1/z"})

    assert hubbub(folder, "migrate", "--check").returncode == 1


def test_a_reader_that_stops_reading_is_no_failure(folder: Path) -> None:
    script = f"{sys.executable} -c 'from hubbub.core.cli import main; main()' config show --all | head -1"
    done = subprocess.run(
        script, shell=True, cwd=folder, env=environment(), capture_output=True, text=True, timeout=60, check=True
    )
    assert "Traceback" not in done.stderr


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    """Return a configuration whose paths are all inside of its own folder, and none is the working directory."""
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "plugins").mkdir()
    (folder / "plugins" / "greeter.py").write_text(PLUGIN)
    return write_config(
        folder,
        PluginSettings={**BASE["PluginSettings"], "Directory": str(folder / "plugins")},
        HubbubSettings={"DataDirectory": str(folder / "data"), "RunDirectory": str(folder / "run")},
    )


@pytest.mark.parametrize(
    "arguments",
    [
        ["--config", "{path}", "greet", "one", "Ada"],
        ["--config={path}", "greet", "one", "Ada"],
        ["greet", "--config", "{path}", "one", "Ada"],
        ["greet", "one", "--config", "{path}", "Ada"],
        ["greet", "one", "Ada", "--config={path}"],
    ],
)
def test_a_plugins_command_uses_the_named_configuration_only(
    elsewhere: Path, tmp_path: Path, arguments: list[str]
) -> None:
    here = tmp_path / "here"
    here.mkdir()
    ran = hubbub(here, *(argument.format(path=elsewhere) for argument in arguments))
    assert (ran.returncode, ran.stdout) == (0, "Hello Ada, 42\n"), ran.stderr
    assert list(here.iterdir()) == []
    assert (elsewhere.parent / "data").is_dir()


def test_the_variable_names_the_configuration_of_a_plugins_command(elsewhere: Path, tmp_path: Path) -> None:
    here = tmp_path / "here"
    here.mkdir()
    ran = hubbub(here, "greet", "one", "Ada", HUBBUB_CONFIG=str(elsewhere))
    assert (ran.returncode, ran.stdout) == (0, "Hello Ada, 42\n"), ran.stderr
    assert list(here.iterdir()) == []


def test_the_option_beats_the_variable(elsewhere: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    ran = hubbub(other, "--config", str(elsewhere), "greet", "one", "Ada", HUBBUB_CONFIG=str(other / "config.json"))
    assert (ran.returncode, ran.stdout) == (0, "Hello Ada, 42\n"), ran.stderr
    assert list(other.iterdir()) == []


def test_a_config_option_without_its_value_is_a_wrong_call(tmp_path: Path) -> None:
    ran = hubbub(tmp_path, "greet", "one", "--config")
    assert ran.returncode == 2
    assert "requires an argument" in ran.stderr
    assert list(tmp_path.iterdir()) == []


def test_after_two_dashes_everything_is_the_commands_own(elsewhere: Path, tmp_path: Path) -> None:
    here = tmp_path / "here"
    here.mkdir()
    ran = hubbub(here, "greet", "one", "--", "--config", HUBBUB_CONFIG=str(elsewhere))
    assert (ran.returncode, ran.stdout) == (0, "Hello --config, 42\n"), ran.stderr


@pytest.mark.parametrize(
    "arguments", [["--config", "typo.json", "greet", "one"], ["greet", "--config=typo.json", "one"]]
)
def test_a_misspelt_configuration_does_not_become_a_server(tmp_path: Path, arguments: list[str]) -> None:
    ran = hubbub(tmp_path, *arguments, "Ada")
    assert ran.returncode == 1
    assert ran.stderr == ("hubbub: there is no configuration typo.json. `hubbub --config typo.json serve` makes one.\n")
    assert list(tmp_path.iterdir()) == []
