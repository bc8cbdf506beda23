"""The four ways to call plugins: ask, consult, tell, contribute.

pluggy returns lists, newest registration first, never chains and stops at the first exception; here that is
wrapped once. Implementations run first registered first (`tryfirst` before, `trylast` after), each gets only
the arguments it names.
"""

import difflib
import inspect
import logging
from collections.abc import Callable, Iterable
from copy import deepcopy
from types import ModuleType
from typing import Any, Final, Protocol

import gevent
import pluggy

from hubbub.core.contracts.errors import AppError, Rejected

log = logging.getLogger("hubbub.hooks")

PROJECT = "hubbub"
FILTERS: Final = frozenset({"message_will_be_posted", "message_will_be_updated"})
"""Hooks of message filters: the section MessageFilters of config.json is for them."""


class HookError(Exception):
    """A plugin's hook implementation doesn't fit its specification; the message names both."""


class _Submit(Protocol):
    def __call__(self, run: Callable[..., object], /, *args: object) -> object: ...


class FilterRules(Protocol):
    """The section MessageFilters of the configuration."""

    @property
    def Order(self) -> tuple[str, ...]: ...

    @property
    def OnError(self) -> str: ...

    @property
    def TimeLimitMilliseconds(self) -> int: ...


class FilterTooSlow(BaseException):
    """A message filter took longer than MessageFilters.TimeLimitMilliseconds; no `except Exception` of its keeps it."""


class _Manager(pluggy.PluginManager):
    """Pluggy's, which looks at each attribute of a plugin: those that begin with _ are no hooks."""

    def parse_hookimpl_opts(self, plugin: object, name: str) -> Any:
        """See pluggy. PERF: most attributes are Python's own."""
        return None if name.startswith("_") else super().parse_hookimpl_opts(plugin, name)


class _Implementation:
    """One plugin's function for one hook."""

    __slots__ = ("argnames", "call", "plugin")

    def __init__(self, plugin: str, call: Callable[..., Any], argnames: tuple[str, ...]) -> None:
        self.plugin = plugin
        self.call = call
        self.argnames = argnames

    def __call__(self, arguments: dict[str, Any]) -> Any:
        return self.call(*[arguments[name] for name in self.argnames])


