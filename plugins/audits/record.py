"""What is recorded of a request: which ones, and which of their fields."""

import re
from collections.abc import Mapping
from typing import Any, Final

import msgspec

from hubbub.core import json
from hubbub.core.clock import now_ms
from hubbub.core.contracts.audit import AnsweredRequest

TALK: Final = frozenset(
    "posts reactions drafts statuses preferences threads sidebar search search_database files scheduled_posts reminders"
    " interactive_messages link_previews image_proxy bookmarks notifications post_priority core webclient".split()
)
"""Plugins whose operations are talk and reading: there are too many, and posts are their own record."""
_READS: Final = re.compile(
    r"/(search|ids|names|usernames|group_channels|ancillary|member_count|view|mark_read|execute|lookup|client_perf|logs"
    r"|logs/query|first_admin_visit|login|login/type|autotranslation|notify_props|notices/view|reports/posts)$"
).search
"""Ends of routes that read, are talk, or (login) are recorded with more than the request says."""
FIELDS: Final = frozenset(
    "user_id user_ids team_id channel_id group_id token_id session_id hook_id command_id scheme_id app_id role_id roles"
    " scheme_admin scheme_user scheme_guest permissions activate active privacy type name display_name username"
    " description is_trusted allow_reference enable data_type new_roles grant_type client_id redirect_uri scope".split()
)
"""Fields of bodies that are recorded. SECURITY: none of them holds a secret; a new one must not either."""
LONGEST: Final = 256
MOST: Final = 100


class Record(msgspec.Struct, kw_only=True):
    """Something that happened. Times in ms; `user_id` did it; `error_id` is "" for a success.

    `about` are accounts it was done to, who find it among what happened to them.
    """

    event: str
    action: str
    user_id: str = ""
    session_id: str = ""
    ip_address: str = ""
    user_agent: str = ""
    request_id: str = ""
    status: int = 200
    error_id: str = ""
    parameters: dict[str, Any] = msgspec.field(default_factory=dict)
    details: list[str] = msgspec.field(default_factory=list)
    about: tuple[str, ...] = ()
    time: int = msgspec.field(default_factory=now_ms)


def counts(request: AnsweredRequest) -> bool:
    """Say whether a request is recorded."""
    if request.event.partition(".")[0] in TALK or not request.route.startswith(("/api/v4/", "/oauth/")):
        return False
    return _READS(request.route) is None


def record_of(request: AnsweredRequest, details: list[str]) -> Record:
    """Return the record of a request, with what plugins said of the change meanwhile."""
    path = re.sub(r"\{([a-z_]+)(?::[a-z]+)?\}", lambda field: request.params.get(field[1], ""), request.route)
    return Record(
        event=request.event,
        action=path,
        user_id=request.user_id,
        session_id=request.session_id,
        ip_address=request.ip_address,
        user_agent=request.user_agent,
        request_id=request.request_id,
        status=request.status,
        error_id=request.error_id,
        parameters={**request.params, **_known_fields(request.body)},
        details=details,
    )


def _known_fields(body: bytes) -> dict[str, Any]:
    """Return the fields of a JSON body that may be told, cut to a length."""
    if not body.startswith(b"{"):
        return {}
    try:
        values = json.decode(body)
    except (ValueError, msgspec.DecodeError):
        return {}
    if not isinstance(values, dict):
        return {}
    return {name: _cut(value) for name, value in values.items() if name in FIELDS and _is_plain(value)}


def _is_plain(value: Any) -> bool:
    if isinstance(value, list):
        return len(value) <= MOST and all(isinstance(item, str) for item in value)
    return isinstance(value, str | bool | int)


def _cut(value: Any) -> Any:
    if isinstance(value, list):
        return [item[:LONGEST] for item in value]
    return value[:LONGEST] if isinstance(value, str) else value


def text_of(record: Record) -> str:
    """Return what the table's extrainfo holds: the result, then what is known of it."""
    result = f"fail error={record.error_id} status={record.status}" if record.error_id else "success"
    named = [f"{name}={_plain_text(value)}" for name, value in record.parameters.items() if value != ""]
    return " ".join([result, *record.details, *named])


def _plain_text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return ",".join(value) if isinstance(value, list) else str(value)


def line_of(record: Record, server: str) -> bytes:
    """Return a record as a JSON line, in the form that readers of Mattermost's audit log know."""
    document: Mapping[str, Any] = {
        "timestamp": record.time,
        "event_name": record.event,
        "status": "fail" if record.error_id else "success",
        "actor": {
            "user_id": record.user_id,
            "session_id": record.session_id,
            "client": record.user_agent[:LONGEST],
            "ip_address": record.ip_address,
        },
        "event": {"parameters": record.parameters, "details": record.details},
        "meta": {"api_path": record.action, "request_id": record.request_id, "server": server},
        "error": {"id": record.error_id, "status_code": record.status} if record.error_id else {},
    }
    return json.encode(document) + b"\n"
