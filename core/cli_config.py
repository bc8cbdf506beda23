"""`hubbub config`: the configuration, checked, shown and changed as the server would do it."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any

import click

from hubbub.core.cli import takes_config
from hubbub.core.cli_errors import CommandFailed
from hubbub.core.paths import default_config_path

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hubbub.core.config import Config, ConfigStore, Problem, SettingInfo
    from hubbub.core.loader import Discovered

_PLUGIN_SETTINGS = ("PluginSettings", "Plugins")


@click.group("config")
@takes_config
def command() -> None:
    """Check, show and change the configuration. A running server takes changes over within seconds."""


@command.command("check")
def check() -> None:
    """Explain everything that is wrong with the configuration: exit code 1 if the server could not start with it."""
    store = _store()
    problems = store.check(_problems_of_plugins)
    for problem in problems:
        click.echo(str(problem))
    errors = sum(problem.severity == "error" for problem in problems)
    click.echo(f"{store.path}: {errors} errors, {len(problems) - errors} warnings.")
    if errors:
        raise SystemExit(1)


@command.command("show")
@click.option("--all", "everything", is_flag=True, help="Keys with their default values too.")
def show(everything: bool) -> None:
    """Show the settings that differ from their defaults; secrets are hidden."""
    from hubbub.core.config import MASK, SETTINGS

    shown = _readable().sanitized()
    overridden = _readable().environment()
    for info in SETTINGS:
        value = _walk(shown, info.path)
        if not everything and value in (_plain(info.default(existing=False)), ""):
            continue
        note = f"  (from {info.variable})" if _walk(overridden, info.path) else ""
        click.echo(f"{info.name} = {'(hidden)' if value == MASK else _text(value)}{note}")


@command.command("get")
@click.argument("key")
def get(key: str) -> None:
    """Show one setting, like ServiceSettings.SiteURL."""
    value = _walk(_readable().sanitized(), _path(key))
    if value is None:
        raise CommandFailed(f"{key} is not set.")
    click.echo(value if isinstance(value, str) else _text(value))


@command.command("set")
@click.argument("key")
@click.argument("values", nargs=-1, required=True)
def set_value(key: str, values: tuple[str, ...]) -> None:
    """Change one setting; several values make a list. Text needs no quotes, objects are written as JSON."""
    store = _readable()
    path = _path(key)
    value = _parse(_info(path), values)
    document: Any = value
    for name in reversed(path):
        document = {name: document}
    if path[:2] == _PLUGIN_SETTINGS:
        document = _with_other_plugin_settings(store, path, value)
    store.update(document, patch=True)
    click.echo(f"{'.'.join(path)} is set in {store.path}.")
    info = _info(path)
    if _walk(store.environment(), path):
        click.echo(f"Nothing changes yet: {info.variable if info else 'the environment'} overrides it.", err=True)
    elif info is not None and info.setting.restart:
        click.echo("It takes effect when the server is started again.")


@command.command("reset")
@click.argument("keys", nargs=-1, required=True)
def reset(keys: tuple[str, ...]) -> None:
    """Give settings their default values."""
    store = _readable()
    paths = [_path(key) for key in keys]
    store.reset(paths)
    for path in paths:
        click.echo(f"{'.'.join(path)} has its default value.")


def _plugins_that_are_on(config: Config) -> list[Discovered]:
    from hubbub.core.loader import discover, is_enabled

    return [plugin for plugin in discover(config) if is_enabled(plugin, config)]


def _problems_of_plugins(config: Config) -> Iterator[Problem]:
    """Yield what would keep plugins from being loaded: their settings, and what they need of each other."""
    from hubbub.core.config import ConfigError, Problem
    from hubbub.core.loader import PluginError, choose

    plugins = _plugins_that_are_on(config)
    for plugin in plugins:
        try:
            if plugin.manifest.config is not None:
                config.plugin(plugin.id, plugin.manifest.config)
        except ConfigError as error:
            yield from error.problems
    skip = config.PluginSettings.SkipBroken
    try:
        _, left_out = choose(plugins, skip_broken=skip)
    except PluginError as error:
        left_out = [error]
    for reason in left_out:
        severity: Any = "warning" if skip else "error"
        yield Problem(f"plugin {reason.plugin_id!r}", None, f"{reason.cause}.", reason.remedy, severity)


def _store() -> ConfigStore:
    from hubbub.core.config import ConfigStore

    return ConfigStore(default_config_path())


def _readable() -> ConfigStore:
    """Return the store of a file that exists; looking at a configuration must not make one in the wrong place."""
    store = _store()
    if not store.path.exists():
        raise CommandFailed(
            f"there is no {store.path}. Start the server once to have one made, or name another with --config."
        )
    # So that plugins' secrets are hidden, and their settings checked before they are written.
    for plugin in _plugins_that_are_on(store.load()):
        if plugin.manifest.config is not None:
            store.register_plugin(plugin.id, plugin.manifest.config)
    return store


def _path(key: str) -> tuple[str, ...]:
    """Return the path of a key in its declared spelling. Raises `CommandFailed` with the nearest names."""
    from hubbub.core.config import SETTINGS

    wanted = key.casefold()
    for info in SETTINGS:
        name = info.name.casefold()
        if wanted == name:
            return info.path
        if wanted.startswith(name + ".") and info.path == _PLUGIN_SETTINGS:
            return (*info.path, *key.split(".")[2:4]) if key.count(".") == 3 else _PLUGIN_SETTINGS
    near = difflib.get_close_matches(wanted, [info.name.casefold() for info in SETTINGS], 3, 0.6)
    names = {info.name.casefold(): info.name for info in SETTINGS}
    hint = f" Did you mean {', '.join(names[name] for name in near)}?" if near else ""
    raise CommandFailed(f"there is no setting {key!r}.{hint} `hubbub config show --all` lists them.")


def _info(path: tuple[str, ...]) -> SettingInfo | None:
    from hubbub.core.config import SETTINGS

    return next((info for info in SETTINGS if info.path == path), None)


def _parse(info: SettingInfo | None, values: tuple[str, ...]) -> Any:
    """Return what the words mean for the setting's type; core/config says what does not fit."""
    from typing import get_origin

    import msgspec

    from hubbub.core import json

    origin = None if info is None else (get_origin(info.type) or info.type)
    if origin in (list, tuple) and not (len(values) == 1 and values[0].startswith("[")):
        return [value for value in values if value]
    if len(values) > 1:
        raise CommandFailed("this setting takes one value; put it in quotes if it has spaces.")
    if origin is str:
        return values[0]
    try:
        return json.decode(values[0])
    except msgspec.DecodeError:
        return values[0]


def _with_other_plugin_settings(store: ConfigStore, path: tuple[str, ...], value: Any) -> dict[str, Any]:
    """Return a document that changes one key of a plugin and keeps its others (masked ones stay what they are)."""
    plugins = dict(store.sanitized()["PluginSettings"]["Plugins"])
    if len(path) == 4:
        plugins[path[2]] = {**plugins.get(path[2], {}), path[3]: value}
    elif isinstance(value, dict):
        plugins = value
    return {"PluginSettings": {"Plugins": plugins}}


def _walk(document: Any, path: tuple[str, ...]) -> Any:
    for name in path:
        if not isinstance(document, dict):
            return None
        document = next((value for key, value in document.items() if key.casefold() == name.casefold()), None)
    return document


def _plain(value: Any) -> Any:
    from hubbub.core import json

    return json.decode(json.encode(value))


def _text(value: Any) -> str:
    from hubbub.core import json

    return json.encode_str(value)
