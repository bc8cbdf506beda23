"""Finds plugins, decides which are on, puts them in order, builds and unbuilds them.

Built-in ones and strangers come in by the same door: a `manifest` and a class `Plugin`, found below
`hubbub.plugins`, by the entry-point group `hubbub.plugins`, or as a file or package in the folder that
`PluginSettings.Directory` names.
"""

import importlib
import importlib.metadata
import importlib.util
import pkgutil
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any, Final

import msgspec

from hubbub.core.contracts.plugin import Manifest

GROUP: Final = "hubbub.plugins"
_ID: Final = re.compile(r"[a-z0-9][a-z0-9_.-]{0,63}", re.IGNORECASE).fullmatch


class PluginError(Exception):
    """A plugin can't be loaded: which one, why, and what to do about it."""

    def __init__(self, plugin_id: str, cause: str, remedy: str) -> None:
        self.plugin_id = plugin_id
        self.cause = cause
        self.remedy = remedy
        super().__init__(f"plugin {plugin_id!r} can't be loaded: {cause}. {remedy}")


class Discovered(msgspec.Struct, kw_only=True):
    """A plugin that was found; `error` is set (and `manifest` a mere name) when its manifest can't be read."""

    manifest: Manifest
    module: ModuleType | None
    source: str  # "built-in", "entry point" or "file"
    location: str
    error: PluginError | None = None

    @property
    def id(self) -> str:
        """The plugin's id."""
        return self.manifest.id

    def load_class(self) -> type:
        """Import the plugin's code and return its class `Plugin`. Raises `PluginError`."""
        if self.error is not None or self.module is None:
            raise self.error or PluginError(self.id, "its module is missing", "Install it again or turn it off.")
        found = getattr(self.module, "Plugin", None)
        if found is None and hasattr(self.module, "__path__"):
            try:
                found = getattr(importlib.import_module(f"{self.module.__name__}.plugin"), "Plugin", None)
            except (Exception, SystemExit) as error:
                raise _broken(self.id, self.location, error) from error
        if not isinstance(found, type):
            raise PluginError(self.id, f"{self.location} has no class Plugin", "Add one, or turn the plugin off.")
        return found


Find = Callable[[Any], list[Discovered]]
"""`find(config)` returns the plugins there are, sorted by id; their code may not be complete."""


def _broken(plugin_id: str, location: str, error: BaseException) -> PluginError:
    return PluginError(
        plugin_id,
        f"{location} fails with {type(error).__name__}: {error}",
        f'Repair it, or turn it off: PluginSettings.PluginStates["{plugin_id}"].Enable = false '
        f"(or start with PluginSettings.SkipBroken = true).",
    )


def discover(config: Any) -> list[Discovered]:
    """Return every plugin that can be found, sorted by id.

    Of two with one id the later (built in, then installed, then in the folder) is returned as broken. Nothing of
    strangers is imported while `PluginSettings.Enable` is false.
    """
    found: dict[str, Discovered] = {}
    strangers = (*_entry_points(), *_files(config.plugin_directory)) if config.PluginSettings.Enable else ()
    for plugin in (*built_in(), *strangers):
        other = found.get(plugin.id)
        taken = plugin if other is None else _second(plugin, other)
        found[taken.id] = taken
    return [found[plugin_id] for plugin_id in sorted(found)]


def _second(plugin: Discovered, first: Discovered) -> Discovered:
    name = f"{plugin.id} ({plugin.location})"
    error = PluginError(
        name, f"{first.location} and {plugin.location} are both called {plugin.id!r}", "Remove or rename one of them."
    )
    return Discovered(
        manifest=Manifest(id=name, version=""),
        module=None,
        source=plugin.source,
        location=plugin.location,
        error=plugin.error or error,
    )


def built_in() -> Iterator[Discovered]:
    """Yield the plugins below `hubbub.plugins`, by name."""
    package = importlib.import_module("hubbub.plugins")
    for entry in pkgutil.iter_modules(package.__path__):
        name = f"hubbub.plugins.{entry.name}"
        yield _describe(entry.name, "built-in", name, partial(importlib.import_module, name))


def _entry_points() -> Iterator[Discovered]:
    for entry in importlib.metadata.entry_points(group=GROUP):
        yield _describe(entry.name, "entry point", entry.value, entry.load)


def _files(directory: Path) -> Iterator[Discovered]:
    ours = importlib.import_module("hubbub.plugins")
    if not directory.is_dir() or str(directory.resolve()) in {str(Path(path).resolve()) for path in ours.__path__}:
        return
    for path in sorted(directory.iterdir()):
        target = path / "__init__.py" if path.is_dir() else path
        if target.suffix == ".py" and target.is_file() and not path.name.startswith((".", "_")):
            yield _describe(path.stem, "file", str(path), partial(_import_file, path, target))


class _FreshSource(SourceFileLoader):
    """Compiles a file as it is: Python's cache misses a change of the same second that leaves the size as it was."""

    def get_code(self, _fullname: str) -> CodeType:
        return self.source_to_code(self.get_data(self.path), self.path)


