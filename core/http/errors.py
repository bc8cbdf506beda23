"""Errors to JSON, once: what clients get for each exception that leaves a handler."""

from typing import Any, Final

import falcon
import msgspec

from hubbub.core import json
from hubbub.core.contracts.errors import AppError, BadRequest, Internal, NotFound, Rejected

HARDENED_MESSAGE: Final = "Internal Server Error"


class ErrorBody(msgspec.Struct, kw_only=True):
    """The body of an error; `detailed_error` is always there, `id` is what clients switch on.

    `fields` is ours: which field of a form is wrong and how, where an error knows that.
    """

    id: str
    message: str
    detailed_error: str = ""
    request_id: str | msgspec.UnsetType = msgspec.UNSET
    status_code: int
    fields: dict[str, str] | msgspec.UnsetType = msgspec.UNSET


class UnknownRoute(NotFound):
    message = "There is nothing at this address."


def as_app_error(error: BaseException) -> AppError:
    """Return the named error for whatever left a handler; what nobody foresaw is an `Internal`, without its text."""
    if isinstance(error, AppError):
        return error
    if isinstance(error, Rejected):
        # The API has no id for what a plugin refuses: its free text stands in both places.
        return BadRequest(error.reason or "A plugin refused it.", id=error.reason or "plugin.rejected.app_error")
    if isinstance(error, falcon.HTTPError):
        return _of_falcon(error)
    return Internal()


def _of_falcon(error: falcon.HTTPError) -> AppError:
    status = falcon.http_status_to_code(error.status)
    if status in (404, 405):
        return UnknownRoute()
    return BadRequest(status_code=status)


def render(error: AppError, request_id: str, *, developer: bool = False, hardened: bool = False) -> tuple[int, bytes]:
    """Return the status and the JSON body of an error.

    `developer` (EnableDeveloper) shows `detailed_error`; `hardened` (ExperimentalEnableHardenedMode) hides which
    server error it was.
    """
    status = error.status if 100 <= error.status <= 599 else 500
    if hardened and status >= 500:
        body = ErrorBody(id="", message=HARDENED_MESSAGE, request_id=request_id, status_code=500)
        return 500, json.encode(body)
    body = ErrorBody(
        id=error.error_id,
        message=error.text,
        detailed_error=_safe(error.detailed_error) if developer else "",
        request_id=request_id or msgspec.UNSET,
        status_code=status,
        fields={name: _safe(text) for name, text in error.fields.items()} or msgspec.UNSET,
    )
    try:
        return status, json.encode(body)
    except UnicodeEncodeError:
        body = ErrorBody(id=error.error_id, message=_safe(error.text), request_id=request_id, status_code=status)
        return status, json.encode(body)


def _safe(text: Any) -> str:
    """Return `text` without what UTF-8 can't hold (lone surrogates out of hostile headers)."""
    return str(text).encode("utf-8", "replace").decode()
