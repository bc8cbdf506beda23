"""Settings of the webhooks plugin."""

from typing import Annotated

import msgspec

from hubbub.core.config.setting import Section, Setting


class WebhookSettings(Section, frozen=True):
    """`PluginSettings.Plugins["webhooks"]`."""

    Retries: Annotated[
        int,
        msgspec.Meta(ge=0, le=10),
        Setting("How often an outgoing webhook is tried again when its target can't be reached or answers 5xx"),
    ] = 3
    RetrySeconds: Annotated[
        float,
        msgspec.Meta(ge=0, le=3600),
        Setting("Pause before the first of these tries, in seconds; it doubles with each"),
    ] = 2.0
    ParallelPerHost: Annotated[
        int,
        msgspec.Meta(ge=1, le=64),
        Setting("Requests of outgoing webhooks to one host at the same time, per worker"),
    ] = 4
