"""Sends what is in the queue: in every worker, each mail by one of them, again and again until it is taken."""

import random
from typing import Final

from hubbub.core import json
from hubbub.core.clock import now_ms
from hubbub.core.contracts.mail import Mail
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.ids import new_id
from hubbub.plugins.mail_smtp.service import Mails
from hubbub.plugins.mail_smtp.store import MailStore, Queued, QueueState
from hubbub.plugins.mail_smtp.transport import Connection, Failure

BATCH: Final = 20
LEASE_MS: Final = 180_000
"""How long a worker may keep what it took without a sign of life. After a kill -9, what it had waits that long."""
GIVE_UP_MS: Final = 3 * 24 * 3_600_000
FIRST_PAUSE_MS: Final = 30_000
LONGEST_PAUSE_MS: Final = 4 * 3_600_000
_JITTER: Final = 0.25
COMPONENT: Final = "mail"


class Sender:
    """One per worker; `run` is called from time to time and when something was queued."""

    def __init__(self, context: PluginContext, store: MailStore, mails: Mails) -> None:
        self._context = context
        self._store = store
        self._mails = mails
        self._running = False
        self._again = False
        self._stopping = False
        self._state = QueueState()
        metrics = context.metrics
        self._results = metrics.counter("hubbub_mail_results_total", "What became of attempts to send.", ("result",))
        metrics.gauge(
            "hubbub_mail_queue", "Mails that wait, as last counted.", lambda: self._state.waiting, combine="max"
        )
        mails.on_queued(self.wake)

    def wake(self) -> None:
        """Send what is due soon, in the background."""
        if self._running:
            self._again = True
        elif not self._stopping:
            self._running = True
            self._context.tasks.submit(self._run_while_woken)

    def run(self) -> None:
        """Send what is due, and count what is left."""
        if not self._running and self._mails.is_configured:
            self._running = True
            self._run_while_woken()
            self._state = self._store.state()

    def _run_while_woken(self) -> None:
        try:
            self._again = True
            while self._again and not self._stopping:
                self._again = False
                while not self._stopping and self._run_batch():
                    pass
        finally:
            self._running = False

    def stop(self) -> None:
        """Send no more than the mail that is on its way; the others are for the next worker."""
        self._stopping = True

    def _run_batch(self) -> bool:
        """Take some mails and send them; say whether there may be more to do now."""
        mark, now = new_id(), now_ms()
        batch = self._store.claim(mark, now, now + LEASE_MS, BATCH)
        if not batch:
            return False
        try:
            connection = Connection(self._mails.server(self._context.config.EmailSettings))
            try:
                return self._send_all(mark, batch, connection)
            finally:
                connection.close()
        except Failure as failure:
            return self._server_failed(mark, batch, failure)
        finally:
            self._store.rows.release(mark, now_ms())

    def _send_all(self, mark: str, batch: list[Queued], connection: Connection) -> bool:
        lease_ends = now_ms() + LEASE_MS
        for number, queued in enumerate(batch):
            if self._stopping:
                return False
            if lease_ends - now_ms() < LEASE_MS // 2:
                lease_ends = now_ms() + LEASE_MS
                self._store.rows.extend(mark, lease_ends)
            try:
                result = self._send(queued, connection)
            except Failure as failure:
                if failure.server:
                    return self._server_failed(mark, batch[number:], failure)
                if failure.temporary:
                    self._defer(mark, queued, failure)
                else:
                    self._give_up(mark, queued, failure.text)
                continue
            self._store.rows.delete(mark, [queued.id])
            self._results.labels(result).inc()
        return True

    def _send(self, queued: Queued, connection: Connection) -> str:
        """Send one mail; say what became of it. Raises `Failure`."""
        mail = _decoded(queued)
        if mail.expires_at and mail.expires_at <= now_ms():
            self._context.log.info("a mail (%s) was not sent: its link has expired", mail.kind)
            return "expired"
        settings = self._context.config.EmailSettings
        try:
            sender, to, message = self._mails.compose(mail, settings, key=queued.id, create_at=queued.create_at)
        except Failure:
            raise
        except Exception as error:  # one mail that can't be written must not stop those behind it
            self._context.log.exception("a mail (%s, %s) can't be written", queued.kind, queued.id)
            raise Failure(f"it can't be written: {type(error).__name__}", temporary=True) from error
        was_used = connection.sent > 0
        try:
            connection.send(sender, to, message)
        except Failure as failure:
            # Many servers take so many mails per connection, then hang up: that says nothing about the next one.
            if not (failure.closed and was_used):
                raise
            connection.send(sender, to, message)
        self._context.health.set(COMPONENT, True)
        return "sent"

    def _server_failed(self, mark: str, batch: list[Queued], failure: Failure) -> bool:
        """Put off everything: the server, or what we know of it, is at fault."""
        self._context.health.set(COMPONENT, False, failure.text)
        for queued in batch:
            self._defer(mark, queued, failure)
        return False

    def _defer(self, mark: str, queued: Queued, failure: Failure) -> None:
        now = now_ms()
        if now - queued.create_at > GIVE_UP_MS:
            self._give_up(mark, queued, f"tried for three days; at last: {failure.text}")
            return
        self._results.labels("deferred").inc()
        self._context.log.warning("a mail (%s, %s) is put off: %s", queued.kind, queued.id, failure.text)
        self._store.rows.defer(mark, queued.id, now + pause_ms(queued.attempts), failure.text)

    def _give_up(self, mark: str, queued: Queued, why: str) -> None:
        self._results.labels("given_up").inc()
        self._context.log.error("a mail (%s, %s) is given up: %s", queued.kind, queued.id, why)
        self._store.rows.delete(mark, [queued.id])


def pause_ms(attempts: int) -> int:
    """Return how long to wait after so many attempts: twice as long each time, spread so that not all come at once."""
    pause = min(FIRST_PAUSE_MS * 2 ** min(attempts - 1, 20), LONGEST_PAUSE_MS)
    return int(pause * (1 + _JITTER * (2 * random.random() - 1)))  # nosec B311  # spreads retries


def _decoded(queued: Queued) -> Mail:
    try:
        mail: Mail = json.decode(queued.payload, Mail)
    except ValueError as error:
        raise Failure("the queue has it in a form that can't be read", temporary=False) from error
    return mail
