"""A configuration file in a folder of its own, and stores that read it."""

import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest

from hubbub.core.config import ConfigStore


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "config" / "config.json"


@pytest.fixture
def write(path: Path) -> Callable[[Any], Path]:
    """Write a document, or raw text, as the configuration file."""

    def write_file(document: Any) -> Path:
        path.parent.mkdir(exist_ok=True)
        path.write_text(document if isinstance(document, str) else json.dumps(document))
        return path

    return write_file


@pytest.fixture
def store(path: Path) -> ConfigStore:
    """A loaded store on a fresh file, without environment variables."""
    store = ConfigStore(path, {})
    store.load()
    return store


@pytest.fixture
def stored(path: Path) -> Callable[[], Any]:
    """Read the file back as JSON."""
    return lambda: json.loads(path.read_text())


NOBODY = 65534


@pytest.fixture
def shared_folder() -> Iterator[Path]:
    """A folder of an ordinary user's, reachable for one (pytest's own folders are private to root)."""
    folder = Path(tempfile.mkdtemp(prefix="hubbub-config-"))
    if os.geteuid() == 0:
        os.chown(folder, NOBODY, NOBODY)
    yield folder
    folder.chmod(0o700)
    shutil.rmtree(folder)


@pytest.fixture
def ordinary_user() -> Callable[[], AbstractContextManager[None]]:
    """Do something without root's powers, for whom no file is read-only."""

    @contextmanager
    def without_powers() -> Iterator[None]:
        powerful = os.geteuid() == 0
        if powerful:
            os.seteuid(NOBODY)
        try:
            yield
        finally:
            if powerful:
                os.seteuid(0)

    return without_powers
