"""Operations on preferences."""

from typing import Final

from hubbub.core.contracts.errors import BadRequest, Forbidden, InvalidBodyParam, NotFound
from hubbub.core.contracts.permissions import PermissionService
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.preferences import Preference, PreferenceNotFound
from hubbub.core.http import OK, Request, Router
from hubbub.plugins.preferences.service import Preferences

MAX_IN_ONE_CALL: Final = 100
AGREEMENTS: Final = "oauth_app"
_BASE: Final = "/api/v4/users/{user_id}/preferences"


class EmptyCategory(NotFound):
    id = "api.preference.preferences_category.get.app_error"
    message = "There are no preferences in this category."


class PreferenceRoutes:
    """Parse, authorise, one service call, render."""

    def __init__(self, context: PluginContext, preferences: Preferences) -> None:
        self._permissions = context.service(PermissionService)
        self._preferences = preferences

    def register(self, router: Router) -> None:
        """Declare the routes."""
        router.get(_BASE, self.list_all)
        router.put(_BASE, self.save)
        router.post(f"{_BASE}/delete", self.delete)
        router.get(f"{_BASE}/{{category:text}}", self.list_category)
        router.get(f"{_BASE}/{{category:text}}/name/{{preference_name:text}}", self.get)

    def list_all(self, req: Request, user_id: str) -> object:
        """GET /users/{user_id}/preferences."""
        self._permissions.require_user(req.session, user_id)
        return self._preferences.all_of(user_id)

    def list_category(self, req: Request, user_id: str, category: str) -> object:
        """GET /users/{user_id}/preferences/{category}."""
        self._permissions.require_user(req.session, user_id)
        found = self._preferences.category(user_id, category)
        if not found:
            raise EmptyCategory
        return found

    def get(self, req: Request, user_id: str, category: str, preference_name: str) -> object:
        """GET /users/{user_id}/preferences/{category}/name/{preference_name}."""
        self._permissions.require_user(req.session, user_id)
        try:
            return self._preferences.get(user_id, category, preference_name)
        except PreferenceNotFound as error:  # the API says 400 here, not 404
            raise BadRequest(error.text, id=error.error_id) from error

    def save(self, req: Request, user_id: str) -> object:
        """PUT /users/{user_id}/preferences."""
        self._preferences.save(user_id, self._read(req, user_id, "update_preferences.set"))
        return OK

    def delete(self, req: Request, user_id: str) -> object:
        """POST /users/{user_id}/preferences/delete."""
        self._preferences.delete(user_id, self._read(req, user_id, "delete_preferences.delete"))
        return OK

    def _read(self, req: Request, user_id: str, operation: str) -> list[Preference]:
        """Return the preferences of the body, all of them the user's own."""
        self._permissions.require_user(req.session, user_id)
        preferences = req.read_list(Preference, max_items=MAX_IN_ONE_CALL, name="preferences")
        if not preferences:
            raise InvalidBodyParam("preferences")
        if any(preference.user_id != user_id for preference in preferences):
            raise Forbidden(
                "Preferences of another user can't be changed here.", id=f"api.preference.{operation}.app_error"
            )
        # SECURITY: what people have agreed to is kept here; an application must not agree to another one for them.
        if req.session.is_oauth and any(preference.category == AGREEMENTS for preference in preferences):
            raise Forbidden("Applications can't change what people have agreed to.")
        return preferences
