"""Direct and group channels in the bulk format."""

from collections.abc import Iterator, Sequence
from typing import Final

from hubbub.core.clock import now_ms
from hubbub.core.contracts.bulk import BulkExport, BulkImport, Entry, MemberFlags, refused
from hubbub.core.contracts.bulk_lines import DirectChannelLine, DirectMemberLine
from hubbub.core.contracts.channels import DIRECT, GROUP, Channel, ChannelMember, name_without_team
from hubbub.core.ids import new_id
from hubbub.plugins.channels.bulk_members import Memberships
from hubbub.plugins.channels.store import ChannelStore

BATCH: Final = 500
_PAIR: Final = 2


class DirectChannelLines:
    """Owns lines of type direct_channel."""

    line = "direct_channel"
    rank = 0
    order = 80
    record = DirectChannelLine
    batch = BATCH

    def __init__(self, store: ChannelStore, memberships: Memberships) -> None:
        self._store, self._db = store, store.db
        self._memberships = memberships

    def take(self, entries: Sequence[Entry], run: BulkImport) -> None:
        """Make channels that aren't there, and store what their members have read."""
        users = run.names.users({name for entry in entries for name in entry.data.usernames()})
        wanted: dict[str, list[str]] = {}
        for entry in entries:
            missing = [name for name in entry.data.usernames() if name not in users]
            if missing:
                raise refused(entry, "there is no user {name}.", name=missing[0])
            ids = [users[name] for name in entry.data.usernames()]
            entry.id = name_without_team(ids)  # its name, until the channel is known
            wanted[entry.id] = sorted(set(ids))
        found = run.names.channels([("", name) for name in wanted])
        new = {
            name: _channel(name, ids, {user_id: username for username, user_id in users.items() if user_id in ids})
            for name, ids in wanted.items()
            if ("", name) not in found
        }
        self._store.insert_many(list(new.values()))
        for entry in entries:
            name, entry.is_new = entry.id, entry.id in new
            entry.id = new[name].id if entry.is_new else found["", name]
            if entry.data.header is not None and not entry.is_new:
                self._store.change(entry.id, {"header": entry.data.header, "updateat": now_ms()})
            elif entry.data.header:
                self._store.change(entry.id, {"header": entry.data.header})
        self._members(entries, run)

    def _members(self, entries: Sequence[Entry], run: BulkImport) -> None:
        rows = []
        for entry in entries:
            lines = entry.data.participants or [DirectMemberLine(username=name) for name in entry.data.usernames()]
            for line in {line.username: line for line in lines}.values():
                guest = line.scheme_guest is True
                flags = MemberFlags("", guest, not guest and line.scheme_user is not False, line.scheme_admin is True)
                rows.append((entry.id, run.names.users([line.username])[line.username], flags, line))
        self._memberships.save(rows, run, {entry.id for entry in entries if not entry.is_new})

    def batches(self, run: BulkExport) -> Iterator[list[Entry]]:
        """Yield channels by the names of their members."""
        places = list(run.direct_places().values())
        for start in range(0, len(places), BATCH):
            part = places[start : start + BATCH]
            channels = self._store.get_many(place.id for place in part)
            members = self._memberships.of_channels([place.id for place in part])
            names = run.names.usernames({member.user_id for rows in members.values() for member in rows})
            entries = []
            for place in part:
                rows = {names[row.user_id]: row for row in members.get(place.id, ()) if row.user_id in names}
                lines = [self._line(name, rows[name], run) for name in sorted(rows)]
                if len(lines) == 1 and len(place.usernames) == _PAIR:
                    lines *= 2  # one's own channel
                data = DirectChannelLine(
                    members=list(place.usernames), participants=lines, header=channels[place.id].header
                )
                entries.append(Entry(id=place.id, data=data))
            yield entries

    def _line(self, username: str, member: ChannelMember, run: BulkExport) -> DirectMemberLine:
        line = DirectMemberLine(
            username=username,
            scheme_user=member.scheme_user,
            scheme_admin=member.scheme_admin,
            scheme_guest=member.scheme_guest,
        )
        self._memberships.fill(line, member, run)
        return line


def _channel(name: str, ids: list[str], users: dict[str, str]) -> Channel:
    now = now_ms()
    kind = DIRECT if len(ids) <= _PAIR else GROUP
    display = "" if kind == DIRECT else ", ".join(sorted(users.values()))[:64]
    channel = Channel(id=new_id(), type=kind, name=name, display_name=display, create_at=now, update_at=now)
    channel.extra_update_at = now
    channel.creator_id = ids[0]
    return channel
