"""What people mean by a time."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from hubbub.plugins.remind.when import following, parse, zone_of

ZONE = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 3, 25, 10, 30, tzinfo=ZONE)  # a Wednesday; summer time begins on Sunday


@pytest.mark.parametrize(
    ("text", "at", "every"),
    [
        ("in 10 minutes", "2026-03-25 10:40", ""),
        ("in an hour", "2026-03-25 11:30", ""),
        ("in 2h", "2026-03-25 12:30", ""),
        ("at 9am", "2026-03-26 09:00", ""),
        ("at 17", "2026-03-25 17:00", ""),
        ("12pm", "2026-03-25 12:00", ""),
        ("at midnight", "2026-03-26 00:00", ""),
        ("tomorrow", "2026-03-26 09:00", ""),
        ("Tomorrow at 5:15 PM", "2026-03-26 17:15", ""),
        ("at noon tomorrow", "2026-03-26 12:00", ""),
        ("on friday", "2026-03-27 09:00", ""),
        ("next wed at 9", "2026-04-01 09:00", ""),
        ("monday 8:00", "2026-03-30 08:00", ""),
        ("2026-12-24 at 18:00", "2026-12-24 18:00", ""),
        ("every day", "2026-03-26 09:00", "day 09:00"),
        ("every weekday at 11", "2026-03-25 11:00", "weekday 11:00"),
        ("at 8am every monday", "2026-03-30 08:00", "mon 08:00"),
    ],
)
def test_times(text: str, at: str, every: str) -> None:
    when = parse(text, NOW)
    assert when is not None
    assert (f"{when.at:%Y-%m-%d %H:%M}", when.every) == (at, every)


NO_TIMES = (
    "9|at 25|at 9:75|13pm|in 5|in minutes|every tomorrow|every 2026-12-24|today at 9am|2026-02-31|2020-01-01|day|"
)


@pytest.mark.parametrize("text", NO_TIMES.split("|"))
def test_no_times(text: str) -> None:
    assert parse(text, NOW) is None


def test_what_comes_again_keeps_the_wall_clocks_time() -> None:
    saturday = datetime(2026, 3, 28, 9, 30, tzinfo=ZONE)
    sunday = following("day 09:00", saturday)
    assert f"{sunday:%d %H:%M %Z}" == "29 09:00 CEST"
    assert sunday.timestamp() - saturday.timestamp() == 22.5 * 3600
    assert f"{following('weekday 09:00', saturday):%A}" == "Monday"


def test_unknown_zones_are_utc() -> None:
    assert [zone_of(name).utcoffset(NOW).total_seconds() for name in ("", "Nowhere/Else", "../etc")] == [0, 0, 0]  # type: ignore[union-attr]  # fixed zones
