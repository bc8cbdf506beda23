"""Hands notifications to the ways of notifying that plugins offer (hook `register_notifiers`)."""

from collections.abc import Sequence
from itertools import chain
from typing import Final

import gevent

from hubbub.core.contracts.errors import AppError, Rejected
from hubbub.core.contracts.notifications import (
    EMAIL,
    PUSH,
    AckReceiver,
    BulkNotifier,
    Notification,
    NotificationAck,
    Notifier,
)
from hubbub.core.contracts.plugin import PluginContext

PORTION: Final = 500
"""How many notifications are handed over before others get their turn."""


class Delivery:
    """Knows the notifiers of the plugins that are on."""

    def __init__(self, context: PluginContext) -> None:
        self._context = context
        self._hooks = context.hooks
        self._version = -1
        self._notifiers: tuple[Notifier, ...] = ()
        self._sent = context.metrics.counter(
            "hubbub_notifications_total", "Notifications handed over, by way of notifying", ("notifier",)
        )

    @property
    def notifiers(self) -> tuple[Notifier, ...]:
        """The ways of notifying that there are now."""
        if self._version != self._hooks.version:
            self._version = self._hooks.version
            self._notifiers = tuple(chain.from_iterable(self._hooks.ask_all("register_notifiers")))
        return self._notifiers

    def ways(self) -> frozenset[str]:
        """Return the ways over which anything is sent now: wanted by a notifier, and turned on in the configuration."""
        if not self.notifiers:
            return frozenset()
        settings = self._context.config.EmailSettings
        on = {EMAIL: settings.SendEmailNotifications, PUSH: settings.SendPushNotifications}
        wanted = {_way(notifier) for notifier in self.notifiers}
        return frozenset(way for way in (EMAIL, PUSH) if on[way] and (way in wanted or "" in wanted))

    def send(self, notifications: Sequence[Notification]) -> None:
        """Hand over what plugins leave of the notifications of one post, each to the notifiers of its ways."""
        if self._hooks.has("notification_will_be_sent"):
            notifications = [left for one in notifications if (left := self._consult(one)) is not None]
        for notifier in self.notifiers:
            way = _way(notifier)
            theirs = [one for one in notifications if (way in one.ways if way else one.ways)]
            for start in range(0, len(theirs), PORTION):
                self._hand_over(notifier, theirs[start : start + PORTION])
                gevent.sleep(0)

    def _consult(self, notification: Notification) -> Notification | None:
        try:
            left: Notification = self._hooks.consult("notification_will_be_sent", notification)
        except Rejected:
            return None
        except AppError:  # logged; a filter that can't answer must not let anything out
            return None
        return left

    def _hand_over(self, notifier: Notifier, notifications: Sequence[Notification]) -> None:
        try:
            if isinstance(notifier, BulkNotifier):
                notifier.notify_many(notifications)
            else:
                self._one_by_one(notifier, notifications)
        except Exception:
            self._context.log.exception("notifier %s failed: %d people aren't told", notifier.id, len(notifications))
        else:
            self._sent.labels(notifier.id).inc(len(notifications))

    def _one_by_one(self, notifier: Notifier, notifications: Sequence[Notification]) -> None:
        for notification in notifications:
            try:
                notifier.notify(notification)
            except Exception:
                self._context.log.exception("notifier %s failed to tell %s", notifier.id, notification.user.id)

    def acknowledge(self, ack: NotificationAck, user_id: str) -> None:
        """Tell those who want to know that a device got a push."""
        for notifier in self.notifiers:
            if isinstance(notifier, AckReceiver):
                self._context.tasks.submit(notifier.acknowledge, ack, user_id)


def _way(notifier: Notifier) -> str:
    return str(getattr(notifier, "way", ""))
