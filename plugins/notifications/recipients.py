"""Decides who is told of a post, why, and over which ways. No query per person."""

from collections.abc import Mapping
from typing import Final

import gevent

from hubbub.core.contracts.channels import Channel, ChannelService
from hubbub.core.contracts.notifications import PUSH, Notification
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.posts import Post, PostService
from hubbub.core.contracts.statuses import ONLINE, StatusService
from hubbub.core.contracts.teams import Team, TeamNotFound, TeamService
from hubbub.core.contracts.threads import thread_service
from hubbub.core.contracts.users import User, UserService
from hubbub.plugins.notifications import rules
from hubbub.plugins.notifications.display import Displays, Names
from hubbub.plugins.notifications.reasons import FORCED, Audience, Reasons
from hubbub.plugins.notifications.recorder import Told
from hubbub.plugins.notifications.wishes import Wishes

PORTION: Final = 2_000
"""How many people are looked at before others get their turn."""


class Recipients:
    """Finds the recipients of a post."""

    def __init__(self, context: PluginContext, wishes: Wishes, displays: Displays) -> None:
        self._context = context
        self._users = context.service(UserService)
        self._teams = context.service(TeamService)
        self._channels = context.service(ChannelService)
        self._posts = context.service(PostService)
        self._statuses = context.service(StatusService)
        self._wishes = wishes
        self._displays = displays

    def of(self, told: Told, open_ways: frozenset[str], *, is_repeated: bool = False) -> list[Notification]:
        """Return the notifications of a post, over those of the ways that are open. At most four queries."""
        if not open_ways:
            return []
        post, channel = told.post, self._channels.get(told.post.channel_id)
        audience = self._audience(told, PUSH in open_ways and not is_repeated)
        if not audience.candidates:
            return []
        gevent.sleep(0)
        ways = self._ways(told, audience, open_ways, post.props.get(FORCED))
        if not ways:
            return []
        if not audience.displays:
            audience.displays = self._displays.of(ways)
        return self._notifications(told, channel, audience, ways, is_repeated)

    def _audience(self, told: Told, everything: bool) -> Audience:
        post = told.post
        wishes = self._wishes.of(post.channel_id)
        nobody = frozenset() if post.props.get("from_webhook") == "true" else frozenset((post.user_id,))
        followers: frozenset[str] = frozenset()
        if post.root_id:
            followers = frozenset(thread_service(self._context.hooks).followers(post.root_id)) - nobody
        candidates = told.mentions | followers
        if everything and not post.type.startswith("system_"):
            candidates |= wishes.everything - nobody
        candidates &= wishes.by_user.keys()
        statuses = self._statuses.get_many(candidates) if candidates else {}
        displays = self._displays.of(candidates) if post.root_id and candidates else {}
        return Audience(wishes, candidates, followers, statuses, displays)

    def _ways(
        self, told: Told, audience: Audience, open_ways: frozenset[str], forced: object
    ) -> dict[str, frozenset[str]]:
        """Return user id → ways, for those who are told over any. Equal cases are decided once."""
        if forced:
            return dict.fromkeys(audience.candidates & told.mentions, open_ways)
        post, mentions, followers = told.post, told.mentions, audience.followers
        is_system, is_reply = post.type.startswith("system_"), bool(post.root_id)
        decided: dict[tuple[int, str, bool, bool, bool], frozenset[str]] = {}
        found = {}
        for user_id in audience.candidates:
            wish, status = audience.wishes.by_user[user_id], audience.statuses[user_id].status
            in_thread = is_reply and audience.displays[user_id].is_crt
            # Whoever has collapsed threads isn't told because they wrote there, but because they follow.
            mentioned = user_id in (told.named if in_thread else mentions)
            follows = in_thread and user_id in followers
            key = (id(wish), status, mentioned, follows, in_thread)
            ways = decided.get(key)
            if ways is None:
                case = rules.Case(mentioned, follows, in_thread, is_system)
                ways = decided[key] = rules.ways(wish, status, case) & open_ways
            if ways:
                found[user_id] = ways
        return self._without_those_who_look_on(post, audience, found)

    def _without_those_who_look_on(
        self, post: Post, audience: Audience, ways: dict[str, frozenset[str]]
    ) -> dict[str, frozenset[str]]:
        """Leave phones alone of people who have the channel before their eyes (a thread may be elsewhere)."""
        online = [user_id for user_id in ways if audience.statuses[user_id].status == ONLINE]
        for user_id, channel_id in self._statuses.active_channels(online).items():
            in_thread = post.root_id and audience.displays[user_id].is_crt
            if channel_id == post.channel_id and not in_thread:
                ways[user_id] -= {PUSH}
                if not ways[user_id]:
                    del ways[user_id]
        return ways

    def _notifications(
        self,
        told: Told,
        channel: Channel,
        audience: Audience,
        ways: Mapping[str, frozenset[str]],
        is_repeated: bool,
    ) -> list[Notification]:
        post = told.post
        users = self._users.get_many([*ways, post.user_id])
        sender = users.get(post.user_id) or User(id=post.user_id, username="someone")
        team = self._team(channel)
        link = self._link(team, post)
        reasons = Reasons(told, channel, audience, self._root_author(told, ways))
        names = Names(self._displays, channel, sender, post)
        found: list[Notification] = []
        for user_id, theirs in ways.items():
            user, display = users.get(user_id), audience.displays[user_id]
            if user is None:
                continue
            if len(found) % PORTION == PORTION - 1:
                gevent.sleep(0)  # others get their turn
            sender_name, channel_name = names.for_one(user_id, display)
            found.append(
                Notification(
                    user=user,
                    post=post,
                    channel=channel,
                    sender=sender,
                    reason=reasons.of(user),
                    ways=theirs,
                    sender_name=sender_name,
                    channel_name=channel_name,
                    team=team,
                    link=link,
                    status=audience.statuses[user_id].status,
                    is_crt=display.is_crt,
                    is_repeated=is_repeated,
                )
            )
        return found

    def _team(self, channel: Channel) -> Team | None:
        try:
            return self._teams.get(channel.team_id) if channel.team_id else None
        except TeamNotFound:
            return None

    def _link(self, team: Team | None, post: Post) -> str:
        site = str(self._context.config.ServiceSettings.SiteURL or "").rstrip("/")
        # A direct channel is in every team: the web client finds one.
        return f"{site}/{team.name if team else '_redirect'}/pl/{post.id}"

    def _root_author(self, told: Told, ways: Mapping[str, frozenset[str]]) -> str:
        """Return who began the thread, where somebody is told only because of what they wrote in it."""
        if (told.mentions - told.named).isdisjoint(ways):
            return ""
        root = self._posts.get_many([told.post.root_id]).get(told.post.root_id)
        return root.user_id if root else ""
