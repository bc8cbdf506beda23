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


def run_ci(folder: Path, *, lint: int, test: int, prints: str) -> subprocess.CompletedProcess[str]:
    """Run .ci/run in a copy of the project where make and apt-get are played, ending as told."""
    for name in (".ci/run", "scripts/common.sh"):
        (folder / name).parent.mkdir(parents=True)
        shutil.copy2(tree.ROOT / name, folder / name)
    tools = folder / "tools"
    tools.mkdir()
    output = folder / "printed"
    output.write_text(f"collected 5 items\n{prints}\n")
    (tools / "apt-get").write_text("#!/bin/sh\nexit 0\n")
    (tools / "make").write_text(
        f'#!/bin/sh\n[ "$1" = lint ] && exit {lint}\ncat "{output}"\n'
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
