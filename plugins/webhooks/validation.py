"""Which webhooks are valid."""

import re
from typing import Any, Final
from urllib.parse import urlsplit

from hubbub.core import json
from hubbub.core.contracts.errors import BadRequest, InvalidBodyParam
from hubbub.core.ids import is_valid_id
from hubbub.plugins.webhooks.records import EXACT, FORM, JSON, STARTS_WITH, IncomingWebhook, OutgoingWebhook

MAX_DISPLAY_NAME: Final = 64
MAX_DESCRIPTION: Final = 500
MAX_USERNAME: Final = 64
MAX_ICON_URL: Final = 1024
MAX_LIST: Final = 1024
"""Characters of a list (trigger words, callback URLs) as JSON: the column's width."""

_is_username = re.compile(r"[a-z0-9._-]{1,64}").fullmatch


class InvalidHook(BadRequest):
    """A webhook can't be stored; `id` says which part is wrong."""

    id = "model.incoming_hook.id.app_error"
    message = "The webhook is not valid."


def check_incoming(hook: IncomingWebhook) -> None:
    """Raise `InvalidHook` naming what is wrong."""
    prefix = "model.incoming_hook."
    if not is_valid_id(hook.channel_id):
        raise InvalidHook("channel_id is not the id of a channel.", id=prefix + "channel_id.app_error")
    if not is_valid_id(hook.user_id):
        raise InvalidHook("user_id is not the id of a user.", id=prefix + "user_id.app_error")
    if hook.username and not _is_username(hook.username):
        raise InvalidHook(
            "The username {name} is not valid: use a to z, 0 to 9, dot, dash and underscore, at most {max}.",
            id="api.incoming_webhook.invalid_username.app_error",
            name=hook.username[:MAX_USERNAME],
            max=MAX_USERNAME,
        )
    _check_texts(hook, prefix, prefix)


def check_outgoing(hook: OutgoingWebhook) -> None:
    """Raise `InvalidHook` naming what is wrong."""
    prefix = "model.outgoing_hook.is_valid."
    if not is_valid_id(hook.team_id):
        raise InvalidHook("team_id is not the id of a team.", id=prefix + "team_id.app_error")
    if hook.channel_id and not is_valid_id(hook.channel_id):
        raise InvalidHook("channel_id is not the id of a channel.", id=prefix + "channel_id.app_error")
    if not is_valid_id(hook.creator_id):
        raise InvalidHook("creator_id is not the id of a user.", id=prefix + "user_id.app_error")
    if not all(hook.trigger_words):
        raise InvalidHook("A trigger word is empty.", id=prefix + "trigger_words.app_error")
    _check_list("trigger_words", hook.trigger_words, prefix + "words.app_error")
    if not hook.callback_urls:
        raise InvalidHook("callback_urls has no address to send to.", id=prefix + "callback.app_error")
    _check_list("callback_urls", hook.callback_urls, prefix + "callback.app_error")
    for url in hook.callback_urls:
        if not _is_web_address(url):
            text = "The callback URL {url} doesn't begin with http:// or https:// and a host."
            raise InvalidHook(text, id=prefix + "url.app_error", url=url[:200])
    if hook.trigger_when not in (EXACT, STARTS_WITH):
        raise InvalidBodyParam("trigger_when", "0 (the first word is it) or 1 (the first word begins with it)")
    if hook.content_type not in ("", FORM, JSON):
        text = "content_type is {form} or {json}."
        raise InvalidHook(text, id=prefix + "content_type.app_error", form=FORM, json=JSON)
    _check_texts(hook, prefix, "model.outgoing_hook.")


def _check_texts(hook: IncomingWebhook | OutgoingWebhook, prefix: str, override_prefix: str) -> None:
    limits: tuple[tuple[str, str, int], ...] = (
        (prefix, "display_name", MAX_DISPLAY_NAME),
        (prefix, "description", MAX_DESCRIPTION),
        (override_prefix, "username", MAX_USERNAME),
        (override_prefix, "icon_url", MAX_ICON_URL),
    )
    for start, name, most in limits:
        length = len(getattr(hook, name).encode())
        if length > most:
            text = "{name} has at most {max} bytes, not {length}."
            raise InvalidHook(text, id=f"{start}{name}.app_error", name=name, max=most, length=length)


def _check_list(name: str, items: list[str], error_id: str) -> None:
    length = len(json.encode_str(items))
    if length > MAX_LIST:
        params: dict[str, Any] = {"name": name, "max": MAX_LIST, "length": length}
        raise InvalidHook(
            "{name} takes {length} characters as a list; at most {max} are allowed.", id=error_id, **params
        )


def _is_web_address(text: str) -> bool:
    if any(character <= " " or character == "\x7f" for character in text):
        return False
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        return False
