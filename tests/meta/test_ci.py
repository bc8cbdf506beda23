"""What .ci/run tells whoever started it: pytest's summary last, and a status that is 0 only when all passed."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from hubbub.tests.meta import tree

PASSED = "========= 5 passed, 1 warning in 1.20s ========="
FAILED = "==== 1 failed, 4 passed in 75.20s (0:01:15) ===="
QUIET = "5 passed in 0.10s"


def run_ci(folder: Path, *, lint: int, test: int, prints: str, again: str = "") -> subprocess.CompletedProcess[str]:
    """Run .ci/run in a copy of the project where make and apt-get are played, ending as told.

    `again` is what a second run of failed tests prints; it passes then, without `again` it fails as the first one did.
    """
    for name in (".ci/run", "scripts/common.sh"):
        (folder / name).parent.mkdir(parents=True)
        shutil.copy2(tree.ROOT / name, folder / name)
    tools = folder / "tools"
    tools.mkdir()
    output = folder / "printed"
    output.write_text(f"collected 5 items\n{prints}\n")
    (tools / "apt-get").write_text("#!/bin/sh\nexit 0\n")
    (tools / "make").write_text(
        f'#!/bin/sh\n[ "$1" = lint ] && exit {lint}\necho "$2" >>"{folder}/calls"\n'
        f'case "{again}:$2" in ?*:*--last-failed*) echo "{again}"; exit 0 ;; esac\ncat "{output}"\n'
        f'[ {test} = 0 ] || {{ echo "make: *** [Makefile:13: test] Error {test}" >&2; exit {test}; }}\n'
    )
    for tool in tools.iterdir():
        tool.chmod(0o755)
    environment = {**os.environ, "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}"}
    return subprocess.run(
        [folder / ".ci/run"], env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True
    )


@pytest.mark.parametrize(
    ("lint", "test", "summary", "status"),
    [(0, 0, PASSED, 0), (0, 0, QUIET, 0), (0, 2, FAILED, 1), (1, 0, PASSED, 1), (1, 2, FAILED, 1)],
)
def test_the_summary_comes_last_and_the_status_says_whether_all_passed(
    lint: int, test: int, summary: str, status: int, tmp_path: Path
) -> None:
    done = run_ci(tmp_path / "clone", lint=lint, test=test, prints=summary)
    assert done.stdout.splitlines()[-1] == summary
    assert done.returncode == status


def test_without_a_summary_the_last_line_says_so(tmp_path: Path) -> None:
    done = run_ci(tmp_path / "clone", lint=0, test=2, prints="hubbub: pip could not install Hubbub")
    assert done.stdout.splitlines()[-1] == "hubbub: make test ended with status 2 before pytest could sum up"
    assert done.returncode == 1


def failing(count: int) -> str:
    """Return the end of what pytest prints when tests failed."""
    return "".join(f"FAILED tests/test_a.py::test_{number} - assert 0\n" for number in range(count)) + FAILED


def test_a_few_failed_tests_are_run_once_more_and_named(tmp_path: Path) -> None:
    done = run_ci(tmp_path / "clone", lint=0, test=2, prints=failing(2), again=PASSED)
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, PASSED)
    assert (
        "UNSTABLE, passed only the second time: mend them: tests/test_a.py::test_0 tests/test_a.py::test_1"
        in done.stderr
    )


@pytest.mark.parametrize(("count", "runs"), [(2, 2), (6, 1)])
def test_what_fails_twice_or_in_numbers_fails_the_run(count: int, runs: int, tmp_path: Path) -> None:
    done = run_ci(tmp_path / "clone", lint=0, test=2, prints=failing(count))
    assert (done.returncode, done.stdout.splitlines()[-1]) == (1, FAILED)
    assert len((tmp_path / "clone" / "calls").read_text().splitlines()) == runs
