"""What people install is whole: a wheel and a source distribution built from a clean copy of the project."""

import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from hubbub.tests.meta import tree

BUILD = "from setuptools.build_meta import build_{0} as build; print(build('{1}'))"


def run(*command: str | Path, cwd: Path) -> str:
    """Run a command and return what it printed; fail with its output when it fails."""
    done = subprocess.run([str(part) for part in command], cwd=cwd, capture_output=True, text=True)
    assert done.returncode == 0, f"{command} failed:\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def clean_copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the project as a fresh clone has it, in a folder with a space in its name."""
    copy = tmp_path_factory.mktemp("clean") / "a copy"
    for path in tree.files():
        target = copy / path
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(tree.ROOT / path, target, follow_symlinks=False)
    return copy


def build(kind: str, copy: Path, to: Path) -> Path:
    """Build a wheel or sdist with setuptools itself, which needs no network."""
    output = run(sys.executable, "-c", BUILD.format(kind, to), cwd=copy)
    return to / output.splitlines()[-1]


@pytest.fixture(scope="module")
def wheel(clean_copy: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a wheel of the project."""
    return build("wheel", clean_copy, tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def wheel_names(wheel: Path) -> set[str]:
    """Return the names of the files in the wheel."""
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Return the Python of a fresh virtual environment with the wheel, its dependencies taken from ours."""
    folder = tmp_path_factory.mktemp("installed")
    run(sys.executable, "-m", "venv", "--without-pip", folder / "venv", cwd=folder)
    python = folder / "venv/bin/python"
    run(sys.executable, "-m", "pip", "--python", python, "install", "--no-deps", "--no-index", wheel, cwd=folder)
    packages = Path(run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=folder).strip())
    ours = next(Path(entry) for entry in sys.path if entry.endswith("site-packages"))
    # NOTE: by PYTHONPATH-like .pth, after the wheel's own folder, so that our editable hubbub cannot win.
    (packages / "dependencies.pth").write_text(f"{ours}\n")
    yield python
    shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.parametrize("folder", ["core", "plugins", "config"])
def test_the_wheel_holds_every_module_of(folder: str, wheel_names: set[str]) -> None:
    expected = {f"hubbub/{path}" for path in tree.files(".py") if path.is_relative_to(folder)}
    assert expected
    assert expected - wheel_names == set()


@pytest.mark.parametrize("folder", ["core", "plugins", "config"])
def test_the_wheel_holds_the_data_files_of(folder: str, wheel_names: set[str]) -> None:
    data = {f"hubbub/{path}" for path in tree.files() if path.is_relative_to(folder) and path.suffix != ".md"}
    missing = data - wheel_names
    assert missing == set(), f"add their pattern to DATA in setup.py: {sorted(missing)}"


@pytest.mark.parametrize("name", ["__init__.py", "hookspecs.py", "wsgi.py", "py.typed", "config/gunicorn.py"])
def test_the_wheel_holds(name: str, wheel_names: set[str]) -> None:
    assert f"hubbub/{name}" in wheel_names


def test_the_wheel_holds_nothing_of_the_workshop(wheel_names: set[str]) -> None:
    tops = {name.split("/")[1] for name in wheel_names if name.startswith("hubbub/")}
    modules = {"__init__.py", "hookspecs.py", "wsgi.py", "py.typed"}
    assert tops <= modules | {"core", "plugins", "config", "plugin_template"}
    others = {name.split("/")[0] for name in wheel_names} - {"hubbub"}
    assert all(name.endswith(".dist-info") for name in others), others


def test_the_source_distribution_builds_the_same_wheel(clean_copy: Path, wheel_names: set[str], tmp_path: Path) -> None:
    archive = build("sdist", clean_copy, tmp_path)
    shutil.unpack_archive(archive, tmp_path / "unpacked")
    unpacked = next((tmp_path / "unpacked").iterdir())
    with zipfile.ZipFile(build("wheel", unpacked, tmp_path)) as again:
        assert set(again.namelist()) == wheel_names
    assert (unpacked / "tests/conftest.py").exists()
    assert (unpacked / "scripts/setup.sh").exists()
    assert (unpacked / "Makefile").exists()


def test_an_installed_wheel_runs_from_anywhere(installed: Path, tmp_path: Path) -> None:
    where = run(installed, "-c", "import hubbub.core.app; print(hubbub.__file__)", cwd=tmp_path).strip()
    assert Path(where).is_relative_to(installed.parents[1])


def test_an_installed_wheel_has_the_command(installed: Path, tmp_path: Path) -> None:
    assert "serve" in run(installed.parent / "hubbub", "--help", cwd=tmp_path)


def test_an_installed_wheel_writes_new_plugins(installed: Path, tmp_path: Path) -> None:
    run(installed.parent / "hubbub", "plugin", "new", "nice_words", cwd=tmp_path)
    expected = {str(path.relative_to("plugin-template")) for path in tree.files() if path.parts[0] == "plugin-template"}
    written = {str(path.relative_to(tmp_path / "nice_words")) for path in tmp_path.rglob("*") if path.is_file()}
    assert written == {name.replace("my_filter", "nice_words") for name in expected}


def test_bare_core_is_refused_from_the_root() -> None:
    done = subprocess.run([sys.executable, "-c", "import core"], cwd=tree.ROOT, capture_output=True, text=True)
    assert done.returncode != 0
    assert "import hubbub.core" in done.stderr
