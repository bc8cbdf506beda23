"""What hostile, broken and careless clients send."""

import json
from collections.abc import Iterator
from typing import Any, Final

HUGE: Final = "9" * 30
LONG: Final = "x" * 5_000

PATH_VALUES: Final = (
    "me",
    "a" * 26,
    "A1" * 13,
    "a" * 25,
    "a" * 27,
    "x" * 1_000,
    "0",
    "-1",
    HUGE,
    "..",
    "%2e%2e%2f%2e%2e%2fetc",
    "%2F",
    "%00",
    "a%00b",
    "%ff%fe",
    "%ED%A0%80",  # half of a surrogate pair
    "%F0%9F%98%80",
    "%27%22--",
    "%25s%25n",
    "null",
    "%7Bid%7D",
    "a;b=c",
    "a,b",
    "%0d%0aX-Evil:1",
    "%C4%B1" * 26,  # 26 letters, none of them ASCII
    "%D9%A1" * 26,  # 26 digits, none of them ASCII
)

QUERY_NAMES: Final = (
    "page per_page limit offset since before after sort in_team not_in_team in_channel not_in_channel in_group "
    "without_team active inactive role roles team_roles channel_roles name term q username exclude_archived_posts "
    "include_deleted include_total_count collapsedThreads skipFetchThreads set_online permanent channel_id team_id "
    "fields direction fromPost fromCreateAt perPage time_range logs_per_page last_delete_at include_deleted_channels "
    "seconds url remove_masked remove_defaults group_constrained limit_before limit_after access_token _ etag "
    "from_create_at graceful type status exclude_default_channels include_collapsed_threads force date"
).split()
QUERY_VALUES: Final = (
    "",
    "-1",
    "0",
    "1e9",
    HUGE,
    "-" + HUGE,
    "NaN",
    "true",
    "nonsense",
    "%00",
    "%ff",
    "%ED%A0%80",
    "%F0%9F%98%80",
    "%25_%27%22%5C",
    "a" * 26,
    "x" * 1_500,
)

BODIES: Final[tuple[bytes, ...]] = (
    b"",
    b"null",
    b"true",
    b"0",
    b'""',
    b'"text"',
    b"[]",
    b"{}",
    b"[[]]",
    b"[{}]",
    b"[null]",
    b"[0]",
    b'[""]',
    b'["me"]',
    b'["' + b"a" * 26 + b'"]',
    b'["\\u0000"]',
    b'["\\ud800"]',
    json.dumps(["a" * 26] * 2_000).encode(),
    json.dumps([LONG] * 20).encode(),
    b"{",
    b"}",
    b"\x00",
    b"\xff\xfe\x00",
    b'{"a":1}garbage',
    b"{'single': 'quotes'}",
    b'{"":"","":""}',
    b'{"\\u0000":"x"}',
    b'{"__proto__":{},"constructor":0}',
    b'{"id":' + b"9" * 400 + b"}",
    b'{"id":1e999}',
    b'{"id":NaN}',
    b"[" * 100_000,
    b"[" * 90 + b"]" * 90,
    b'{"a":' * 5_000 + b"1" + b"}" * 5_000,
    b'{"props":' * 60 + b"{}" + b"}" * 60,
    b"a=1&b=2",
    b"<?xml version='1.0'?><a/>",
    b"\xef\xbb\xbf{}",
    json.dumps({"message": "x" * 1_000_000}).encode(),
)

VALUES: Final[tuple[Any, ...]] = (
    None,
    True,
    0,
    -1,
    2**31,
    2**63,
    -(2**63),
    10**30,
    1.5,
    "",
    "x",
    "me",
    "a" * 26,
    "\0",
    "\U0001f600" * 70,
    "%s%n{}'\"\\;--",
    "\u202e\u200b\ufeff",
    LONG,
    [],
    [None],
    [[]],
    ["a" * 26],
    ["\0"],
    [{}],
    {},
    {"": ""},
    {"a": {"b": [1, None]}},
    {"a": "\0"},
)
RAW_VALUES: Final = (b'"\\ud800"', b'"\\udfff\\ud800"', b"1e400", b"-0", b"1E2", b"9" * 5_000, b'{"a":1,"a":2}')

CONTENT_TYPES: Final = (
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data",
    "multipart/form-data; boundary=x",
    "application/json; charset=utf-16",
    "nonsense",
    "",
    "application/msgpack",
    "\xff",
)


def field_bodies(fields: dict[str, Any]) -> Iterator[bytes]:
    """Yield the good body `fields` with each member in turn replaced by each nasty value, doubled and left out."""
    for name in fields:
        for value in VALUES:
            yield json.dumps({**fields, name: value}).encode()
        for raw in RAW_VALUES:
            yield _with_raw(fields, name, raw)
        rest = {key: value for key, value in fields.items() if key != name}
        yield json.dumps(rest).encode()
        yield json.dumps(rest)[:-1].encode() + (b"," if rest else b"") + f'"{name}":1,"{name}":"x"}}'.encode()


def _with_raw(fields: dict[str, Any], name: str, raw: bytes) -> bytes:
    rest = json.dumps({key: value for key, value in fields.items() if key != name})[:-1].encode()
    return rest + (b"," if len(fields) > 1 else b"") + json.dumps(name).encode() + b":" + raw + b"}"
