"""Operations of the core."""

from typing import Final

from hubbub.tests.walk.case import Case

CASES: Final = [
    Case(operation="GetPing", outsider=200, open_to_all="only the numbers behind parameters need a role", nobody=200),
]
