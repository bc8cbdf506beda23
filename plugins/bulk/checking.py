"""The first reading of a file: everything that would stop the import is found before anything is stored."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

import msgspec

from hubbub.core.contracts.bulk import BulkChecker, BulkError, Entry
from hubbub.core.contracts.errors import BadRequest
from hubbub.plugins.bulk.lines import VERSION, Decoder
from hubbub.plugins.bulk.parts import DIRECT_CHANNEL, DIRECT_POST, POST, Parts
from hubbub.plugins.bulk.source import Fingerprint, Source
from hubbub.plugins.bulk.store import Names

BATCH: Final = 500
MAX_ERRORS: Final = 20
MIN_MEMBERS: Final = 2
MAX_MEMBERS: Final = 8


class Found(msgspec.Struct):
    """What a file holds: lines by type, its posts with replies, its hash, and what is wrong (at most `MAX_ERRORS`)."""

    lines: Counter[str] = msgspec.field(default_factory=Counter)
    posts: int = 0
    id: str = ""
    last: int = 0
    errors: list[str] = msgspec.field(default_factory=list)


class Checker:
    """Reads a file once."""

    def __init__(self, parts: Parts, names: Names, source: Source, *, attachments: bool = True) -> None:
        self._parts, self._names, self._source = parts, names, source
        self._attachments = attachments
        self._users: dict[str, int] = {}
        self._emails: dict[str, int] = {}
        self._teams: dict[str, int] = {}
        self._channels: dict[tuple[str, str], int] = {}
        self._waiting: dict[str, list[Entry]] = {}
        self._weight = 0
        self._rules: dict[str, Callable[[int, Any], Iterable[str]]] = {
            "team": self._team, "channel": self._channel, "user": self._user, "bot": self._bot, POST: self._post,
            DIRECT_CHANNEL: self._direct_channel, DIRECT_POST: self._direct_post, "emoji": self._emoji,
        }  # fmt: skip

    def run(self, heard: Callable[[int], object]) -> Found:
        """Read everything; `heard(bytes)` is told of each line. Raises `BulkError` when it can't be read."""
        decoder, mark, found = Decoder(self._parts.owners), Fingerprint(), Found()
        for number, line in self._source.lines():
            mark.add(line)
            found.last = number
            try:
                name, data = decoder.decode(number, line)
                self._order(number, name, data)
                self._look(number, name, data, found)
            except BulkError as error:
                found.errors.append(error.text)
                if len(found.errors) >= MAX_ERRORS or number == 1:
                    break
            heard(len(line))
        for name in list(self._waiting):
            self._flush(name, found)
        if not found.last:
            found.errors.append("the file is empty: its first line is a version.")
        found.id = mark.text
        return found

    @staticmethod
    def _order(number: int, name: str, data: Any) -> None:
        if name != "version":
            if number == 1:
                raise BulkError('line 1: a file begins with a line {{"type":"version","version":1}}.', line=1)
        elif number != 1:
            raise BulkError("line {line}: only the first line says the version.", line=number)
        elif data != VERSION:
            raise BulkError("line 1: version {version} of the format is not known here, only version 1.", version=data)

    def _look(self, number: int, name: str, data: Any, found: Found) -> None:
        found.lines[name] += 1
        if name == "version":
            return
        if name in (POST, DIRECT_POST):
            found.posts += 1 + len(data.replies or ())
        rule = self._rules.get(name)
        for complaint in rule(number, data) if rule is not None else ():
            raise BulkError("line {line}: {why}", line=number, why=complaint)
        self._waiting.setdefault(name, []).append(Entry(number=number, data=data))
        self._weight += 1 + len(data.replies or ()) if name in (POST, DIRECT_POST) else 1
        if self._weight >= BATCH:
            for waiting in list(self._waiting):
                self._flush(waiting, found)
            self._weight = 0

    def _flush(self, name: str, found: Found) -> None:
        """Have plugins look at lines of a type."""
        entries = self._waiting.pop(name, [])
        for checker in self._parts.of(name, BulkChecker) if entries else ():
            try:
                checker.check(entries)
            except BadRequest as error:
                found.errors.append(named(error))

    # --- each type of lines: yields what is wrong with one ---

    def _team(self, number: int, data: Any) -> Iterator[str]:
        yield from _twice("team", data.name, number, self._teams)

    def _channel(self, number: int, data: Any) -> Iterator[str]:
        yield from self._known_team(data.team)
        yield from _twice("channel", f"{data.team}/{data.name}", number, self._channels, (data.team, data.name))

    def _user(self, number: int, data: Any) -> Iterator[str]:
        yield from _twice("user", data.username, number, self._users)
        yield from _twice("e-mail address", data.email, number, self._emails, data.email.lower())
        for team in data.teams or ():
            yield from self._known_team(team.name)
            for channel in team.channels or ():
                yield from self._known_channel(team.name, channel.name)
        yield from self._attached([data.profile_image])

    def _bot(self, number: int, data: Any) -> Iterator[str]:
        yield from _twice("user", data.username, number, self._users)
        yield from self._attached([data.profile_image])

    def _post(self, _number: int, data: Any) -> Iterator[str]:
        yield from self._known_channel(data.team, data.channel)
        yield from self._thread(data)

    def _direct_channel(self, _number: int, data: Any) -> Iterator[str]:
        yield from self._members(data.usernames())
        missing = {*(data.favorited_by or ()), *(data.shown_by or ())} - set(data.usernames())
        if missing:
            yield f"{min(missing)} is in favorited_by or shown_by, but no member of the channel."

    def _direct_post(self, _number: int, data: Any) -> Iterator[str]:
        yield from self._members(data.channel_members)
        yield from self._thread(data)

    def _emoji(self, _number: int, data: Any) -> Iterator[str]:
        yield from self._attached([data.image])

    def _members(self, usernames: list[str]) -> Iterator[str]:
        if not MIN_MEMBERS <= len(usernames) <= MAX_MEMBERS:
            yield "a direct or group channel has 2 to 8 members (oneself alone is named twice)."
        yield from self._known_users(usernames)

    def _thread(self, data: Any) -> Iterator[str]:
        yield from self._one(data)
        for reply in data.replies or ():
            yield from self._one(reply)
            if reply.create_at < data.create_at:
                yield "a reply is older than its post (create_at)."
        yield from self._known_users([follower.user for follower in data.thread_followers or ()])

    def _one(self, data: Any) -> Iterator[str]:
        if data.user not in self._users:
            yield from self._known_users([data.user])
        if data.reactions:
            yield from self._known_users([reaction.user for reaction in data.reactions])
        if data.flagged_by:
            yield from self._known_users(data.flagged_by)
        if data.attachments:
            yield from self._attached([attachment.path for attachment in data.attachments])

    # --- names that lines refer to ---

    def _known_users(self, usernames: Iterable[str]) -> Iterator[str]:
        unknown = [name for name in usernames if name not in self._users]
        found = self._names.users(unknown) if unknown else {}
        for name in unknown:
            if name not in found:
                yield f"there is no user {name!r}, neither in the lines before this one nor on this server."

    def _known_team(self, name: str) -> Iterator[str]:
        if name not in self._teams and name not in self._names.teams([name]):
            yield f"there is no team {name!r}, neither in the lines before this one nor on this server."

    def _known_channel(self, team: str, name: str) -> Iterator[str]:
        if (team, name) in self._channels:
            return
        team_id = self._names.teams([team]).get(team)
        if team_id is None or (team_id, name) not in self._names.channels([(team_id, name)]):
            yield f"there is no channel {name!r} in the team {team!r}, neither in the lines before this one nor here."

    def _attached(self, paths: Iterable[str | None]) -> Iterator[str]:
        for path in paths:
            try:
                if path and self._attachments and not self._source.has(path):
                    yield (
                        f"the file {path} is missing. Put it into the folder data/, or say --ignore-attachments to"
                        " import without any."
                    )
            except BulkError as error:
                yield error.text


def _twice(what: str, name: str, number: int, seen: dict[Any, int], key: Any = None) -> Iterator[str]:
    before = seen.setdefault(name if key is None else key, number)
    if before != number:
        yield f"the {what} {name} is on line {before} already: each is there once."


def named(error: BadRequest) -> str:
    """Return an error's text with its line in front, if it knows one."""
    line = error.params.get("line")
    return error.text if line is None or error.text.startswith("line ") else f"line {line}: {error.text}"
