"""Operations of the plugin reports."""

from typing import Final

from hubbub.tests.walk.case import Case

CASES: Final = [
    Case(operation="GetUsersForReporting", who="alice"),
    Case(operation="GetUserCountForReporting", who="alice"),
    Case(operation="StartBatchUsersExport", who="alice", answer="StatusOK"),
    Case(operation="GetPostsForReporting", who="alice", body={"channel_id": "{channel_id}"}),
]
