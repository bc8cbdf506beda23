"""The rule about skipped tests (tests/services/skips.py) holds."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

SKIPS_ITSELF = """
    import pytest
    def test_needs_a_server():
        pytest.skip("no server here")
"""
SKIPS_IN_A_FIXTURE = """
    import pytest
    @pytest.fixture
    def server():
        pytest.skip("no server here")
    def test_needs_a_server(server):
        pass
"""
SKIPS_THE_MODULE = """
    import pytest
    pytest.skip("no server here", allow_module_level=True)
"""
MAY_SKIP = """
    import pytest
    @pytest.mark.optional_elsewhere("needs hardware that CI has not")
    def test_needs_a_server():
        pytest.skip("no server here")
"""
MARKED_WITHOUT_A_REASON = """
    import pytest
    @pytest.mark.optional_elsewhere
    def test_nothing():
        pass
"""
EXPECTED_FAILURE = """
    import pytest
    @pytest.mark.xfail(reason="known")
    def test_fails():
        assert False
"""


def run_pytest(folder: Path, source: str, *, require_all: bool) -> subprocess.CompletedProcess[str]:
    """Run pytest with the rule on one file of tests, in a process of its own."""
    (folder / "test_it.py").write_text("\n".join(line[4:] for line in source.splitlines()))
    environment = {
        **os.environ,
        "HUBBUB_REQUIRE_ALL": "1" if require_all else "0",
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
    }
    command = [sys.executable, "-m", "pytest", "-p", "hubbub.tests.services.skips", "-rs", "test_it.py"]
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, stdin=subprocess.DEVNULL
    )


@pytest.mark.parametrize("source", [SKIPS_ITSELF, SKIPS_IN_A_FIXTURE, SKIPS_THE_MODULE])
def test_a_skip_is_fine_on_a_newcomers_machine(source: str, tmp_path: Path) -> None:
    done = run_pytest(tmp_path, source, require_all=False)
    assert "1 skipped" in done.stdout
    assert "failed" not in done.stdout


@pytest.mark.parametrize("source", [SKIPS_ITSELF, SKIPS_IN_A_FIXTURE, SKIPS_THE_MODULE])
def test_a_skip_fails_where_everything_is_required(source: str, tmp_path: Path) -> None:
    done = run_pytest(tmp_path, source, require_all=True)
    assert done.returncode != 0, done.stdout
    assert "no server here" in done.stdout
    assert "skipped" not in done.stdout.splitlines()[-1]


def test_a_test_marked_with_its_reason_may_be_skipped_anywhere(tmp_path: Path) -> None:
    done = run_pytest(tmp_path, MAY_SKIP, require_all=True)
    assert done.returncode == 0, done.stdout


def test_the_marker_without_a_reason_is_refused(tmp_path: Path) -> None:
    done = run_pytest(tmp_path, MARKED_WITHOUT_A_REASON, require_all=False)
    assert done.returncode == pytest.ExitCode.USAGE_ERROR
    assert "needs the reason" in done.stderr


def test_an_expected_failure_is_no_skip(tmp_path: Path) -> None:
    done = run_pytest(tmp_path, EXPECTED_FAILURE, require_all=True)
    assert done.returncode == 0, done.stdout
