"""Mobile push: the `Notifier` and what else phones are told."""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import Any, Final

from hubbub.core.clock import now_ms
from hubbub.core.contracts.channels import ChannelService, UnreadChange
from hubbub.core.contracts.errors import AppError, Rejected
from hubbub.core.contracts.notifications import (
    PUSH,
    Notification,
    NotificationAck,
    NotificationService,
    PushNotification,
)
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.push import CLEAR, NO_SOUND, REMOVE, UPDATE_BADGE
from hubbub.core.contracts.push import OK as PROXY_OK
from hubbub.core.contracts.sessions import Device, SessionService
from hubbub.core.contracts.threads import thread_service
from hubbub.core.contracts.users import UserService
from hubbub.core.ids import new_id
from hubbub.plugins.push_notifications.content import Writer, text_of
from hubbub.plugins.push_notifications.keeper import Keeper
from hubbub.plugins.push_notifications.outbox import Outbox
from hubbub.plugins.push_notifications.parcels import Parcel
from hubbub.plugins.push_notifications.proxy import ProxyFailed, PushProxy
from hubbub.plugins.push_notifications.sending import Sender
from hubbub.plugins.push_notifications.store import PushStore, Queued, QueuedRow

MAX_CLEARED: Final = 50
"""Channels of one change whose notifications are taken away; of more only the number on the icon changes."""
EXPIRED_AT_ONCE: Final = 500
MAX_DEVICE_ID: Final = 512
TRIALS_AT_ONCE: Final = 4
TRIAL_KEPT_S: Final = 60.0
_DEVICE: Final = re.compile(r"(apple|android)[a-z_]{0,20}(-v[0-9.]{1,10})?:[\x21-\x7e]+")


