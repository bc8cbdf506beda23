"""Operations of the plugin mfa."""

from typing import Final

import pyotp

from hubbub.tests.walk.case import Case, Made
from hubbub.tests.walk.cases.users import new_user
from hubbub.tests.walk.world import World


def secret(world: World) -> Made:
    """Make an account with a secret that isn't in use yet, and the code that turns it on."""
    made = new_user(world)
    path = f"/users/{made['user_id']}/mfa/generate"
    code = pyotp.TOTP(world.client(made["token"]).post(path, expect=200).json["secret"]).now()
    return {**made, "code": code}


CASES: Final = [
    Case(operation="GenerateMfaSecret", make=new_user, who="token"),
    Case(operation="UpdateUserMfa", make=secret, who="token", body={"activate": True, "code": "{code}"}),
]
