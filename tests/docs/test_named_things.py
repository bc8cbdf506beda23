"""What the pages name exists: commands with their options, settings, metrics, error ids, files."""

import re
from functools import cache
from pathlib import Path

import click
import pytest

from hubbub.core.cli import COMMANDS, HubbubGroup
from hubbub.core.cli_app import create_offline_app
from hubbub.core.config import SETTINGS, ConfigStore
from hubbub.tests.docs import pages
from hubbub.tests.meta import tree

PAGES = pages.pages()
_COMMAND = re.compile(r"(?:^|`|bin/)hubbub ([a-z][^`\n]*)", re.MULTILINE)
_OPTION = re.compile(r"--[a-z][\w-]*")
_SETTING = re.compile(r"\b([A-Z]\w*(?:Settings|Flags))\.([A-Z]\w*)")
_METRIC = re.compile(r"`(hubbub_[a-z_]+)`")
_ERROR = re.compile(r"`((?:api|app|model|store)\.[a-z_]+\.[a-z_.]*[a-z])`")
MADE_BY_THE_SERVER = {"config/config.json"}
_PATH = re.compile(r"`((?:core|plugins|config|scripts|bench|tests|docs|examples)/[\w./-]+)`")


@pytest.fixture(scope="session")
def commands(tmp_path_factory: pytest.TempPathFactory) -> dict[str, click.Command]:
    """Return every command by its name, those of plugins too."""
    store = ConfigStore(tmp_path_factory.mktemp("cli") / "config.json", {})
    app = create_offline_app(store)
    group = click.Group("hubbub")
    for plugin_id in app.plugins.ids:
        app.hooks.contribute("register_commands", plugin_id, cli=group)
    own = HubbubGroup("hubbub")
    with click.Context(own) as context:
        named = {name: own.get_command(context, name) for name in COMMANDS}
    return {**group.commands, **{name: command for name, command in named.items() if command is not None}}


def wrong_with(line: str, commands: dict[str, click.Command]) -> str:
    """Return what is wrong with the arguments of `hubbub` on a page, or an empty text."""
    words = [word for word in re.split(r"\s+", line.split(" #")[0].strip()) if not word.startswith("-")]
    command: click.Command | None = commands.get(words[0])
    if command is None:
        return f"there is no command {words[0]!r}"
    if isinstance(command, click.Group) and len(words) > 1 and re.fullmatch("[a-z]+", words[1]):
        if words[1] not in command.commands:
            return f"{words[0]!r} has no command {words[1]!r}"
        command = command.commands[words[1]]
    known = {"--help", *(option for parameter in command.params for option in parameter.opts)}
    unknown = [option for option in _OPTION.findall(line) if option not in known]
    return f"it has no option {unknown[0]}" if unknown else ""


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_commands_exist_with_their_options(page: Path, commands: dict[str, click.Command]) -> None:
    text = tree.text(page)
    # A page that shows how to write a command may call it.
    shown = {name for block in pages.blocks(page) for name in re.findall(r"def (\w+)\(", block.code)}
    lines = [line for line in _COMMAND.findall(text) if line.split()[0] not in shown]
    named = {line: wrong_with(line, commands) for line in lines}
    wrong = [f"hubbub {line}: {problem}" for line, problem in named.items() if problem]
    assert not wrong, f"{page} names commands that are not there:\n" + "\n".join(wrong)


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("serve --listen :1", ""),
        ("user create --username ann --system-admin", ""),
        ("fly", "no command 'fly'"),
        ("user fly", "no command 'fly'"),
        ("user create --wings", "no option --wings"),
    ],
)
def test_a_command_that_is_not_there_is_noticed(line: str, problem: str, commands: dict[str, click.Command]) -> None:
    assert problem in wrong_with(line, commands)
    assert bool(problem) == bool(wrong_with(line, commands))


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_settings_exist(page: Path) -> None:
    known = {info.name for info in SETTINGS}
    named = {f"{section}.{key}" for section, key in _SETTING.findall(tree.text(page))}
    assert not named - known, f"{page} names settings that are not there"


@cache
def sources() -> str:
    """Return the text of all the code."""
    return "\n".join(tree.text(path) for path in tree.files(".py") if path.parts[0] in ("core", "plugins"))


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_metrics_and_error_ids_exist(page: Path) -> None:
    text = tree.text(page)
    named = [*_METRIC.findall(text), *_ERROR.findall(text)]
    # Counters of the hub are named by what they count: hubbub_websocket_<what>_total.
    looked_for = {name: re.sub(r"^hubbub_websocket_(\w+)_total$", r'"\1"', name) for name in named}
    missing = [name for name, text in looked_for.items() if name not in sources() and text not in sources()]
    assert not missing, f"{page} names what the code does not"


@pytest.mark.parametrize("page", [page for page in PAGES if page.parts[0] != "plugin-template"], ids=str)
def test_files_exist(page: Path) -> None:
    missing = []
    for name in _PATH.findall(tree.text(page)):
        if not any(tree.ROOT.glob(name.rstrip("/").replace("<id>", "*"))) and name not in MADE_BY_THE_SERVER:
            missing.append(name)
    assert not missing, f"{page} names files that are not there"
