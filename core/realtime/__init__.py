"""WebSockets: who is connected, who gets what, and the frames on the wire."""

from hubbub.core.realtime.actions import ActionClash, ActionHandler, PluginActions
from hubbub.core.realtime.connection import Connection
from hubbub.core.realtime.encode import WireEvent, decode_event, encode_event, prepare
from hubbub.core.realtime.errors import InvalidActionParam, ServerBusy
from hubbub.core.realtime.hub import Hub
from hubbub.core.realtime.ports import CONTROL_TOPIC, ActionRequest, HubPorts, HubSettings

__all__ = [
    "CONTROL_TOPIC",
    "ActionClash",
    "ActionHandler",
    "ActionRequest",
    "Connection",
    "Hub",
    "HubPorts",
    "HubSettings",
    "InvalidActionParam",
    "PluginActions",
    "ServerBusy",
    "WireEvent",
    "decode_event",
    "encode_event",
    "prepare",
]
