"""`hubbub plugin`: what there is, and what is on."""

from typing import TYPE_CHECKING, Any

import click

from hubbub.core.cli import takes_config
from hubbub.core.cli_errors import CommandFailed
from hubbub.core.cli_plugin_new import command as new_command
from hubbub.core.paths import default_config_path

if TYPE_CHECKING:
    from hubbub.core.config import Config
    from hubbub.core.loader import Discovered


@click.group("plugin")
@takes_config
def command() -> None:
    """List plugins, turn them on and off, write new ones."""


command.add_command(new_command)


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def list_plugins(as_json: bool) -> None:
    """List every plugin that is found."""
    from hubbub.core import json
    from hubbub.core.loader import is_enabled

    config, found = _found()
    rows: list[dict[str, Any]] = [
        {
            "id": plugin.id,
            "version": plugin.manifest.version,
            "enabled": plugin.error is None and is_enabled(plugin, config),
            "source": plugin.source,
            "summary": str(plugin.error) if plugin.error is not None else plugin.manifest.summary,
        }
        for plugin in found.values()
    ]
    if as_json:
        click.echo(json.encode_str(rows))
        return
    for row in rows:
        state = "on " if row["enabled"] else "off"
        click.echo(f"{state}  {row['id']:<20} {row['version']:<8} {row['source']:<12} {row['summary']}")


@command.command("show")
@click.argument("plugin_id")
def show(plugin_id: str) -> None:
    """Show what a plugin says about itself."""
    from hubbub.core.loader import is_enabled

    config, found = _found()
    plugin = _get(found, plugin_id)
    manifest = plugin.manifest
    click.echo(f"{manifest.name or manifest.id} ({manifest.id} {manifest.version}): {manifest.summary}")
    click.echo(f"on:        {'yes' if plugin.error is None and is_enabled(plugin, config) else 'no'}")
    click.echo(f"from:      {plugin.source}, {plugin.location}")
    for title, contracts in (
        ("provides", manifest.provides),
        ("requires", manifest.requires),
        ("optional", manifest.optional),
    ):
        if contracts:
            click.echo(f"{title + ':':<10} {', '.join(contract.__name__ for contract in contracts)}")
    click.echo(f"turned on and off: {'while the server runs' if manifest.reloadable else 'with a restart'}")
    if plugin.error is not None:
        click.echo(f"broken:    {plugin.error}")


@command.command("enable")
@click.argument("plugin_id")
def enable(plugin_id: str) -> None:
    """Turn a plugin on."""
    _switch(plugin_id, on=True)


@command.command("disable")
@click.argument("plugin_id")
def disable(plugin_id: str) -> None:
    """Turn a plugin off."""
    _switch(plugin_id, on=False)


def _switch(plugin_id: str, *, on: bool) -> None:
    """Write the new state, unless it would keep the server from starting."""
    import msgspec

    from hubbub.core.config import ConfigStore
    from hubbub.core.config.sections.plugins import PluginState

    config, found = _found()
    plugin = _get(found, plugin_id)
    states = {**config.PluginSettings.PluginStates, plugin.id: PluginState(Enable=on)}
    settings = msgspec.structs.replace(config.PluginSettings, PluginStates=states)
    broken_before = _broken(config, found)
    broken_after = _broken(msgspec.structs.replace(config, PluginSettings=settings), found)
    for name, text in broken_after.items():
        if name not in broken_before:
            raise CommandFailed(f"nothing was changed: {text}")
    change = {"PluginSettings": {"PluginStates": {plugin.id: {"Enable": on}}}}
    ConfigStore(default_config_path()).update(change, patch=True)
    when = "at once, if the server runs" if plugin.manifest.reloadable else "with the next start of the server"
    click.echo(f"{plugin.id} is {'on' if on else 'off'}, {when}.")


def _broken(config: "Config", found: "dict[str, Discovered]") -> dict[str, str]:
    """Return plugin id → what would keep it from being loaded."""
    from hubbub.core.loader import choose, is_enabled

    _chosen, errors = choose([p for p in found.values() if is_enabled(p, config)], skip_broken=True)
    return {error.plugin_id: str(error) for error in errors}


def _found() -> "tuple[Config, dict[str, Discovered]]":
    from hubbub.core.patching import patch

    patch()
    from hubbub.core.config import ConfigStore, defaults
    from hubbub.core.loader import discover

    path = default_config_path()
    # Looking must not make a file in the wrong place.
    config = ConfigStore(path).current if path.exists() else defaults(existing=False)
    return config, {plugin.id: plugin for plugin in discover(config)}


def _get(found: "dict[str, Discovered]", plugin_id: str) -> "Discovered":
    plugin = found.get(plugin_id)
    if plugin is None:
        raise CommandFailed(f"there is no plugin {plugin_id!r}. `hubbub plugin list` shows those that are found.")
    return plugin
