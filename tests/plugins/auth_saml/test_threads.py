"""XML is worked on beside the event loop, and by one thread at a time."""

from typing import Any

import gevent
import pytest
from gevent import monkey

from hubbub.plugins.auth_saml.threads import in_thread

pause = monkey.get_original("time", "sleep")


@pytest.mark.engines("sqlite")
def test_one_at_a_time_while_the_loop_goes_on(site: Any) -> None:
    at_work: list[int] = []
    most: list[int] = []

    def work() -> None:
        at_work.append(1)
        most.append(len(at_work))
        pause(0.02)
        at_work.pop()

    jobs = [gevent.spawn(in_thread, site.app.tasks, work) for _ in range(6)]
    turns = 0
    while not all(job.ready() for job in jobs):
        gevent.sleep(0.001)
        turns += 1
    assert (max(most), len(most)) == (1, 6)
    assert turns > len(jobs)
