"""Channels in the bulk format."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from msgspec.structs import replace

from hubbub.core.clock import now_ms
from hubbub.core.contracts.bulk import BulkExport, BulkImport, Entry, refused
from hubbub.core.contracts.bulk_lines import ChannelLine
from hubbub.core.contracts.channels import DEFAULT_CHANNEL, OPEN, PRIVATE, Channel
from hubbub.core.contracts.errors import BadRequest
from hubbub.core.ids import new_id
from hubbub.plugins.channels import validation
from hubbub.plugins.channels.store import ChannelStore

BATCH: Final = 500


class ChannelLines:
    """Owns lines of type channel: public and private channels of teams."""

    line = "channel"
    rank = 0
    order = 40
    record = ChannelLine
    batch = BATCH

    def __init__(self, store: ChannelStore) -> None:
        self._store, self._db = store, store.db

    def check(self, entries: Sequence[Entry]) -> None:
        """Refuse names and texts that a channel can't have."""
        for entry in entries:
            data: ChannelLine = entry.data
            try:
                validation.check(_changed(Channel(id="", name=data.name), data, ""))
                if data.type not in (OPEN, PRIVATE):
                    raise BadRequest("a channel's type is O or P here.")
            except BadRequest as error:
                raise refused(entry, "the channel {name}: {why}", name=data.name, why=error.text) from None

    def take(self, entries: Sequence[Entry], run: BulkImport) -> None:
        """Make channels, or change them."""
        self.check(entries)
        schemes = self._schemes([entry.data.scheme for entry in entries])
        teams = run.names.teams({entry.data.team for entry in entries})
        keys = [(teams.get(entry.data.team, ""), entry.data.name) for entry in entries]
        found = run.names.channels(keys)
        known = self._store.get_many([found[key] for key in keys if key in found])
        new = []
        for entry, key in zip(entries, keys, strict=True):
            data: ChannelLine = entry.data
            if not key[0] or (data.scheme and data.scheme not in schemes):
                what, name = ("team", data.team) if not key[0] else ("scheme", data.scheme)
                raise refused(entry, "there is no {what} {name}.", what=what, name=name)
            scheme_id = schemes.get(data.scheme or "", "")
            old = known.get(found.get(key, ""))
            channel = _changed(old or _new(key), data, scheme_id)
            entry.id, entry.is_new = channel.id, old is None
            if old is None:
                new.append(channel)
            else:
                self._change(channel)
        self._store.insert_many(new)

    def _change(self, channel: Channel) -> None:
        fields = {
            "displayname": channel.display_name, "type": channel.type, "header": channel.header,
            "purpose": channel.purpose, "schemeid": channel.scheme_id, "deleteat": channel.delete_at,
        }  # fmt: skip
        self._store.change(channel.id, fields | {"updateat": now_ms()})

    def _schemes(self, names: list[str | None]) -> dict[str, str]:
        sql = "SELECT name, id FROM {schemes} WHERE deleteat = 0 AND scope = 'channel' AND name IN ({ids})"
        return dict(self._db.select_in(sql, {name for name in names if name}))

    def finish(self, _run: BulkImport) -> None:
        """Give teams that came without it the channel that every team has."""
        sql = (
            "SELECT t.id FROM {teams} t WHERE t.deleteat = 0 AND NOT EXISTS"
            " (SELECT 1 FROM {channels} c WHERE c.teamid = t.id AND c.name = ?)"
        )
        rows = self._db.fetch_all(sql, (DEFAULT_CHANNEL,))
        data = ChannelLine(team="", name=DEFAULT_CHANNEL, display_name="Town Square", type=OPEN)
        self._store.insert_many([_changed(_new((row[0], DEFAULT_CHANNEL)), data, "") for row in rows])

    def batches(self, run: BulkExport) -> Iterator[list[Entry]]:
        """Yield channels by the names of team and channel."""
        places = list(run.places().values())
        for start in range(0, len(places), BATCH):
            part = places[start : start + BATCH]
            channels = self._store.get_many(place.id for place in part)
            schemes: dict[str, str] = dict(
                self._db.select_in(
                    "SELECT id, name FROM {schemes} WHERE deleteat = 0 AND id IN ({ids})",
                    {channel.scheme_id for channel in channels.values() if channel.scheme_id},
                )
            )
            yield [
                Entry(id=place.id, data=_line(place.team, channels[place.id], schemes))
                for place in part
                if place.id in channels
            ]


def _new(key: tuple[str, str]) -> Channel:
    now = now_ms()
    return Channel(id=new_id(), team_id=key[0], name=key[1], create_at=now, update_at=now, extra_update_at=now)


def _changed(channel: Channel, data: ChannelLine, scheme_id: str) -> Channel:
    return replace(
        channel,
        type=data.type,
        display_name=data.display_name or channel.display_name or data.name,
        header=channel.header if data.header is None else data.header,
        purpose=channel.purpose if data.purpose is None else data.purpose,
        scheme_id=scheme_id or channel.scheme_id,
        delete_at=channel.delete_at if data.deleted_at is None else data.deleted_at,
    )


def _line(team: str, channel: Channel, schemes: dict[str, Any]) -> ChannelLine:
    return ChannelLine(
        team=team,
        name=channel.name,
        display_name=channel.display_name,
        type=channel.type,
        header=channel.header or None,
        purpose=channel.purpose or None,
        scheme=schemes.get(channel.scheme_id or ""),
        deleted_at=channel.delete_at or None,
    )
