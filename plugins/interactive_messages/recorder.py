"""What posts with buttons and menus need when they are stored or edited."""

from collections.abc import Sequence

from hubbub.core.contracts.channels import Channel
from hubbub.core.contracts.posts import NewPost, Post
from hubbub.core.contracts.sessions import Session
from hubbub.plugins.interactive_messages.attachments import ATTACHMENTS, Action, actions, changed, with_id


class ActionRecorder:
    """Implements `PostRecorder` and `PostReviser`; posts without attachments cost a look into a dictionary."""

    keeps: frozenset[str] = frozenset()

    def prepare(self, post: Post, channel: Channel, session: Session | None) -> None:
        """Give actions their ids."""
        if ATTACHMENTS in post.props:
            changed(post, with_id)

    def record(self, posts: Sequence[NewPost]) -> None:
        """Nothing is stored beside posts."""

    def revise(self, new: Post, old: Post) -> None:
        """Give new actions ids; keep what known ones do: a client that edits a post has never seen that."""
        if ATTACHMENTS not in new.props:
            return
        known = {action["id"]: action for action in actions(old.props) if isinstance(action.get("id"), str)}

        def completed(action: Action) -> Action:
            before = known.get(str(action.get("id")), {})
            if "integration" in action or "integration" not in before:
                return with_id(action)
            return {**action, "integration": before["integration"]}

        changed(new, completed)
