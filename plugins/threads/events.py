"""What clients hear of threads: each event is for one user."""

from hubbub.core import json
from hubbub.core.contracts.realtime import Broadcast, Event
from hubbub.core.contracts.threads import Thread


def thread_updated(user_id: str, team_id: str, thread: Thread, previous: tuple[int, int] | None) -> Event:
    """Return `thread_updated`; `previous` are unread (mentions, replies) before, None when it was marked unread."""
    data: dict[str, object] = {"thread": json.encode_str(thread)}
    if previous is not None:
        data["previous_unread_mentions"], data["previous_unread_replies"] = previous
    return Event(name="thread_updated", data=data, broadcast=Broadcast(user_id=user_id, team_id=team_id))


def follow_changed(user_id: str, team_id: str, thread_id: str, state: bool, reply_count: int) -> Event:
    """Return `thread_follow_changed`."""
    return Event(
        name="thread_follow_changed",
        data={"thread_id": thread_id, "state": state, "reply_count": reply_count},
        broadcast=Broadcast(user_id=user_id, team_id=team_id),
    )


def thread_read(
    user_id: str, team_id: str, thread: Thread, channel_id: str, time: int, previous: tuple[int, int]
) -> Event:
    """Return `thread_read_changed` for one thread; `previous` are unread (mentions, replies) before."""
    return Event(
        name="thread_read_changed",
        data={
            "thread_id": thread.id,
            "timestamp": time,
            "unread_mentions": thread.unread_mentions,
            "unread_replies": thread.unread_replies,
            "previous_unread_mentions": previous[0],
            "previous_unread_replies": previous[1],
            "channel_id": channel_id,
        },
        broadcast=Broadcast(user_id=user_id, team_id=team_id),
    )


def all_threads_read(user_id: str, team_id: str) -> Event:
    """Return `thread_read_changed` for all threads of a team."""
    return Event(name="thread_read_changed", broadcast=Broadcast(user_id=user_id, team_id=team_id))


def channel_threads_read(user_id: str, channel_id: str, time: int) -> Event:
    """Return `thread_read_changed` for the threads of a channel."""
    return Event(
        name="thread_read_changed",
        data={"timestamp": time},
        broadcast=Broadcast(user_id=user_id, channel_id=channel_id),
    )
