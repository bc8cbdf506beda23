"""The busy mark: an administrator says that the server has much to do, so what isn't needed is left out for a while."""

from datetime import UTC, datetime
from typing import Any, Final

from hubbub.core.clock import now_ms
from hubbub.core.contracts.plugin import PluginContext

DEFAULT_S: Final = 3_600
MAX_S: Final = 86_400
COMPONENT: Final = "load"
"""What plugins ask `context.health.check` for before they do what can wait."""


class BusyMark:
    """The mark of this server, the same in all workers; a worker that starts later doesn't know it."""

    def __init__(self, context: PluginContext) -> None:
        self._context = context
        self._expires_at = 0
        context.health.register(COMPONENT, self._check)
        context.on_broadcast("busy", lambda message: self._keep(message["expires_at"]))

    def set(self, seconds: int) -> None:
        """Mark the server as busy for so many seconds; 0 ends it."""
        expires_at = now_ms() + seconds * 1000 if seconds else 0
        self._keep(expires_at)
        self._context.broadcast("busy", {"expires_at": expires_at})

    def _keep(self, expires_at: int) -> None:
        self._expires_at = expires_at

    def state(self) -> dict[str, Any]:
        """Return the mark as the API shows it; `expires` in seconds."""
        if not self._is_busy():
            return {"busy": False, "expires": 0}
        expires = self._expires_at // 1000
        shown = datetime.fromtimestamp(expires, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        return {"busy": True, "expires": expires, "expires_ts": shown}

    def _is_busy(self) -> bool:
        return self._expires_at > now_ms()

    def _check(self) -> tuple[bool, str]:
        return not self._is_busy(), "an administrator has marked the server as busy"
