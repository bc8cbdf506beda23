"""Operations of the plugin image_proxy."""

from typing import Final

from hubbub.tests.walk.case import Case

CASES: Final = [
    Case(
        operation="GetImageByUrl",
        query="url=https%3A%2F%2Fexample.com%2Fa.png",
        raw="text/plain",
        status=302,
        outsider=302,
    ),
]
