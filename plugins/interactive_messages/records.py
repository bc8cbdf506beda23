"""What goes to integrations and comes back."""

from typing import Any

import msgspec
from msgspec import UNSET, UnsetType


class ActionRequest(msgspec.Struct, kw_only=True):
    """Who has clicked on what, and where; sent to the integration."""

    user_id: str
    user_name: str
    channel_id: str
    channel_name: str
    team_id: str
    team_domain: str
    post_id: str
    trigger_id: str
    type: str
    data_source: str
    context: dict[str, Any] | UnsetType = UNSET


class PostUpdate(msgspec.Struct, kw_only=True):
    """What the post becomes; without `props` those stay."""

    message: str = ""
    props: dict[str, Any] | None = None


class ActionAnswer(msgspec.Struct, kw_only=True):
    """What the integration says to a click."""

    update: PostUpdate | None = None
    ephemeral_text: str | None = ""
    skip_slack_parsing: bool = False


class Cookie(msgspec.Struct, kw_only=True):
    """What an action of a message does that is stored nowhere; a client carries it, sealed."""

    post_id: str
    channel_id: str
    root_id: str = ""
    user_id: str = ""
    action: dict[str, Any]
    retained: dict[str, Any] = msgspec.field(default_factory=dict)


class DialogBody(msgspec.Struct, kw_only=True):
    """POST /actions/dialogs/open."""

    trigger_id: str = ""
    url: str = ""
    dialog: dict[str, Any] = msgspec.field(default_factory=dict)


class SubmissionBody(msgspec.Struct, kw_only=True):
    """What somebody filled in, as it comes from the client and goes to the integration."""

    type: str = ""
    url: str | UnsetType = UNSET
    callback_id: str = ""
    state: str = ""
    user_id: str = ""
    channel_id: str = ""
    team_id: str = ""
    submission: dict[str, Any] = msgspec.field(default_factory=dict)
    cancelled: bool = False


class SubmissionAnswer(msgspec.Struct, kw_only=True, omit_defaults=True):
    """What the integration says to a submission: an error, errors by element, or another form."""

    error: str = ""
    errors: dict[str, str] | None = None
    type: str = ""
    form: dict[str, Any] | None = None


class Option(msgspec.Struct):
    text: str = ""
    value: str = ""


class LookupAnswer(msgspec.Struct):
    """What may be chosen."""

    items: list[Option] = msgspec.field(default_factory=list)
