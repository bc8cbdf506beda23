"""POST /oauth/access_token: for programs, so its refusals are those of RFC 6749, with what clients of this API know."""

import base64
import binascii
from typing import Any, Final
from urllib.parse import parse_qsl, unquote_plus

from hubbub.core.http import Request, Router
from hubbub.core.http.reply import Reply
from hubbub.plugins.oauth_provider.errors import RequestRefused
from hubbub.plugins.oauth_provider.records import TokenRequest
from hubbub.plugins.oauth_provider.tokens import Tokens

MAX_BODY: Final = 16_384
MAX_FIELDS: Final = 32
_NO_STORE: Final = {"Cache-Control": "no-store", "Pragma": "no-cache"}


class TokenRoutes:
    """The handler of the token endpoint."""

    def __init__(self, tokens: Tokens) -> None:
        self._tokens = tokens

    def register(self, router: Router) -> None:
        """Declare the route."""
        router.post("/oauth/access_token", self.access_token, auth="none", csrf=False, body_limit=MAX_BODY)

    def access_token(self, req: Request) -> Reply:
        """POST /oauth/access_token."""
        try:
            return Reply(self._tokens.answer(_read(req)), headers=_NO_STORE)
        except RequestRefused as error:
            return refusal(error, req)


def refusal(error: RequestRefused, req: Request) -> Reply:
    """Return a refusal as RFC 6749, section 5.2 has it, with the fields of this API's own errors."""
    body = {
        "error": error.error,
        "error_description": error.text,
        "id": error.error_id,
        "message": error.text,
        "detailed_error": "",
        "request_id": req.request_id,
        "status_code": error.status,
    }
    # The hooks that look at answers find it there, as for errors that are raised.
    req.error_id = error.error_id
    headers: dict[str, str] = dict(_NO_STORE)
    if error.status == 401:
        headers["WWW-Authenticate"] = 'Basic realm="OAuth"'
    return Reply(body, error.status, headers)


def form_of(req: Request) -> dict[str, str]:
    """Return the fields of a form. Raises `RequestRefused` for a field that is given twice, or none at all."""
    fields: dict[str, str] = {}
    try:
        text = req.read_bytes().decode("ascii")
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=MAX_FIELDS, errors="strict")
    except (UnicodeDecodeError, ValueError):
        raise RequestRefused(
            "invalid_request", "The body must be a form (application/x-www-form-urlencoded)."
        ) from None
    for name, value in pairs:
        if name in fields:
            raise RequestRefused("invalid_request", "A field is given twice.")
        fields[name] = value
    return fields


def _read(req: Request) -> TokenRequest:
    fields: dict[str, Any] = form_of(req)
    request = TokenRequest(**{name: fields[name] for name in TokenRequest.__struct_fields__ if name in fields})
    scheme, _, given = req.header("Authorization").partition(" ")
    if scheme.lower() == "basic":
        client_id, secret = _basic(given)
        if request.client_secret or request.client_id not in ("", client_id):
            raise RequestRefused("invalid_request", "The application proves itself in two ways at once.")
        request.client_id, request.client_secret = client_id, secret
    return request


def _basic(given: str) -> tuple[str, str]:
    """Return id and secret of a Basic header (RFC 6749, section 2.3.1: both are form-encoded)."""
    try:
        client_id, colon, secret = base64.b64decode(given, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        colon = ""
    if not colon:
        raise RequestRefused("invalid_request", "The Authorization header is malformed.")
    return unquote_plus(client_id), unquote_plus(secret)
