"""Wiring of the filter_mentions plugin."""

from hubbub.core.filtering import RuleFilter
from hubbub.plugins.filter_mentions.service import Mentions


class Plugin(RuleFilter):
    """Refuses messages with too many mentions."""

    rule = Mentions
