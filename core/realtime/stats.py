"""What the hub counts: plain integers, read by the metrics page."""

from typing import Final

from hubbub.core.metrics import Metrics

_HELP: Final = {
    "events": "Events written to sockets.",
    "bytes": "Bytes written to sockets.",
    "dropped": "Droppable events left out for slow connections.",
    "overflows": "Connections closed because their send queue was full.",
    "connects": "Connections that were authenticated.",
    "disconnects": "Authenticated connections that went away.",
    "resumed": "Connections resumed without loss.",
    "resume_failed": "Connections that asked to resume and had to start anew.",
    "timeouts": "Connections closed for a missing pong, token or progress of a write.",
    "protocol_errors": "Connections closed because the client broke the protocol.",
    "refused": "Upgrades turned away: wrong origin or too many at once.",
}


class Stats:
    """Counters of one hub, since the start of the process."""

    __slots__ = (*_HELP, "client_closes")

    def __init__(self) -> None:
        self.events = 0
        self.bytes = 0
        self.dropped = 0
        self.overflows = 0
        self.connects = 0
        self.disconnects = 0
        self.resumed = 0
        self.resume_failed = 0
        self.timeouts = 0
        self.protocol_errors = 0
        self.refused = 0
        self.client_closes: dict[int, int] = {}

    def count_client_close(self, code: int) -> None:
        """Count why a client says that its previous connection ended (a close code)."""
        self.client_closes[code] = self.client_closes.get(code, 0) + 1

    def as_dict(self) -> dict[str, int]:
        """Return name → count."""
        return {name: getattr(self, name) for name in _HELP}

    def register(self, metrics: Metrics) -> None:
        """Show the counters as `hubbub_websocket_<name>_total`."""
        for name, text in _HELP.items():

            def read(name: str = name) -> float:
                return float(getattr(self, name))

            metrics.counter_function(f"hubbub_websocket_{name}_total", text, read)

        def closes() -> dict[tuple[str, ...], float]:
            return {(str(code),): float(count) for code, count in self.client_closes.items()}

        text = "Why clients say that their previous connection ended, by close code."
        metrics.counter_function("hubbub_websocket_client_closes_total", text, closes, ("code",))
