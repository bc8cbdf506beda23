"""Policies as they are on the wire. `post_duration` is in days; below 0 messages are kept for ever."""

import msgspec


class Policy(msgspec.Struct, kw_only=True):
    """A policy, and how many teams and channels have it."""

    id: str
    display_name: str = ""
    post_duration: int = -1
    team_count: int = 0
    channel_count: int = 0


class NewPolicy(msgspec.Struct, kw_only=True):
    """What a client says about a new policy."""

    display_name: str
    post_duration: int
    team_ids: list[str] = []
    channel_ids: list[str] = []


class PolicyPatch(msgspec.Struct, kw_only=True):
    """What is to be different; None leaves it, a list replaces the whole list."""

    display_name: str | None = None
    post_duration: int | None = None
    team_ids: list[str] | None = None
    channel_ids: list[str] | None = None


class PolicyPage(msgspec.Struct, kw_only=True):
    policies: list[Policy]
    total_count: int


class ForTeam(msgspec.Struct, kw_only=True):
    team_id: str
    post_duration: int


class ForChannel(msgspec.Struct, kw_only=True):
    channel_id: str
    post_duration: int


class ForTeams(msgspec.Struct, kw_only=True):
    policies: list[ForTeam]
    total_count: int


class ForChannels(msgspec.Struct, kw_only=True):
    policies: list[ForChannel]
    total_count: int
