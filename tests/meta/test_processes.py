"""What is true of tests in one process holds in several (pytest-xdist; tests/patch_first.py, tests/services)."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

NAMES_ITS_THREAD = """
import threading
import gevent
from gevent import monkey
def test_it():
    assert monkey.is_module_patched("socket")
    assert gevent.spawn(lambda: 1).get(timeout=10) == 1
    assert threading.current_thread() is threading.main_thread()
"""
SKIPS_ITSELF = """
import pytest
def test_needs_a_server():
    pytest.skip("no server here")
"""
HANGS = """
import time
from pathlib import Path
def test_hangs():
    Path("began").touch()
    time.sleep(600)
"""
PLUGINS = "hubbub.tests.patch_first xdist hubbub.tests.services.running hubbub.tests.services.skips".split()
PATIENCE_S = 180


@contextmanager
def pytest_running(folder: Path, source: str, *, require_all: bool = False) -> Iterator[subprocess.Popen[str]]:
    """Run pytest in two processes on one file of tests."""
    (folder / "test_it.py").write_text(source)
    environment = {
        **{key: value for key, value in os.environ.items() if not key.startswith("PYTEST_XDIST")},
        "HUBBUB_REQUIRE_ALL": "1" if require_all else "0",
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
    }
    command = [sys.executable, "-m", "pytest", *(part for name in PLUGINS for part in ("-p", name)), "-n", "2"]
    with subprocess.Popen(
        command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, start_new_session=True,
    ) as running:  # fmt: skip
        try:
            yield running
        finally:
            if running.poll() is None:
                os.killpg(running.pid, signal.SIGKILL)


def test_greenlets_run_in_each_process(tmp_path: Path) -> None:
    with pytest_running(tmp_path, NAMES_ITS_THREAD) as running:
        assert "1 passed" in running.communicate(timeout=PATIENCE_S)[0]


def test_a_skip_fails_where_everything_is_required(tmp_path: Path) -> None:
    with pytest_running(tmp_path, SKIPS_ITSELF, require_all=True) as running:
        said = running.communicate(timeout=PATIENCE_S)[0]
    assert running.returncode != 0
    assert "no server here" in said
    assert "1 failed" in said.splitlines()[-1]


def test_a_test_that_hangs_is_named_when_the_run_is_interrupted(tmp_path: Path) -> None:
    with pytest_running(tmp_path, HANGS) as running:
        deadline = time.monotonic() + PATIENCE_S
        while not (tmp_path / "began").exists():
            assert running.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.02)
        os.killpg(running.pid, signal.SIGINT)  # as timeout(1) does
        said = running.communicate(timeout=PATIENCE_S)[0]
    assert "INTERRUPTED test_it.py::test_hangs" in said
    assert "no tests ran" in said.splitlines()[-1]
