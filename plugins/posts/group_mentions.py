"""Which groups a message mentions, and who is in them."""

from hubbub.core.contracts.channels import Channel
from hubbub.core.contracts.groups import GroupService
from hubbub.core.contracts.plugin import PluginContext
from hubbub.plugins.posts.text import PUNCTUATION, shortened, words


class GroupMentions:
    """Looks for `@name` of groups. No query for a message that mentions none, when caches are warm."""

    def __init__(self, context: PluginContext) -> None:
        self._groups = context.service(GroupService)

    def named(self, message: str) -> set[str]:
        """Return the names of the groups that a message mentions, wherever it may stand."""
        if "@" not in message:
            return set()
        known = self._groups.mentionable_names()
        return _find(message, known) if known else set()

    def members(self, message: str, channel: Channel) -> set[str]:
        """Return the ids of all members of the groups that a message mentions in a channel."""
        names = self.named(message)
        found = self._groups.mentioned(names, channel) if names else {}
        return set().union(*found.values())


def _find(message: str, known: frozenset[str]) -> set[str]:
    found = set()
    for word in words(message):
        word = word.lstrip(PUNCTUATION).lower()
        if not word.startswith("@"):
            continue
        for shorter in shortened(word[1:]):
            if shorter in known:
                found.add(shorter)
                break
    return found
