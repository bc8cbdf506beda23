"""Wiring of the filter_links plugin."""

from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.posts import Post
from hubbub.core.contracts.sessions import Session
from hubbub.core.filtering import Exemptions, Ready, says_the_same
from hubbub.hookspecs import hookimpl
from hubbub.plugins.filter_links.service import Links


class Plugin:
    """Refuses or takes out links to other sites."""

    def __init__(self, context: PluginContext) -> None:
        self._exempt = Exemptions(context)
        self._ready = Ready(context, Links)
        self._ready.now  # noqa: B018  # settings that can't work stop the start

    @hookimpl
    def message_will_be_posted(self, post: Post, session: Session | None) -> Post:
        """Look at a new message."""
        rule = self._ready.now
        return post if self._exempt.has(rule.settings, post, session) else rule.check(post)

    @hookimpl
    def message_will_be_updated(self, new_post: Post, old_post: Post) -> Post:
        """Look at an edit that changes what is said."""
        rule = self._ready.now
        if says_the_same(new_post, old_post) or self._exempt.has(rule.settings, new_post, edit=True):
            return new_post
        return rule.check(new_post)
