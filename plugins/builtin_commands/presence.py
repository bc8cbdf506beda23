"""Commands on one's own status: /online, /away, /offline, /dnd, /status."""

import re
from typing import Final

from hubbub.core.clock import now_ms
from hubbub.core.contracts.commands import CommandResponse
from hubbub.core.contracts.statuses import AWAY, DND, OFFLINE, ONLINE
from hubbub.plugins.builtin_commands.kit import Builtin, Call, Refused, builtin, only_for_you

UNITS: Final = {"m": 60, "h": 3_600, "d": 86_400, "w": 604_800}
MAX_DND_S: Final = 366 * 86_400
_DURATION: Final = re.compile(r"(?:for\s+)?(\d{1,5})\s*(m|h|d|w)[a-z]*", re.IGNORECASE)
_EMOJI: Final = re.compile(r":([a-z0-9_+\-]+):\s*", re.IGNORECASE)
TEXTS: Final = {ONLINE: "You are online.", AWAY: "You are away.", OFFLINE: "You are shown as offline."}


class _Set:
    """Sets one status."""

    def __init__(self, status: str) -> None:
        self._status = status

    def run(self, call: Call) -> CommandResponse:
        """Set it."""
        _require_statuses(call)
        call.statuses.set_manual(call.user.id, self._status)
        return only_for_you(TEXTS[self._status])


def _require_statuses(call: Call) -> None:
    if not call.config.ServiceSettings.EnableUserStatuses:
        raise Refused("Statuses are turned off on this server.")


def dnd(call: Call) -> CommandResponse:
    """/dnd: no notifications, until changed or for some time."""
    _require_statuses(call)
    if not call.rest:
        call.statuses.set_manual(call.user.id, DND)
        return only_for_you("You won't be disturbed. /online ends it.")
    match = _DURATION.fullmatch(call.rest)
    seconds = int(match[1]) * UNITS[match[2].lower()] if match else 0
    if not 0 < seconds <= MAX_DND_S:
        raise Refused("Say for how long: /dnd 30m, /dnd 2 hours or /dnd 1d")
    call.statuses.set_manual(call.user.id, DND, dnd_end_time=now_ms() // 1000 + seconds)
    return only_for_you(f"You won't be disturbed for {call.rest.removeprefix('for ').strip()}.")


def status(call: Call) -> CommandResponse:
    """/status: an emoji and a text beside one's name."""
    if not call.config.TeamSettings.EnableCustomUserStatuses:
        raise Refused("Custom statuses are turned off on this server.")
    if call.rest.lower() == "clear":
        call.statuses.unset_custom(call.user.id)
        return only_for_you("Your custom status is gone.")
    match = _EMOJI.match(call.rest)
    emoji, text = (match[1].lower(), call.rest[match.end() :]) if match else ("", call.rest)
    if not emoji and not text:
        raise Refused("Give an emoji and a text: /status :palm_tree: On holiday. /status clear removes it.")
    call.statuses.set_custom(call.user.id, emoji=emoji, text=text)
    return only_for_you(f"Your custom status is {call.rest}. /status clear removes it.")


def commands() -> list[Builtin]:
    """Return the commands of this file."""
    clear = ("clear", "", "Remove your custom status")
    lengths = (("30m", "", "For half an hour"), ("1h", "", "For an hour"), ("1d", "", "For a day"))
    return [
        builtin(_Set(ONLINE).run, "online", "", "Be shown as online"),
        builtin(_Set(AWAY).run, "away", "", "Be shown as away"),
        builtin(_Set(OFFLINE).run, "offline", "", "Be shown as offline"),
        builtin(dnd, "dnd", "[how long]", "Don't be disturbed, for some time or until changed", arguments=lengths),
        builtin(status, "status", "[:emoji:] [text] or clear", "Set a custom status", arguments=(clear,)),
    ]
