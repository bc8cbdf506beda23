"""Reading what the server behind a command answers: JSON as Slack has it, or plain text."""

from typing import Any

import msgspec

from hubbub.core import json
from hubbub.core.contracts.commands import CommandResponse


class UnreadableAnswer(Exception):
    """Neither plain text nor the JSON that an answer should be; the message says what is wrong."""


def read_answer(content_type: str, body: bytes) -> CommandResponse | None:
    """Return the answer, None for none at all. Raises `UnreadableAnswer`.

    `text/plain` is a text for the caller alone; anything else has to be JSON. `null` for a field is none.
    """
    if content_type.partition(";")[0].strip().lower() == "text/plain":
        return CommandResponse(text=body.decode("utf-8", "replace"))
    if not body.strip():
        return None
    try:
        return msgspec.convert(_without_nulls(json.decode(body, dict[str, Any])), CommandResponse)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise UnreadableAnswer(f"not the JSON that it should be ({error})") from error


def _without_nulls(answer: dict[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in answer.items() if value is not None}
    more = kept.get("extra_responses")
    if isinstance(more, list):
        kept["extra_responses"] = [_without_nulls(one) if isinstance(one, dict) else one for one in more]
    return kept
