"""Spans of time that reports can be about."""

from datetime import UTC, datetime
from typing import Final

from hubbub.core.clock import now_ms
from hubbub.core.contracts.errors import BadRequest
from hubbub.plugins.reports.store import DAY_MS

FOREVER: Final = 2**62
SPANS: Final = ("", "all_time", "last_30_days", "previous_month", "last_6_months")


class InvalidSpan(BadRequest):
    id = "model.reporting_base_options.is_valid.bad_date_range"
    message = "date_range is one of {ranges}."


def span(name: str) -> tuple[int, int]:
    """Return begin and end (ms) of a span. Raises `InvalidSpan`."""
    now = now_ms()
    if name not in SPANS:
        raise InvalidSpan(ranges=", ".join(SPANS[1:]))
    if name == "last_30_days":
        return now - 30 * DAY_MS, FOREVER
    if name == "previous_month":
        return _month(now, 1), _month(now, 0)
    return (_month(now, 6), FOREVER) if name == "last_6_months" else (0, FOREVER)


def _month(now: int, back: int) -> int:
    """Return when a month began (UTC, ms), `back` months ago."""
    today = datetime.fromtimestamp(now / 1000, UTC)
    year, month = divmod(today.year * 12 + today.month - 1 - back, 12)
    return int(datetime(year, month + 1, 1, tzinfo=UTC).timestamp() * 1000)
