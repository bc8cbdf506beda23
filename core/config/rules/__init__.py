"""What values may be, alone and together: checks beyond the type of a key."""

from collections.abc import Callable, Iterator
from typing import Final

from hubbub.core.config.model import Config
from hubbub.core.config.problems import Problem
from hubbub.core.config.rules.bounds import check_bounds
from hubbub.core.config.rules.content import check_content
from hubbub.core.config.rules.reach import check_reach
from hubbub.core.config.rules.sign_on import check_sign_on
from hubbub.core.config.rules.storage import check_storage

__all__ = ["check_bounds", "check_rules"]

RULES: Final[tuple[Callable[[Config], Iterator[Problem]], ...]] = (
    check_reach,
    check_storage,
    check_sign_on,
    check_content,
)


def check_rules(config: Config) -> list[Problem]:
    """Return what is wrong with values that have a format or depend on each other."""
    return [problem for rule in RULES for problem in rule(config)]
