"""Operations of the plugin notifications."""

from typing import Final

from hubbub.tests.walk.case import Case

ACK: Final = {"id": "a" * 26, "received_at": 1, "platform": "android", "type": "message", "post_id": ""}

CASES: Final = [
    Case(operation="TestNotification", outsider=200),
    Case(operation="AcknowledgeNotification", body=ACK, answer="StatusOK", outsider=200),
]
