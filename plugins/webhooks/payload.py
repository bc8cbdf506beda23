"""The body of a request to an incoming webhook as a message: JSON, or a form with the JSON in its field `payload`."""

import json as lenient
from typing import Any, Final
from urllib.parse import parse_qs

import msgspec

from hubbub.core.contracts.errors import AppError, BadRequest
from hubbub.core.http import Request
from hubbub.core.http import body as bodies
from hubbub.core.http.form import BadForm, parts_of
from hubbub.plugins.webhooks.records import FORM, Message

MULTIPART: Final = "multipart/form-data"
PAYLOAD: Final = "payload"
_TEXTS: Final = ("text", "username", "icon_url", "icon_emoji", "channel", "type")
"""Fields of a message that a form may have beside `payload`."""
MAX_FIELDS: Final = 100


class BadPayload(BadRequest):
    """`id` says which kind of body is wrong."""

    id = "model.incoming_hook.parse_data.app_error"
    message = "The message isn't a JSON object of the expected form: {reason}."


def read_message(req: Request) -> Message:
    """Return what a request wants posted. Raises `BadPayload`, `TooLarge`."""
    kind = (req.content_type or "").partition(";")[0].strip().lower()
    if kind and not _is_media_type(kind):
        text = "The Content-Type {kind} is none."
        raise BadPayload(text, id="web.incoming_webhook.media_type.app_error", kind=kind[:100])
    if kind == FORM:
        body = req.read_bytes()
        # curl calls everything a form unless it is told otherwise.
        if body.lstrip().startswith(b"{"):
            return decode_message(body)
        return _of_form(_form_fields(body), "web.incoming_webhook.parse_form.app_error")
    if kind == MULTIPART:
        return _of_form(_multipart_fields(req), "web.incoming_webhook.parse_multipart.app_error")
    return decode_message(req.read_bytes())


def decode_message(body: bytes) -> Message:
    """Return JSON as a message. Raises `BadPayload`.

    Line breaks may stand in texts as they are: scripts that put text into JSON by hand send them so.
    """
    try:
        bodies.check_text(body)
        return msgspec.json.decode(body, type=Message)
    except msgspec.ValidationError as error:
        raise BadPayload(reason=error) from None
    except msgspec.DecodeError:
        return _decode_leniently(body)
    except AppError as error:
        raise BadPayload(reason=error.detailed_error or error.text) from None


def _decode_leniently(body: bytes) -> Message:
    try:
        found: Any = lenient.loads(body.decode("utf-8"), strict=False)
        return msgspec.convert(found, Message)
    except (ValueError, RecursionError, msgspec.ValidationError) as error:
        # The reason without the text itself: it is the sender's.
        reason = str(error).partition(":")[0] if isinstance(error, ValueError) else type(error).__name__
        raise BadPayload(reason=reason or "it is empty") from None


def _of_form(fields: dict[str, str], error_id: str) -> Message:
    if PAYLOAD in fields:
        return decode_message(fields[PAYLOAD].encode())
    given: dict[str, Any] = {name: fields[name] for name in _TEXTS if name in fields}
    if not given:
        raise BadPayload("The form has no field named payload.", id=error_id)
    return Message(**given)


def _form_fields(body: bytes) -> dict[str, str]:
    text = body.decode("utf-8", "replace")
    try:
        found = parse_qs(text, keep_blank_values=True, max_num_fields=MAX_FIELDS)
    except ValueError as error:
        raise BadPayload(reason=error, id="web.incoming_webhook.parse_form.app_error") from None
    return {name: values[0] for name, values in found.items()}


def _multipart_fields(req: Request) -> dict[str, str]:
    try:
        return {part.name: b"".join(part.pieces()).decode("utf-8", "replace") for part in parts_of(req, req.body_limit)}
    except BadForm as error:
        raise BadPayload(error.text, id="web.incoming_webhook.parse_multipart.app_error") from error


def _is_media_type(text: str) -> bool:
    kind, slash, subtype = text.partition("/")
    return bool(kind and slash and subtype) and not any(character in " \t,;\"'" for character in text)
