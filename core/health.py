"""What works and what doesn't: for the ping operation, `/healthz`, `/readyz` and admins."""

import logging
from collections.abc import Callable
from typing import Final

import msgspec

from hubbub.core.clock import now_ms

Check = Callable[[], tuple[bool, str]]
OK: Final = "OK"
UNHEALTHY: Final = "UNHEALTHY"
_log = logging.getLogger("hubbub.health")


class ComponentHealth(msgspec.Struct, kw_only=True):
    """One component: `detail` says what is wrong, `since` (ms) when that began; `essential` ones make us not ready."""

    ok: bool
    detail: str = ""
    since: int = 0
    essential: bool = False


class HealthReport(msgspec.Struct, kw_only=True):
    """All components of one worker, worst news first in `status`."""

    status: str
    components: dict[str, ComponentHealth]


class Health:
    """The state of this worker: components report by `set`, or are asked by a registered check."""

    def __init__(self) -> None:
        self._components: dict[str, ComponentHealth] = {}
        self._checks: dict[str, tuple[Check, bool]] = {}
        # Set by the app: true between its start and its stop.
        self.ready = False

    def set(self, component: str, ok: bool, detail: str = "", *, essential: bool | None = None) -> None:
        """Note that a component works or not; a change is logged. Details are for admins: no secrets."""
        before = self._components.get(component)
        if essential is None:
            essential = before.essential if before is not None else False
        if before is not None and before.ok == ok:
            before.detail, before.essential = detail, essential
            return
        self._components[component] = ComponentHealth(ok=ok, detail=detail, since=now_ms(), essential=essential)
        if not ok:
            _log.warning("%s does not work: %s", component, detail, extra={"component": component})
        elif before is not None:
            _log.info("%s works again", component, extra={"component": component})

    def register(self, component: str, check: Check, *, essential: bool = False) -> None:
        """Have `check() -> (ok, detail)` called for each report; without an essential component we are not ready.

        `detail` says what is wrong; it counts only when `ok` is false.
        """
        self._checks[component] = (check, essential)

    def forget(self, component: str) -> None:
        """Leave a component out from now on (its plugin was turned off)."""
        self._components.pop(component, None)
        self._checks.pop(component, None)

    def check(self, component: str) -> bool:
        """Ask one component now; one that nobody reported on counts as working."""
        found = self._checks.get(component)
        if found is not None:
            self._ask(component, *found)
        known = self._components.get(component)
        return known is None or known.ok

    def _ask(self, component: str, check: Check, essential: bool) -> None:
        try:
            ok, detail = check()
        except Exception as error:  # a check that can't be made says what we want to know
            ok, detail = False, f"{type(error).__name__}: {error}"
        self.set(component, ok, "" if ok else detail, essential=essential)

    def report(self) -> HealthReport:
        """Ask every check and return all components."""
        for component, (check, essential) in list(self._checks.items()):
            self._ask(component, check, essential)
        all_ok = all(component.ok for component in self._components.values())
        return HealthReport(status=OK if all_ok else UNHEALTHY, components=dict(self._components))

    @property
    def live(self) -> bool:
        """Say whether the process is worth keeping: if this can be called, its loop turns."""
        return True

    @property
    def can_serve(self) -> bool:
        """Say whether requests should be sent here: started, not stopping, and every essential component works."""
        return self.ready and all(c.ok for c in self.report().components.values() if c.essential)
