"""Patch the standard library for gevent before pytest loads anything else.

Loaded by ``-p hubbub.tests.patch_first`` in pyproject.toml, so that it runs before the pytest plugins that
installed packages bring: those import ``ssl`` and ``urllib3``, and a patch after them leaves TLS contexts that
recurse without end. A conftest.py comes too late.

In a process of pytest-xdist, execnet has started by then: a thread of the system reads what the main process says
and hands it to the thread that runs the tests. What those two share must stay of the system, because gevent's locks
and events are for the greenlets of one thread.
"""

import os
import sys
from _thread import RLock, allocate_lock

from gevent import monkey


class SystemEvent:
    """What `threading.Event` is for threads of the system, for one that waits."""

    def __init__(self) -> None:
        self._changing, self._gate = allocate_lock(), allocate_lock()
        self._gate.acquire()
        self._is_set = False

    def set(self) -> None:
        """Let the one that waits go on."""
        with self._changing:
            if not self._is_set:
                self._is_set = True
                self._gate.release()

    def clear(self) -> None:
        """Have the next `wait` wait."""
        with self._changing:
            if self._is_set:
                self._is_set = False
                self._gate.acquire()

    def wait(self) -> None:
        """Return once it is set."""
        with self._gate:
            pass


if "PYTEST_XDIST_WORKER" in os.environ and "execnet" in sys.modules:
    from execnet.gateway_base import MainThreadOnlyExecModel

    MainThreadOnlyExecModel.Lock = MainThreadOnlyExecModel.RLock = lambda _model: RLock()
    MainThreadOnlyExecModel.Event = lambda _model: SystemEvent()

monkey.patch_all()
