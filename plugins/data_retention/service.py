"""What is deleted, and when."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

import gevent
import msgspec

from hubbub.core.clock import now_ms
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.posts import PostService
from hubbub.plugins.data_retention.store import PolicyStore

HOUR_MS: Final = 3_600_000
DAY_MS: Final = 24 * HOUR_MS
CHANNELS_AT_ONCE: Final = 500
Progress = Callable[[int], bool]


class GlobalPolicy(msgspec.Struct, kw_only=True):
    """What clients are told of the policy for everything; cut-offs are times in ms, 0 while nothing is deleted."""

    message_deletion_enabled: bool
    file_deletion_enabled: bool
    message_retention_cutoff: int
    file_retention_cutoff: int


class Retention:
    """Deletes in batches, with pauses; cut off, it begins anew and finds what is left."""

    def __init__(self, context: PluginContext, store: PolicyStore) -> None:
        self._context = context
        self._posts = context.service(PostService)
        self._store = store

    @property
    def _settings(self) -> Any:
        return self._context.config.DataRetentionSettings

    def policy(self) -> GlobalPolicy:
        """Return what is deleted everywhere."""
        settings = self._settings
        return GlobalPolicy(
            message_deletion_enabled=settings.EnableMessageDeletion,
            file_deletion_enabled=settings.EnableFileDeletion,
            message_retention_cutoff=self._message_cutoff(now_ms()) if settings.EnableMessageDeletion else 0,
            file_retention_cutoff=_cutoff(now_ms(), settings.FileRetentionHours, settings.FileRetentionDays)
            if settings.EnableFileDeletion
            else 0,
        )

    def is_wanted(self, config: Any) -> bool:
        """Say whether anything is deleted at all."""
        settings = config.DataRetentionSettings
        return bool(settings.EnableMessageDeletion or settings.EnableFileDeletion or self._store.any())

    def run(self, data: dict[str, Any], progress: Progress) -> None:
        """Do the job data_retention; `data` counts what is deleted."""
        now = now_ms()
        for before, channel_ids, others in self._parts(now):
            if not self._erase_posts(before, channel_ids, others, data, progress):
                return
        size = self._settings.BatchSize
        while rows := sum(self._context.hooks.ask_all("run_data_retention", now_time=now, batch_size=size)):
            _count(data, "other_rows_deleted", rows)
            if not self._go_on(progress):
                return

    def _parts(self, now: int) -> Iterator[tuple[int, Sequence[str] | None, Sequence[str]]]:
        """Yield (made before, in these channels, but not in those)."""
        policies = self._store.channels()
        by_days: dict[int, list[str]] = defaultdict(list)
        for channel_id, days in sorted(policies.items()):
            by_days[days].append(channel_id)
        for days, channel_ids in sorted(by_days.items()):
            if days > 0:
                for start in range(0, len(channel_ids), CHANNELS_AT_ONCE):
                    yield now - days * DAY_MS, channel_ids[start : start + CHANNELS_AT_ONCE], ()
        before = self._message_cutoff(now)
        if self._settings.EnableMessageDeletion and before:
            yield before, None, sorted(policies)

    def _message_cutoff(self, now: int) -> int:
        return _cutoff(now, self._settings.MessageRetentionHours, self._settings.MessageRetentionDays)

    def _erase_posts(
        self,
        before: int,
        channel_ids: Sequence[str] | None,
        others: Sequence[str],
        data: dict[str, Any],
        progress: Progress,
    ) -> bool:
        while count := self._posts.erase_older(
            before,
            channel_ids=channel_ids,
            except_channel_ids=others,
            keep_pinned=self._settings.PreservePinnedPosts,
            limit=self._settings.BatchSize,
        ):
            _count(data, "posts_deleted", count)
            if not self._go_on(progress):
                return False
        return True

    def _go_on(self, progress: Progress) -> bool:
        gevent.sleep(self._settings.TimeBetweenBatchesMilliseconds / 1000)
        return progress(0)


def _cutoff(now: int, hours: int, days: int) -> int:
    """Return the time before which things are too old, 0 for never."""
    hours = hours or days * 24
    return now - hours * HOUR_MS if hours > 0 else 0


def _count(data: dict[str, Any], name: str, more: int) -> None:
    data[name] = str(int(data.get(name, "0")) + more)
