"""Operations of the plugin bulk."""

from itertools import count
from typing import Final

from hubbub.tests.walk.case import Case, Made
from hubbub.tests.walk.world import World

_numbers = count()


def import_file(world: World) -> Made:
    """Put a file where files to import are."""
    name = f"site{next(_numbers)}.zip"
    world.server.app.plugins.instance("bulk").imports.write(name, [b"x"])
    return {"import_name": name}


def export(world: World) -> Made:
    """Put a file where exports are."""
    name = f"site{next(_numbers)}.zip"
    world.server.app.plugins.instance("bulk").exports.write(name, [b"x"])
    return {"export_name": name}


CASES: Final = [
    Case(operation="ListImports", who="alice", make=import_file),
    Case(operation="DeleteImport", who="alice", make=import_file),
    Case(operation="ListExports", who="alice", make=export),
    Case(operation="DownloadExport", who="alice", make=export, raw="application/zip"),
    Case(operation="DeleteExport", who="alice", make=export),
    # A folder gives out no addresses; the S3 store's are tested there.
    Case(operation="GeneratePresignURLExport", who="alice", make=export, status=501),
]
