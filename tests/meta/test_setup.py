"""Set-up tells a newcomer in one line what is wrong and what to do (scripts/setup.sh, Makefile)."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from hubbub.tests.meta import tree

# A Python that answers as Debian's does where python3-venv and python3-pip are not installed.
BARE_PYTHON = """#!/bin/sh
case "$*" in
    *ensurepip*|*virtualenv*|*pip*) exit 1 ;;
    *) exec '{python}' "$@" ;;
esac
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return what set-up reads, in a folder with a space in its name and without .venv."""
    folder = tmp_path / "a project"
    for path in tree.files():
        if path.parts[0] == "scripts" or len(path.parts) == 1:
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(tree.ROOT / path, folder / path)
    return folder


def set_up(folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run set-up without a terminal, where no package index can be reached."""
    return subprocess.run(
        ["sh", "scripts/setup.sh"],
        cwd=folder,
        env={**os.environ, "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": "", **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )


def test_help_describes_every_target() -> None:
    targets = re.search(r"^\.PHONY: (.*)$", tree.text(Path("Makefile")), re.MULTILINE)
    assert targets
    shown = subprocess.run(["make", "-s"], cwd=tree.ROOT, capture_output=True, text=True, check=True).stdout
    assert re.findall(r"^  make (\w+)\s+\w+", shown, re.MULTILINE) == targets[1].split()


def test_a_named_python_that_is_none_is_refused(project: Path) -> None:
    done = set_up(project, PYTHON="/nonexistent/python")
    assert done.returncode == 1
    assert done.stderr == (
        "hubbub: PYTHON=/nonexistent/python is not a Python of version 3.11 or later -> name another, or none\n"
    )


def test_without_any_way_to_make_an_environment_the_package_to_install_is_named(project: Path) -> None:
    python = project.parent / "python3"
    python.write_text(BARE_PYTHON.format(python=sys.executable))
    python.chmod(0o755)
    done = set_up(project, PYTHON=str(python))
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].endswith("-> run: sudo apt-get install python3-venv")
    assert not (project / ".venv").exists()


def test_when_pip_fails_its_reason_is_told_and_the_next_run_would_try_again(project: Path) -> None:
    done = set_up(project, PYTHON=sys.executable)
    assert done.returncode == 1
    installing, failed = done.stderr.splitlines()
    assert installing.startswith("hubbub: installing Hubbub into .venv")
    assert re.match(r"hubbub: pip could not install Hubbub: No matching distribution .* -> check the net", failed)
    assert not (project / ".venv/.installed-base").exists()


def test_nothing_is_done_when_it_was_done_before(project: Path) -> None:
    (project / ".venv/bin").mkdir(parents=True)
    (project / ".venv/bin/python").symlink_to("/bin/false")
    inputs = (project / "pyproject.toml").read_bytes() + (project / "setup.py").read_bytes()
    sum_ = subprocess.run(["cksum"], input=inputs, capture_output=True, check=True).stdout.decode().strip()
    (project / ".venv/.installed-base").write_text(f"{project} {sum_}\n")
    done = set_up(project)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("changed", ["pyproject.toml", "setup.py"])
def test_it_is_done_again_when_its_inputs_change(project: Path, changed: str) -> None:
    test_nothing_is_done_when_it_was_done_before(project)
    with (project / changed).open("a") as file:
        file.write("# a new dependency\n")
    assert set_up(project, PYTHON="/nonexistent/python").returncode == 1
