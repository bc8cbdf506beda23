"""Operations of the plugin audits."""

from typing import Final

from hubbub.tests.walk.case import Case

CASES: Final = [
    Case(operation="GetAudits", who="alice"),
    Case(operation="GetUserAudits"),
]
