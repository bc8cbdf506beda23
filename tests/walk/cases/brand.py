"""Operations of the plugin brand."""

from typing import Final

from hubbub.tests.walk.case import Case, Made
from hubbub.tests.walk.cases.emoji import FORM
from hubbub.tests.walk.cases.users import picture
from hubbub.tests.walk.world import World


def with_image(world: World) -> Made:
    """Give the site a picture."""
    world.alice.post("/brand/image", picture(world), headers=FORM, expect=201)
    return {}


CASES: Final = [
    Case(operation="UploadBrandImage", body=picture, headers=FORM, who="alice"),
    Case(operation="GetBrandImage", make=with_image, raw="image/png", outsider=200, nobody=200),
    Case(operation="DeleteBrandImage", make=with_image, who="alice"),
]