class Pushes:
    """`BulkNotifier`, `AckReceiver` and `PushService`."""

    id = "push_notifications"
    way = PUSH

    def __init__(self, context: PluginContext) -> None:
        self._context = context
        self._users = context.service(UserService)
        self._channels = context.service(ChannelService)
        self._sessions = context.service(SessionService)
        self._notifications = context.service(NotificationService)
        self._proxy = PushProxy(context)
        keeper = Keeper(context, PushStore(context.db), self._unpacked, self._limit)
        self.outbox = Outbox(context, keeper, self._limit)
        self._sender = Sender(context, self._proxy, self.outbox)
        self._writer = Writer()
        self._trials = context.cache("push_trials", max_items=1_000, ttl_s=TRIAL_KEPT_S)
        self._trials_under_way = 0

    def _limit(self) -> int:
        return int(self._context.config.EmailSettings.PushNotificationBuffer)

    # --- about posts ---

    def notify(self, notification: Notification) -> None:
        """See `Notifier.notify`."""
        self.notify_many([notification])

    def notify_many(self, notifications: Sequence[Notification]) -> None:
        """See `BulkNotifier.notify_many`. Only remembers them: everything else is done apart."""
        if self._proxy.is_on:
            self.outbox.offer(len(notifications), partial(self._about_posts, notifications))

    def _about_posts(self, notifications: Sequence[Notification]) -> Iterator[Parcel]:
        devices = self._devices_of(one.user.id for one in notifications)
        badges = self._notifications.badges(devices) if devices else {}
        texts: dict[str, str] = {}
        for one in notifications:
            theirs = devices.get(one.user.id)
            if not theirs:
                continue
            if one.post.id not in texts:
                texts[one.post.id] = text_of(one.post)
            push = self._writer.write(one, self._context.config, badges[one.user.id], texts[one.post.id])
            left = self._consult(push, one.user.id)
            if left is not None:
                yield from self._parcels(left, theirs)

    def _consult(self, push: PushNotification, user_id: str) -> PushNotification | None:
        try:
            left: PushNotification = self._context.hooks.consult("notification_will_be_pushed", push, user_id=user_id)
        except (Rejected, AppError) as error:
            self._context.log.info("no push about post %s to %s: %s", push.post_id, user_id, error)
            return None
        return left

    def _devices_of(self, user_ids: Iterable[str]) -> dict[str, list[Device]]:
        """Return the devices that can be sent to, each once."""
        found = {}
        for user_id, devices in self._sessions.devices_of(user_ids).items():
            # The session that began last counts; an app that attached before and after an update is one app.
            by_id = {device.device_id: device for device in devices if ":" in device.device_id}
            if by_id:
                found[user_id] = list(by_id.values())
        return found

    def _parcels(self, push: PushNotification, devices: Iterable[Device]) -> Iterator[Parcel]:
        for device in devices:
            yield Parcel(device.user_id, self._sender.to_device, Queued(push, device), now_ms(), new_id())

    def _unpacked(self, row: QueuedRow, claim: str) -> Parcel:
        assert row.content is not None
        return Parcel(row.content.device.user_id, self._sender.to_device, row.content, row.create_at, row.id, claim)

    # --- about what was read, and sessions ---

    def unread_changed(self, change: UnreadChange) -> None:
        """Take notifications of what was read away from the user's other devices, and correct the number."""
        if self._proxy.is_on:
            self.outbox.offer(1, partial(self._about_change, change))

    def _about_change(self, change: UnreadChange) -> Iterator[Parcel]:
        devices = [
            device
            for device in self._devices_of([change.user_id]).get(change.user_id, ())
            if device.session_id != change.session_id
        ]
        cleared = self._cleared(change) if devices else []
        if not devices or (change.is_read and change.channel_ids and not cleared):
            return
        badge = self._notifications.badges([change.user_id])[change.user_id]
        is_crt = thread_service(self._context.hooks).is_collapsed_for(change.user_id)
        about: dict[str, Any] = {"badge": badge, "cont_ava": 1, "is_crt_enabled": is_crt}
        if not change.is_read or not cleared or len(cleared) > MAX_CLEARED:
            yield from self._parcels(PushNotification(type=UPDATE_BADGE, sound=NO_SOUND, **about), devices)
            return
        for channel_id in cleared:
            push = PushNotification(type=CLEAR, channel_id=channel_id, root_id=change.root_id, **about)
            yield from self._parcels(push, devices)

    def _cleared(self, change: UnreadChange) -> list[str]:
        """Return the channels of which there may be notifications: phones aren't woken for the others."""
        user = self._users.get_many([change.user_id]).get(change.user_id)
        own = user.notify_props.get("push") if user and isinstance(user.notify_props, dict) else ""
        found = []
        for channel_id in change.channel_ids:
            props = self._channels.notify_props_of_members(channel_id).get(change.user_id, {})
            wish = props.get("push") or "default"
            if channel_id in change.mentioned_in or (own if wish == "default" else wish) == "all":
                found.append(channel_id)
        return found

    def tell_expired(self) -> None:
        """Tell people on their phones that a session there has ended of itself. Called from time to time."""
        if not self._proxy.is_on:
            return
        if devices := self._sessions.take_expired_devices(EXPIRED_AT_ONCE):
            self.outbox.offer(len(devices), partial(self._about_sessions, devices))

    def _about_sessions(self, devices: Sequence[Device]) -> Iterator[Parcel]:
        user_ids = {device.user_id for device in devices}
        users, badges = self._users.get_many(user_ids), self._notifications.badges(user_ids)
        for device in devices:
            user = users.get(device.user_id)
            if user is not None and not user.delete_at and ":" in device.device_id:
                push = self._writer.session_expired(user, self._context.config, badges[user.id])
                yield from self._parcels(push, [device])

    def acknowledge(self, ack: NotificationAck, user_id: str) -> None:
        """See `AckReceiver.acknowledge`: the proxy counts what arrives."""
        if self._proxy.is_on and ack.id and ack.platform and ack.type:
            parcel = Parcel(user_id, self._sender.acknowledgement, ack, now_ms())
            self.outbox.offer(1, lambda: [parcel])

    # --- trials ---

    def can_receive(self, device_id: str) -> str:
        """See `PushService.can_receive`.

        SECURITY: an app asks before anybody has signed in, so a device is tried once a minute, and few at a time.
        """
        if not self._proxy.is_on or len(device_id) > MAX_DEVICE_ID or not _DEVICE.fullmatch(device_id):
            return "unknown"
        known: str | None = self._trials.get(device_id)
        if known is not None:
            return known
        if self._trials_under_way >= TRIALS_AT_ONCE:
            return "unknown"
        self._trials_under_way += 1
        try:
            status = self._sender.trial(device_id).status
        except ProxyFailed:
            return "unknown"
        finally:
            self._trials_under_way -= 1
        found = {PROXY_OK: "true", REMOVE: "false"}.get(status, "unknown")
        self._trials.set(device_id, found)
        return found
