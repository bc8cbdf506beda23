"""Operations of the plugin data_retention."""

from typing import Final

from hubbub.tests.walk.case import Case

CASES: Final = [Case(operation="GetDataRetentionPolicy", outsider=200)]
