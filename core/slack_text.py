"""Texts as integrations written for Slack send them, in the markup that clients of this server know."""

import re
from typing import Any, Final

_ANNOUNCEMENT: Final = re.compile(r"<!(channel|here|all|everyone)(?:\|[^<>\n]*)?>")
_LINK: Final = re.compile(r"<((?:https?://|mailto:)[^<>|\s]+)\|([^<>\n]*)>")
_TEXTS: Final = ("pretext", "text", "title", "fallback")


def from_slack(text: str) -> str:
    """Return `text` with Slack's `<!here>` and `<https://…|title>` as `@here` and `[title](https://…)`."""
    if "<" not in text:
        return text
    text = _ANNOUNCEMENT.sub(lambda match: "@all" if match[1] == "everyone" else f"@{match[1]}", text)
    return _LINK.sub(r"[\2](\1)", text)


def attachments_from_slack(attachments: list[Any]) -> list[Any]:
    """Return message attachments with their texts from Slack's markup; what isn't shaped like one stays as it is."""
    return [_attachment(one) if isinstance(one, dict) else one for one in attachments]


def _attachment(attachment: dict[str, Any]) -> dict[str, Any]:
    changed: dict[str, Any] = {
        name: from_slack(attachment[name]) for name in _TEXTS if isinstance(attachment.get(name), str)
    }
    fields = attachment.get("fields")
    if isinstance(fields, list):
        changed["fields"] = [_field(one) for one in fields]
    return {**attachment, **changed}


def _field(field: Any) -> Any:
    if isinstance(field, dict) and isinstance(field.get("value"), str):
        return {**field, "value": from_slack(field["value"])}
    return field
