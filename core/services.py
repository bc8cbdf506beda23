"""Which plugin provides which contract."""

import sys
from typing import Any, TypeVar, cast

_T = TypeVar("_T")


class ServiceError(Exception):
    """A contract has no provider, or more than one; the message names both sides and what to do."""


class Services:
    """Contract → provider. Filled while plugins load, in the order of their requirements."""

    def __init__(self) -> None:
        self._providers: dict[type, tuple[str, object]] = {}

    def provide(self, contract: type, provider: object, *, owner: str) -> None:
        """Register `provider` for `contract`. Raises `ServiceError` when another plugin provides it."""
        taken = self._providers.get(contract)
        if taken is not None:
            raise ServiceError(
                f"plugins {taken[0]!r} and {owner!r} both provide {contract.__name__}: turn one of them off "
                f"in PluginSettings.PluginStates"
            )
        self._providers[contract] = (owner, provider)

    def withdraw(self, owner: str) -> None:
        """Forget what `owner` provides."""
        self._providers = {c: entry for c, entry in self._providers.items() if entry[0] != owner}

    def get(self, contract: type[_T]) -> _T:
        """Return the provider of `contract`. Raises `ServiceError` when there is none."""
        entry = self._providers.get(contract)
        if entry is None:
            raise ServiceError(f"no plugin that is on provides {contract.__name__}")
        return cast("_T", entry[1])

    def get_or_null(self, contract: type[_T]) -> _T:
        """Return the provider, or an instance of the `Null…` class that stands beside the contract."""
        entry = self._providers.get(contract)
        return cast("_T", entry[1]) if entry is not None else cast("_T", null_of(contract))

    def owner_of(self, contract: type) -> str | None:
        """Return the id of the plugin that provides `contract`, or None."""
        entry = self._providers.get(contract)
        return entry[0] if entry is not None else None


def null_of(contract: type) -> Any:
    """Return a new instance of `Null<Contract>` from the contract's own module."""
    null: Any = getattr(sys.modules[contract.__module__], f"Null{contract.__name__}", None)
    if null is None:
        raise ServiceError(
            f"{contract.__name__} is asked for as optional, but {contract.__module__} has no Null{contract.__name__}"
        )
    return null()
