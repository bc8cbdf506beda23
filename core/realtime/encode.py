"""Events as bytes: serialised once, for the socket, for every receiver and for the bus.

A receiver's frame is header + prefix + its own number + `}`; only the number differs, so header and prefix are
built once per number of digits.
"""

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from hubbub.core import json
from hubbub.core.contracts.realtime import Broadcast, Event
from hubbub.core.realtime.frames import TEXT, header

SHOULD_ACK: Final = "should_ack"

_pack = msgspec.msgpack.Encoder().encode


class EventFrame:
    """One event's text up to its number, shared by every receiver; kept in queues instead of copies."""

    __slots__ = ("droppable", "prefix")

    def __init__(self, prefix: bytes, droppable: bool = False) -> None:
        self.prefix = prefix
        self.droppable = droppable

    def head(self, digits: int) -> bytes:
        """Return header and prefix for a number of `digits` digits."""
        return header(len(self.prefix) + digits + 1, TEXT) + self.prefix

    def bytes_for(self, seq: int) -> bytes:
        """Return the whole frame for the receiver whose next number is `seq`."""
        tail = b"%d}" % seq
        return header(len(self.prefix) + len(tail), TEXT) + self.prefix + tail


HELLO_FRAME: Final = EventFrame(b"")
"""Stands in a dead queue for the hello, which would be the largest thing an idle connection holds."""


class WireEvent(msgspec.Struct, array_like=True):
    """An event with its data already as JSON; what travels on the bus.

    `data`: JSON object. `per_user`: user id → JSON object of what is added (or replaced) for this user.
    """

    name: str
    data: bytes
    broadcast: Broadcast
    per_user: dict[str, bytes] | None = None

    def value_of(self, key: str) -> Any:
        """Return one value of the data (decodes it: not for hot paths)."""
        return json.decode(self.data).get(key)


_unpack = msgspec.msgpack.Decoder(WireEvent).decode


def prepare(event: Event | WireEvent) -> WireEvent:
    """Return the event with its data as JSON. Cheap for one that is prepared already."""
    if isinstance(event, WireEvent):
        return event
    per_user: dict[str, bytes] | None = None
    if event.per_user:
        per_user = {user_id: json.encode(extra) for user_id, extra in event.per_user.items() if extra}
    return WireEvent(event.name, json.encode(event.data), _plain(event.broadcast), per_user)


def _plain(broadcast: Broadcast) -> Broadcast:
    """Return the broadcast without flags that are false: clients see them only when true."""
    sanitized, sensitive = broadcast.contains_sanitized_data, broadcast.contains_sensitive_data
    if sanitized is False or sensitive is False:
        return msgspec.structs.replace(
            broadcast,
            contains_sanitized_data=sanitized or msgspec.UNSET,
            contains_sensitive_data=sensitive or msgspec.UNSET,
        )
    return broadcast


def encode_event(event: Event | WireEvent) -> bytes:
    """Return the event for the bus."""
    return _pack(prepare(event))


def decode_event(payload: bytes) -> WireEvent:
    """Return the event of a bus message. Raises `msgspec.DecodeError` for anything else."""
    return _unpack(payload)


def frame_of(event: WireEvent, droppable: bool = False) -> EventFrame:
    """Return the frame of those receivers who get nothing of their own."""
    return EventFrame(_prefix(event, event.data), droppable)


def own_frame_of(event: WireEvent, user_id: str, posted_ack: bool) -> EventFrame | None:
    """Return the frame with what `per_user` adds for this receiver, or None when there is nothing.

    `should_ack` goes only to connections that asked for it (`posted_ack`).
    """
    extra = (event.per_user or {}).get(user_id)
    if extra is None:
        return None
    if not posted_ack and b'"should_ack"' in extra:
        values = json.decode(extra)
        values.pop(SHOULD_ACK, None)
        extra = json.encode(values)
    if extra == b"{}":
        return None
    return EventFrame(_prefix(event, _merge(event.data, extra)))


def _merge(data: bytes, extra: bytes) -> bytes:
    """Return one JSON object of two; keys of `extra` win."""
    if data == b"{}":
        return extra
    keys = msgspec.json.decode(extra, type=dict[str, msgspec.Raw])
    if any(b'"%b"' % key.encode() in data for key in keys):
        merged: Mapping[str, Any] = msgspec.json.decode(data, type=dict[str, msgspec.Raw]) | keys
        return json.encode(merged)
    return data[:-1] + b"," + extra[1:]


def _prefix(event: WireEvent, data: bytes) -> bytes:
    return b'{"event":%b,"data":%b,"broadcast":%b,"seq":' % (
        json.encode(event.name),
        data,
        json.encode(event.broadcast),
    )
