"""Events about accounts."""

from collections.abc import Iterator
from typing import Any

from hubbub.core.contracts.realtime import Broadcast, Event
from hubbub.core.contracts.users import User
from hubbub.plugins.users.sanitize import sanitize


def activation_changed() -> Event:
    """Tell everybody that an account was activated or deactivated, so that lists of people are asked for again."""
    return Event(name="user_activation_status_change")


def new_user(user: User) -> Event:
    """An account was created; everybody hears of it."""
    return Event(name="new_user", data={"user_id": user.id})


def role_updated(user: User) -> Event:
    """Somebody's system roles changed; only they hear of it."""
    data = {"user_id": user.id, "roles": user.roles}
    return Event(name="user_role_updated", data=data, broadcast=Broadcast(user_id=user.id))


def user_updated(user: User, config: Any) -> Iterator[Event]:
    """Yield the three views of a changed account: everybody's, the administrators' and one's own."""
    omit = {user.id: True}
    yield Event(
        name="user_updated",
        data={"user": sanitize(user, config, viewer_id="")},
        broadcast=Broadcast(omit_users=omit, contains_sanitized_data=True),
    )
    yield Event(
        name="user_updated",
        data={"user": sanitize(user, config, viewer_id="", full=True)},
        broadcast=Broadcast(omit_users=omit, contains_sensitive_data=True),
    )
    yield Event(
        name="user_updated",
        data={"user": sanitize(user, config, viewer_id=user.id)},
        broadcast=Broadcast(user_id=user.id),
    )
