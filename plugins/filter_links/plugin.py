"""Wiring of the filter_links plugin."""

from hubbub.core.filtering import RuleFilter
from hubbub.plugins.filter_links.service import Links


class Plugin(RuleFilter):
    """Refuses or takes out links to other sites."""

    rule = Links