def _import_file(path: Path, target: Path) -> ModuleType:
    name = f"hubbub_plugin_files.{path.stem}"
    for old in [module for module in sys.modules if module == name or module.startswith(f"{name}.")]:
        del sys.modules[old]
    search = [str(path)] if path.is_dir() else None
    spec = importlib.util.spec_from_file_location(
        name, target, loader=_FreshSource(name, str(target)), submodule_search_locations=search
    )
    if spec is None or spec.loader is None:
        raise ImportError(f"{path} is not a Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        sys.modules.pop(name, None)
        raise
    return module


def _describe(name: str, source: str, location: str, load: Callable[[], ModuleType]) -> Discovered:
    try:
        module = load()
        manifest = check_manifest(getattr(module, "manifest", None))
    except (Exception, SystemExit) as error:
        return Discovered(
            manifest=Manifest(id=name, version=""),
            module=None,
            source=source,
            location=location,
            error=_broken(name, location, error),
        )
    return Discovered(manifest=manifest, module=module, source=source, location=location)


def check_manifest(manifest: object) -> Manifest:
    """Return the manifest. Raises `TypeError` or `ValueError` for one that makes no sense."""
    if not isinstance(manifest, Manifest):
        raise TypeError("it has no `manifest` of type hubbub.core.contracts.plugin.Manifest")
    if not isinstance(manifest.id, str) or _ID(manifest.id) is None or manifest.id == "core":
        raise ValueError(f"manifest.id is {manifest.id!r}; it must be up to 64 letters, digits, _, . or -")
    if manifest.reloadable and manifest.provides:
        raise ValueError("manifest.reloadable is true, but others may hold what it provides: choose one")
    for contract in (*manifest.provides, *manifest.requires, *manifest.optional):
        if not isinstance(contract, type):
            raise TypeError(f"manifest names {contract!r}; provides, requires and optional are tuples of contracts")
    return manifest


def is_enabled(plugin: Discovered, config: Any) -> bool:
    """Say whether a plugin is on: as config.json says, else as its manifest decides.

    One whose manifest can't be read counts as on, so that nobody believes that a broken filter works. Strangers
    are off while `PluginSettings.Enable` is false, whatever else is said.
    """
    if plugin.source != "built-in" and not config.PluginSettings.Enable:
        return False
    state = config.PluginSettings.PluginStates.get(plugin.id)
    if state is not None:
        return bool(state.Enable)
    if plugin.error is not None:
        return True
    try:
        return plugin.manifest.default_enabled(config)
    except Exception as error:
        plugin.error = _broken(plugin.id, f"default_enabled of {plugin.location}", error)
        return True


def in_order(plugins: Iterable[Discovered]) -> list[Discovered]:
    """Return the plugins so that each comes after what it requires or may use, else by id.

    Raises `PluginError` for a missing provider, a cycle, or two providers of one contract.
    """
    by_id = {plugin.id: plugin for plugin in plugins}
    providers = _providers(by_id.values())
    ordered: list[Discovered] = []
    state: dict[str, str] = {}

    def visit(plugin: Discovered, path: tuple[str, ...]) -> None:
        if state.get(plugin.id) == "done":
            return
        if plugin.id in path:
            cycle = " -> ".join((*path[path.index(plugin.id) :], plugin.id))
            raise PluginError(plugin.id, f"it requires itself in a circle: {cycle}", "One of them must let go.")
        for needed in _needs(plugin, providers):
            visit(by_id[needed], (*path, plugin.id))
        state[plugin.id] = "done"
        ordered.append(plugin)

    for plugin_id in sorted(by_id):
        visit(by_id[plugin_id], ())
    return ordered


def _providers(plugins: Iterable[Discovered]) -> dict[type, str]:
    providers: dict[type, str] = {}
    for plugin in plugins:
        for contract in plugin.manifest.provides:
            other = providers.setdefault(contract, plugin.id)
            if other != plugin.id:
                raise PluginError(
                    plugin.id,
                    f"{other!r} provides {contract.__name__} as well",
                    f'Turn one of them off: PluginSettings.PluginStates["{other}"].Enable = false.',
                )
    return providers


def _needs(plugin: Discovered, providers: dict[type, str]) -> list[str]:
    needed = []
    for contract in plugin.manifest.requires:
        if contract not in providers:
            raise PluginError(
                plugin.id,
                f"it requires {contract.__name__}, which no plugin that is on provides",
                f'Turn on one that does, or turn off "{plugin.id}" in PluginSettings.PluginStates.',
            )
        needed.append(providers[contract])
    needed += [providers[contract] for contract in plugin.manifest.optional if contract in providers]
    return sorted(set(needed) - {plugin.id})


def choose(plugins: Iterable[Discovered], *, skip_broken: bool) -> tuple[list[Discovered], list[PluginError]]:
    """Return the plugins that can be loaded, in order, and the errors of those left out.

    Without `skip_broken` the first error is raised. With it, a plugin that needs a broken one is left out too.
    """
    chosen = list(plugins)
    errors: list[PluginError] = []
    while True:
        try:
            for plugin in chosen:
                if plugin.error is not None:
                    raise plugin.error
            return in_order(chosen), errors
        except PluginError as error:
            if not skip_broken:
                raise
            errors.append(error)
            chosen = [plugin for plugin in chosen if plugin.id != error.plugin_id]
