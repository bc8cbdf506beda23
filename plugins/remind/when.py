"""Times as people write them: in 10 minutes, at 9am, tomorrow, on friday at 17:30, every weekday at 9."""

import re
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final
from zoneinfo import ZoneInfo

import msgspec

WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
SHORT: Final = {name[:3]: number for number, name in enumerate(WEEKDAYS)}
MORNING: Final = (9, 0)
UNITS: Final = {"s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800}
_IN: Final = re.compile(
    r"in (?:(\d{1,6})|an?) ?(s(?:ec(?:ond)?s?)?|m(?:in(?:ute)?s?)?|h(?:(?:ou)?rs?)?|d(?:ays?)?|w(?:eeks?)?)"
)
_TIME = r"(?:(?:at )?(?P<word>noon|midnight)|(?P<at>at )?(?P<hour>\d{1,2})(?::(?P<minute>\d\d))? ?(?P<half>am|pm)?)"
_NAMES = "|".join(f"{name[:3]}(?:{name[3:]})?" for name in WEEKDAYS)
_DAY = rf"(?:(?P<every>every )|on |next )?(?P<day>today|tomorrow|{_NAMES}|\d{{4}}-\d\d-\d\d|day|weekday)"
_FORMS: Final = tuple(re.compile(form) for form in (rf"{_DAY}(?: {_TIME})?", rf"{_TIME}(?: {_DAY})?"))


class When(msgspec.Struct, frozen=True):
    """A moment, and how it comes again: "" for never, else `day 09:00`, `weekday 09:00`, `mon 09:00`."""

    at: datetime
    every: str = ""


def zone_of(name: str) -> tzinfo:
    """Return the time zone of a name, UTC for one that isn't known here."""
    try:
        return ZoneInfo(name) if name else UTC
    except (KeyError, ValueError, OSError):
        return UTC


def parse(text: str, now: datetime) -> When | None:
    """Return what `text` means at `now` (with the reader's time zone), None for no time at all.

    A day without a time means nine in the morning; a time without a day the next moment at which it is that time.
    """
    text = " ".join(text.lower().split())
    match = _IN.fullmatch(text)
    if match:
        return When(now + timedelta(seconds=int(match[1] or 1) * UNITS[match[2][0]]))
    for form in _FORMS:
        match = form.fullmatch(text)
        if match:
            return _moment(match.groupdict(), now)
    return None


def _moment(found: dict[str, str | None], now: datetime) -> When | None:
    clock, day = _clock(found), found["day"]
    if clock is None or (day in ("day", "weekday") and not found["every"]):
        return None
    if found["every"]:
        if day in ("today", "tomorrow") or (day and day[0].isdigit()):
            return None
        every = f"{day if day in ('day', 'weekday') else str(day)[:3]} {clock[0]:02}:{clock[1]:02}"
        return When(following(every, now), every)
    at = _on(day, clock, now)
    return When(at) if at is not None and at > now else None


def _clock(found: dict[str, str | None]) -> tuple[int, int] | None:
    if found["word"]:
        return (12, 0) if found["word"] == "noon" else (0, 0)
    if not found["hour"]:
        return MORNING
    hour, minute, half = int(found["hour"]), int(found["minute"] or 0), found["half"]
    if not (found["at"] or found["minute"] or half):
        return None  # a number alone belongs to the text
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "pm" else 0)
    return (hour, minute) if hour < 24 and minute < 60 else None


def _on(day: str | None, clock: tuple[int, int], now: datetime) -> datetime | None:
    if day is None:
        today = _at(now, clock)
        return today if today > now else _at(now + timedelta(days=1), clock)
    if day == "today":
        return _at(now, clock)
    if day == "tomorrow":
        return _at(now + timedelta(days=1), clock)
    if day[0].isdigit():
        try:
            return _at(datetime.fromisoformat(day).replace(tzinfo=now.tzinfo), clock)
        except ValueError:
            return None
    return following(f"{day[:3]} {clock[0]:02}:{clock[1]:02}", now)


def _at(date: datetime, clock: tuple[int, int]) -> datetime:
    """Return the moment of a day by the wall clock: summer time may begin in between."""
    return date.replace(hour=clock[0], minute=clock[1], second=0, microsecond=0)


def following(every: str, now: datetime) -> datetime:
    """Return the next moment after `now`, in its time zone, of something that comes again."""
    days, _, time = every.partition(" ")
    hour, minute = (int(part) for part in time.split(":"))
    for ahead in range(9):
        at = _at(now + timedelta(days=ahead), (hour, minute))
        if at > now and (days == "day" or (at.weekday() < 5 if days == "weekday" else at.weekday() == SHORT[days])):
            return at
    raise ValueError(every)
