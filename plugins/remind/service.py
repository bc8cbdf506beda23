"""Understanding /remind, and keeping what was asked for."""

import re
from datetime import datetime
from typing import Final

import msgspec

from hubbub.core.clock import now_ms
from hubbub.core.contracts.channels import ChannelNotFound, ChannelService
from hubbub.core.contracts.commands import CommandArgs
from hubbub.core.contracts.errors import BadRequest, PermissionDenied
from hubbub.core.contracts.permissions import PermissionService
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.posts import require_create_post
from hubbub.core.contracts.sessions import Session
from hubbub.core.contracts.users import User, UserNotFound, UserService
from hubbub.core.ids import new_id
from hubbub.plugins.remind.store import Reminder, ReminderStore
from hubbub.plugins.remind.when import When, parse, zone_of

MAX_PER_USER: Final = 100
MAX_TEXT: Final = 3_000
MAX_YEARS: Final = 5
MAX_WORDS_OF_TIME: Final = 8
HELP: Final = (
    'Say whom, what and when: `/remind me "buy milk" in 2 hours`, `/remind @anna call back tomorrow at 9am`,'
    " `/remind ~design stand-up every weekday at 9:30`. `/remind list` shows your reminders, `/remind delete`"
    " with the letters before one takes it back."
)
_QUOTED: Final = re.compile(r'"(?P<text>.+)"\s*(?P<when>.*)', re.DOTALL)


class NotUnderstood(BadRequest):
    message = HELP


class Reminders:
    """Keeps reminders."""

    def __init__(self, context: PluginContext, store: ReminderStore) -> None:
        self._users = context.service(UserService)
        self._channels = context.service(ChannelService)
        self._permissions = context.service(PermissionService)
        self._store = store

    def run(self, args: CommandArgs) -> str:
        """Do what the command says, and return what its caller is told. Raises `NotUnderstood`, `BadRequest`."""
        whom, _, rest = args.rest.partition(" ")
        if whom == "list" and not rest:
            return self._list(args.user_id)
        if whom == "delete":
            return self._delete(args.user_id, rest.strip().lower())
        if not rest:
            raise NotUnderstood
        user = self._users.get(args.user_id)
        zone = zone_name(user)
        text, when = self._split(rest.strip(), datetime.now(zone_of(zone)))
        reminder = Reminder(
            id=new_id(), create_at=now_ms(), user_id=user.id, message=text,
            due_at=int(when.at.timestamp() * 1000), every=when.every, zone=zone,
        )  # fmt: skip
        reminder = self._addressed(reminder, whom, args, user)
        if len(self._store.of_user(user.id, MAX_PER_USER)) >= MAX_PER_USER:
            raise BadRequest("You have {most} reminders already: delete some first.", most=MAX_PER_USER)
        self._store.insert(reminder)
        return f"I will remind {self._whom(reminder)} {_time(reminder)}: {text}"

    def _split(self, rest: str, now: datetime) -> tuple[str, When]:
        """Return what to say and when: a quoted text and a time, or words of which the last ones are a time."""
        quoted = _QUOTED.fullmatch(rest)
        if quoted:
            texts = [(quoted["text"], quoted["when"])]
        else:
            words = rest.split(" ")
            first = max(1, len(words) - MAX_WORDS_OF_TIME)
            texts = [(" ".join(words[:at]), " ".join(words[at:])) for at in range(first, len(words))]
        for text, time in texts:
            try:
                when = parse(time, now)
            except OverflowError:
                when = None
            if when is not None and text.strip(' "'):
                if len(text) > MAX_TEXT or when.at.year > now.year + MAX_YEARS:
                    text = "Reminders have at most {most} characters and come within {years} years."
                    raise BadRequest(text, most=MAX_TEXT, years=MAX_YEARS)
                return text.strip(), when
        raise NotUnderstood

    def _addressed(self, reminder: Reminder, whom: str, args: CommandArgs, user: User) -> Reminder:
        if whom == "me":
            return msgspec.structs.replace(reminder, recipient_id=user.id)
        if whom.startswith("@"):
            return msgspec.structs.replace(reminder, recipient_id=self._person(whom[1:], user).id)
        if whom == "here" or whom.startswith(("~", "#")):
            channel_id = args.channel_id if whom == "here" else self._channel(whom[1:], args, user)
            return msgspec.structs.replace(reminder, channel_id=channel_id)
        raise NotUnderstood

    def _person(self, name: str, user: User) -> User:
        try:
            found = self._users.get_by_username(name)
        except UserNotFound:
            found = None
        if found is None or found.delete_at or found.id not in self._users.can_see(user.id, [found.id]):
            raise BadRequest("There is no user @{name}.", name=name[:64])
        return found

    def _channel(self, name: str, args: CommandArgs, user: User) -> str:
        session = Session(id="", token="", user_id=user.id, roles=user.roles)
        try:
            channel = self._channels.get_by_name(args.team_id, name.lower())
            require_create_post(self._permissions, self._channels, session, channel.id)
        except (ChannelNotFound, PermissionDenied) as error:
            raise BadRequest("There is no channel ~{name} in which you may post.", name=name[:64]) from error
        return channel.id

    def _list(self, user_id: str) -> str:
        lines = [
            f"- `{one.id[:6]}` {self._whom(one)} {_time(one)}: {one.message}"
            for one in self._store.of_user(user_id, MAX_PER_USER)
        ]
        return "\n".join(["Your reminders:", "", *lines]) if lines else "You have no reminders."

    def _delete(self, user_id: str, beginning: str) -> str:
        own = self._store.of_user(user_id, MAX_PER_USER)
        found = [one for one in own if len(beginning) >= 4 and one.id.startswith(beginning)]
        if len(found) != 1:
            raise BadRequest("None of your reminders begins with these letters: /remind list shows them.")
        self._store.delete(found[0].id)
        return f"Taken back: {found[0].message}"

    def _whom(self, reminder: Reminder) -> str:
        if reminder.recipient_id == reminder.user_id:
            return "you"
        if reminder.recipient_id:
            user = self._users.get_many([reminder.recipient_id]).get(reminder.recipient_id)
            return f"@{user.username}" if user else "somebody"
        channel = self._channels.get_many([reminder.channel_id]).get(reminder.channel_id)
        return f"~{channel.name}" if channel and not channel.is_direct_or_group else "this conversation"


def zone_name(user: User) -> str:
    """Return the name of a user's time zone, "" for none."""
    automatic = user.timezone.get("useAutomaticTimezone", "true") == "true"
    return str(user.timezone.get("automaticTimezone" if automatic else "manualTimezone") or "")[:64]


def _time(reminder: Reminder) -> str:
    at = datetime.fromtimestamp(reminder.due_at / 1000, zone_of(reminder.zone))
    shown = f"on {at:%A, %Y-%m-%d at %H:%M} ({at.tzname()})"
    return f"every {reminder.every.replace(' ', ' at ')}, next {shown}" if reminder.every else shown
