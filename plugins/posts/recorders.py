"""Those who record something beside new posts: contributed by other plugins (hook `register_post_recorders`)."""

from itertools import chain
from typing import Any

from hubbub.core.contracts.channels import Channel
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.posts import Post, PostEraser, PostRecorder, PostReviser
from hubbub.core.contracts.sessions import Session


class Recorders:
    """Keeps what plugins contribute, until one comes or goes."""

    def __init__(self, context: PluginContext) -> None:
        self._hooks = context.hooks
        self._version = -1
        self._current: tuple[PostRecorder, ...] = ()

    @property
    def current(self) -> tuple[PostRecorder, ...]:
        """The recorders of the plugins that are on now."""
        if self._version != self._hooks.version:
            self._version = self._hooks.version
            self._current = tuple(chain.from_iterable(self._hooks.ask_all("register_post_recorders")))
        return self._current

    def erase(self, post: Post) -> None:
        """Have those who want to know take back what they recorded of a deleted post."""
        for recorder in self.current:
            if isinstance(recorder, PostEraser):
                recorder.erase(post)

    def revise(self, new: Post, old: Post) -> None:
        """Have those who want to know look at an edit."""
        for recorder in self.current:
            if isinstance(recorder, PostReviser):
                recorder.revise(new, old)

    def prepare(self, post: Post, channel: Channel, session: Session | None) -> None:
        """Have each recorder look at a new post; what nobody keeps of its metadata is dropped."""
        recorders = self.current
        if post.metadata:
            kept: set[str] = set().union(*(recorder.keeps for recorder in recorders))
            metadata: dict[str, Any] = {name: value for name, value in post.metadata.items() if name in kept}
            post.metadata = metadata
        for recorder in recorders:
            recorder.prepare(post, channel, session)