class Hooks:
    """Registers plugins and calls their hooks."""

    def __init__(self, hookspecs: ModuleType, *, submit: _Submit | None = None) -> None:
        self._manager = _Manager(PROJECT)
        self._manager.add_hookspecs(hookspecs)
        self._submit = submit
        self._table: dict[str, tuple[_Implementation, ...]] = {}
        self._draft_name: dict[str, str] = {}
        self._filter_rules: Callable[[], FilterRules] | None = None
        self.version = 0
        """Grows whenever a plugin comes or goes: who keeps answers of plugins asks again then."""
        for name, spec in vars(hookspecs).items():
            if getattr(spec, f"{PROJECT}_spec", None) is not None:
                parameters = tuple(inspect.signature(spec).parameters)
                self._draft_name[name] = parameters[0] if parameters else ""
        self._rebuild()

    @property
    def names(self) -> frozenset[str]:
        """The names of all hooks that exist."""
        return frozenset(self._draft_name)

    def defer_with(self, submit: _Submit) -> None:
        """Run what `tell_later` calls by `submit(fn, *args)`."""
        self._submit = submit

    def filter_by(self, rules: Callable[[], FilterRules]) -> None:
        """Consult message filters in the order, with the time limit and for the failures that `rules()` names."""
        self._filter_rules = rules

    def register(self, plugin: object, name: str) -> None:
        """Register a plugin's hook implementations. Raises `HookError` naming plugin, hook and argument."""
        try:
            self._manager.register(plugin, name=name)
            self._manager.check_pending()
        except (pluggy.PluginValidationError, ValueError) as error:
            if self._manager.has_plugin(name):
                self._manager.unregister(name=name)
            raise HookError(f"plugin {name!r}: {error}{self._meant(plugin)}") from error
        self._rebuild([caller.name for caller in self._manager.get_hookcallers(plugin) or ()])

    def _meant(self, plugin: object) -> str:
        """Return what a misspelt hook may have been meant to be."""
        for attribute in dir(plugin):
            if attribute in self.names or getattr(getattr(plugin, attribute, None), f"{PROJECT}_impl", None) is None:
                continue
            close = difflib.get_close_matches(attribute, self.names, n=1)
            return f" (did you mean {close[0]}?)" if close else " (hookspecs.py lists every hook)"
        return ""

    def unregister(self, name: str) -> None:
        """Forget a plugin's hook implementations."""
        if self._manager.has_plugin(name):
            self._manager.unregister(name=name)
            self._rebuild()

    def _rebuild(self, names: Iterable[str] | None = None) -> None:
        """Take what pluggy knows of these hooks (of all) for the calls that follow."""
        self.version += 1
        changed = self._draft_name if names is None else names
        self._table = {**self._table, **{name: tuple(self._implementations(name)) for name in changed}}

    def _implementations(self, name: str) -> list[_Implementation]:
        found = []
        for impl in getattr(self._manager.hook, name).get_hookimpls():
            if impl.hookwrapper or impl.wrapper:
                raise HookError(f"plugin {impl.plugin_name!r}: {name} can't be a wrapper")
            if inspect.iscoroutinefunction(impl.function):
                raise HookError(f"plugin {impl.plugin_name!r}: {name} is `async def`; write `def`, which may wait too")
            rank = 0 if impl.tryfirst else 2 if impl.trylast else 1
            found.append((rank, _Implementation(impl.plugin_name, impl.function, tuple(impl.argnames))))
        found.sort(key=lambda entry: entry[0])
        return [implementation for _, implementation in found]

    def has(self, name: str) -> bool:
        """Say whether any plugin implements the hook."""
        return bool(self._table[name])

    def implementers(self, name: str) -> list[str]:
        """Return the ids of the plugins that implement the hook, in calling order."""
        return [implementation.plugin for implementation in self._table[name]]

    def consult(self, name: str, draft: Any, **arguments: Any) -> Any:
        """Pass `draft` (the hook's first argument) through every implementation and return what comes out.

        An implementation returns a changed draft, or None to leave it. Raises `Rejected` when one refuses; any
        other failure of a plugin is logged by name and becomes an `AppError` (500): a filter that can't
        answer must not let a message pass unseen.
        """
        implementations = self._table[name]
        if not implementations:
            return draft
        key = self._draft_name[name]
        arguments[key] = draft
        if name in FILTERS and self._filter_rules is not None:
            return self._consult_filters(name, key, arguments, self._filter_rules())
        for implementation in implementations:
            arguments[key] = _consult_one(name, implementation, key, arguments)
        return arguments[key]

    def _consult_filters(self, name: str, key: str, arguments: dict[str, Any], rules: FilterRules) -> Any:
        """Consult message filters: one that fails or takes too long refuses the message, or is passed over."""
        implementations = self._table[name]
        if rules.Order:
            place = {plugin: number for number, plugin in enumerate(rules.Order)}
            implementations = tuple(sorted(implementations, key=lambda one: place.get(one.plugin, len(place))))
        passes = rules.OnError == "pass"
        for implementation in implementations:
            # What a failing filter has changed by then isn't kept.
            before = deepcopy(arguments[key]) if passes else None
            try:
                with gevent.Timeout(rules.TimeLimitMilliseconds / 1000, FilterTooSlow):
                    arguments[key] = _consult_one(name, implementation, key, arguments)
            except AppError as error:
                if not passes or error.status < 500:
                    raise
                log.warning("the message passes without plugin %s: MessageFilters.OnError", implementation.plugin)
                arguments[key] = before
        return arguments[key]

    def tell(self, name: str, **arguments: Any) -> None:
        """Call every implementation now; results are ignored, a failing plugin is logged and stops nobody."""
        for implementation in self._table[name]:
            self._tell_one(name, implementation, arguments)

    def tell_later(self, name: str, **arguments: Any) -> None:
        """Like `tell`, on a background greenlet; what calls has committed by then."""
        if not self._table[name]:
            return
        if self._submit is None:
            self.tell(name, **arguments)
        else:
            self._submit(lambda: self.tell(name, **arguments))

    @staticmethod
    def _tell_one(name: str, implementation: _Implementation, arguments: dict[str, Any]) -> None:
        try:
            implementation(arguments)
        except Exception:
            log.exception("plugin %s failed in %s", implementation.plugin, name)

    def tell_plugin(self, plugin: str, name: str, **arguments: Any) -> None:
        """Call one plugin's implementation, if it has one; its failure is raised."""
        for implementation in self._table[name]:
            if implementation.plugin == plugin:
                implementation(arguments)

    def ask_all(self, name: str, **arguments: Any) -> list[Any]:
        """Return every answer that isn't None; a failing plugin is logged and left out."""
        answers = []
        for implementation in self._table[name]:
            try:
                answer = implementation(arguments)
            except (AppError, Rejected):
                raise
            except Exception:
                log.exception("plugin %s failed in %s", implementation.plugin, name)
                continue
            if answer is not None:
                answers.append(answer)
        return answers

    def ask_first(self, name: str, **arguments: Any) -> Any | None:
        """Return the first answer that isn't None."""
        for implementation in self._table[name]:
            answer = implementation(arguments)
            if answer is not None:
                return answer
        return None

    def ask_plugin(self, plugin: str, name: str, **arguments: Any) -> Any | None:
        """Return one plugin's answer, None if it has none; its failure is raised."""
        for implementation in self._table[name]:
            if implementation.plugin == plugin:
                return implementation(arguments)
        return None

    def contribute(self, name: str, plugin: str, **arguments: Any) -> Any | None:
        """Have one plugin add its share (routes, commands, …) at start; failures and clashes are raised."""
        return self.ask_plugin(plugin, name, **arguments)


def _consult_one(name: str, implementation: _Implementation, key: str, arguments: dict[str, Any]) -> Any:
    """Return the draft after one implementation. Raises `Rejected`, and `AppError` for its failures."""
    try:
        answer = implementation(arguments)
    except (Rejected, AppError):
        raise
    except (Exception, FilterTooSlow) as error:
        log.exception("plugin %s failed in %s", implementation.plugin, name)
        raise _hook_failed(implementation.plugin, name) from error
    if answer is None:
        return arguments[key]
    if not isinstance(answer, type(arguments[key])):
        log.error("plugin %s returned %s from %s", implementation.plugin, type(answer).__name__, name)
        raise _hook_failed(implementation.plugin, name)
    return answer


def _hook_failed(plugin: str, name: str) -> AppError:
    return AppError(
        f"The plugin {plugin} failed; nothing was changed.",
        id="app.plugin.hook_failed.app_error",
        detailed_error=f"hook={name}",
    )
