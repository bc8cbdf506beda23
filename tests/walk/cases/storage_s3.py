"""Operations of the plugin storage_s3."""

from typing import Final

from hubbub.tests.walk.case import Case

# Without a bucket it can only be refused; tests of the plugin try real ones.
CASES: Final = [Case(operation="TestS3Connection", who="alice", body={"FileSettings": {}}, status=400)]
