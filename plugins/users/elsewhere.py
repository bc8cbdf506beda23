"""Fields of an account that come from elsewhere: nobody changes them here (hook `fields_set_elsewhere`)."""

from typing import Any, Final

from hubbub.core.contracts.errors import Conflict
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.users import User, UserPatch

PICTURE: Final = "picture"
UPDATE: Final = "api.user.update_user.login_provider_attribute_set.app_error"
UPLOAD: Final = "api.user.upload_profile_user.login_provider_attribute_set.app_error"


class SetElsewhere(Conflict):
    id = "api.user.patch_user.login_provider_attribute_set.app_error"
    message = "The field {Field} of this account comes from {service}: change it there."


class Elsewhere:
    """Asks the plugins that know where accounts come from."""

    def __init__(self, context: PluginContext) -> None:
        self._hooks = context.hooks

    def require_own(self, user: User, patch: UserPatch, *, replaces: bool) -> None:
        """Raise `SetElsewhere` for the first field that a patch would change though it comes from elsewhere."""
        for field in sorted(self._fields(user)):
            wanted = getattr(patch, field, None)
            if wanted is not None and _plain(field, wanted) != _plain(field, getattr(user, field, "")):
                raise SetElsewhere(id=UPDATE if replaces else None, Field=field, service=user.auth_service)

    def require_own_picture(self, user: User) -> None:
        """Raise `SetElsewhere` when the picture comes from elsewhere."""
        if PICTURE in self._fields(user):
            raise SetElsewhere(id=UPLOAD, Field=PICTURE, service=user.auth_service)

    def _fields(self, user: User) -> set[str]:
        answers: list[Any] = self._hooks.ask_all("fields_set_elsewhere", user=user)
        return {field for answer in answers for field in answer}


def _plain(field: str, value: Any) -> Any:
    return value.strip().lower() if field in ("username", "email") else value
