"""Operations of the plugin reminders."""

from typing import Final

from hubbub.tests.walk.case import Case

CASES: Final = [Case(operation="SetPostReminder", body={"target_time": 4_102_444_800})]
