"""Wiring of the filter_banned_words plugin."""

from hubbub.core.filtering import RuleFilter
from hubbub.plugins.filter_banned_words.service import BannedWords


class Plugin(RuleFilter):
    """Masks or refuses banned words."""

    rule = BannedWords
