"""Jobs: long work that runs once per cluster."""

from collections.abc import Callable
from typing import Any

import msgspec


class JobType(msgspec.Struct, kw_only=True, frozen=True):
    """A kind of job. `run(data, progress)` does the work; `progress(percent)` also says whether to go on.

    `every_s` schedules it periodically (seconds; 0: only when asked for).
    """

    name: str
    run: Callable[[dict[str, Any], Callable[[int], bool]], None]
    every_s: int = 0
