"""Wiring of proxied images."""

from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.posts import Post
from hubbub.hookspecs import hookimpl
from hubbub.plugins.proxied_images.addresses import Addresses


class Plugin:
    """Changes addresses of pictures on their way."""

    def __init__(self, context: PluginContext) -> None:
        self._context = context

    @hookimpl
    def messages_will_be_consumed(self, posts: list[Post]) -> list[Post]:
        """Readers load pictures through the proxy."""
        addresses = self._addresses()
        return [addresses.for_readers(post) for post in posts]

    @hookimpl
    def message_will_be_posted(self, post: Post) -> Post:
        """What is stored is what was meant."""
        return self._addresses().as_stored(post)

    @hookimpl
    def message_will_be_updated(self, new_post: Post) -> Post:
        """An author edits what they were shown."""
        return self._addresses().as_stored(new_post)

    def _addresses(self) -> Addresses:
        return Addresses(self._context.config.ServiceSettings.SiteURL)
