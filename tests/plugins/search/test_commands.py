"""`hubbub search …` beside a running server."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from hubbub.tests.plugins.search.conftest import Searching


@pytest.mark.engines("sqlite")
def test_rebuilding_finds_what_another_server_has_written(world: Searching) -> None:
    app = world.server.app
    post = world.say(world.alice, "kestrel")
    app.db.execute("UPDATE {posts} SET message = 'falcon' WHERE id = ?", (post["id"],))
    assert world.found(world.bob, "falcon") == []
    config = app.config_store.path
    done = subprocess.run(
        [str(Path(sys.executable).parent / "hubbub"), "search", "rebuild"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        cwd=config.parent,
        env={**os.environ, "HUBBUB_CONFIG": str(config)},
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("indexed ")
    assert world.found(world.bob, "falcon") == ["falcon"]
    assert world.found(world.bob, "kestrel") == []
