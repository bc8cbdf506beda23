"""Asking an integration: a POST of JSON to the address that the message or dialog names."""

import re
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec

from hubbub.core import json
from hubbub.core.contracts.errors import AppError, BadRequest
from hubbub.core.contracts.outgoing import Answer, OutgoingFailed, OutgoingRefused
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.sessions import Session

_OWN_PLUGIN: Final = re.compile(r"/plugins/[a-zA-Z0-9_\-]+(/[a-zA-Z0-9_\-]+)*/?").fullmatch


class IntegrationFailed(BadRequest):
    id = "api.post.do_action.action_integration.app_error"
    message = "The integration didn't answer as it should: {reason}."


class Integrations:
    """Sends requests of actions and dialogs."""

    def __init__(self, context: PluginContext) -> None:
        self._context = context

    def ask(self, url: str, payload: Any, session: Session) -> bytes:
        """Return the body of a successful answer. Raises `IntegrationFailed`."""
        own = self._own_plugin(url)
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if own:
            headers["Authorization"] = f"Bearer {session.token}"
        try:
            answer: Answer = self._context.outgoing.request(
                "POST", own or url, headers=headers, body=json.encode(payload), trusted=bool(own)
            )
        except (OutgoingRefused, OutgoingFailed) as error:
            raise self._failed(error.text.rstrip("."), error) from error
        if answer.status != 200:
            raise self._failed(f"it answered with status {answer.status}")
        return answer.body

    def _own_plugin(self, url: str) -> str:
        """Return the full address of a plugin of this server, "" for any other.

        SECURITY: only there the session goes along; an address that leads elsewhere on this site (`/plugins/../api`)
        would let whoever wrote a message act as whoever clicks.
        """
        site = str(self._context.config.ServiceSettings.SiteURL or "").rstrip("/")
        path = url.removeprefix(site) if site and url.startswith(f"{site}/") else url
        if not path.startswith("/"):
            return ""
        parts = urlsplit(path)
        if not _OWN_PLUGIN(parts.path) or parts.netloc or "\\" in url:
            raise self._failed("an address without a host must be one of a plugin: /plugins/…")
        if not site:
            raise self._failed("addresses of plugins need ServiceSettings.SiteURL")
        return site + path

    def _failed(self, reason: str, cause: AppError | None = None) -> IntegrationFailed:
        return IntegrationFailed(reason=reason, detailed_error=cause.detailed_error if cause else "")

    def read(self, body: bytes, type: type[Any], error_id: str) -> Any:
        """Return the JSON of an answer as `type`; nothing at all counts as an empty object."""
        try:
            return json.decode(body.strip() or b"{}", type)
        except (msgspec.MsgspecError, RecursionError) as error:
            raise IntegrationFailed(id=error_id, reason="its answer isn't the JSON that it should be") from error
