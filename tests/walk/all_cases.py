"""All cases of the walk: each module in cases/ is called as the plugin whose operations its CASES are of."""

import importlib
from pathlib import Path
from typing import Final

from hubbub.tests.meta.operations import operations, routed
from hubbub.tests.walk.case import Case

_FOLDER: Final = Path(__file__).parent / "cases"

CASES: Final[list[tuple[str, Case]]] = [
    (path.stem, case)
    for path in sorted(_FOLDER.glob("*.py"))
    for case in importlib.import_module(f"hubbub.tests.walk.cases.{path.stem}").CASES
]
"""Plugin and case."""
ROUTES: Final = routed()
AHEAD: Final = [case for _, case in CASES if operations()[case.operation].key not in ROUTES]
"""Cases whose plugin is still to come: they begin to count when their operation is routed."""
WALK: Final = [case for _, case in CASES if case not in AHEAD]
