"""The actions of a post's attachments: finding them, naming them, keeping what clients never see."""

from collections.abc import Callable, Iterator
from typing import Any, Final

from hubbub.core.contracts.posts import Post
from hubbub.core.ids import new_id

ATTACHMENTS: Final = "attachments"
Action = dict[str, Any]


def actions(props: dict[str, Any]) -> Iterator[Action]:
    """Yield the actions of all attachments; what isn't shaped like one is left out."""
    attachments = props.get(ATTACHMENTS)
    for attachment in attachments if isinstance(attachments, list) else ():
        found = attachment.get("actions") if isinstance(attachment, dict) else None
        yield from (action for action in (found if isinstance(found, list) else ()) if isinstance(action, dict))


def find(props: dict[str, Any], action_id: str) -> Action | None:
    """Return the action of an id, None where there is none that does something."""
    for action in actions(props):
        if action.get("id") == action_id and isinstance(action.get("integration"), dict):
            return action
    return None


def changed(post: Post, change: Callable[[Action], Action]) -> None:
    """Put `change(action)` in the place of each action of a post."""
    attachments = post.props.get(ATTACHMENTS)
    if not isinstance(attachments, list):
        return
    post.props = {**post.props, ATTACHMENTS: [_changed(one, change) for one in attachments]}


def _changed(attachment: Any, change: Callable[[Action], Action]) -> Any:
    found = attachment.get("actions") if isinstance(attachment, dict) else None
    if not isinstance(found, list):
        return attachment
    return {**attachment, "actions": [change(one) if isinstance(one, dict) else one for one in found]}


def with_id(action: Action) -> Action:
    """Return the action with an id: clients name it by that."""
    return action if isinstance(action.get("id"), str) and action["id"] else {**action, "id": new_id()}
