"""Wiring of the filter_secrets plugin."""

from hubbub.core.filtering import RuleFilter
from hubbub.plugins.filter_secrets.service import Secrets


class Plugin(RuleFilter):
    """Masks or refuses secrets."""

    rule = Secrets
