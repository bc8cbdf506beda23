"""Operations on the categories of the sidebar."""

import re

from hubbub.core.contracts.errors import InvalidBodyParam, InvalidUrlParam
from hubbub.core.contracts.permissions import Permission, PermissionService
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.http import OK, Request, Router
from hubbub.plugins.sidebar.service import Sidebar
from hubbub.plugins.sidebar.store import Category

_CATEGORY_ID = re.compile(r"[a-z_]*[A-Za-z0-9_]{26,120}").fullmatch
_BASE = "/api/v4/users/{user_id}/teams/{team_id}/channels/categories"


class SidebarRoutes:
    """Parse, authorise, one service call, render."""

    def __init__(self, context: PluginContext, sidebar: Sidebar) -> None:
        self._permissions = context.service(PermissionService)
        self._sidebar = sidebar

    def register(self, router: Router) -> None:
        """Declare the routes."""
        router.get(_BASE, self.list_categories)
        router.post(_BASE, self.create)
        router.put(_BASE, self.update_many)
        router.get(_BASE + "/order", self.order)
        router.put(_BASE + "/order", self.set_order)
        router.get(_BASE + "/{category_id}", self.get)
        router.put(_BASE + "/{category_id}", self.update)
        router.delete(_BASE + "/{category_id}", self.delete)

    def _require(self, req: Request, user_id: str, team_id: str, category_id: str = "") -> None:
        if category_id and not _CATEGORY_ID(category_id):
            raise InvalidUrlParam("category_id")
        self._permissions.require_user(req.session, user_id)
        self._permissions.require_team(req.session, team_id, Permission.VIEW_TEAM)

    def list_categories(self, req: Request, user_id: str, team_id: str) -> object:
        """GET …/categories."""
        self._require(req, user_id, team_id)
        categories = self._sidebar.of(user_id, team_id)
        return {"categories": categories, "order": [category.id for category in categories]}

    def order(self, req: Request, user_id: str, team_id: str) -> object:
        """GET …/categories/order."""
        self._require(req, user_id, team_id)
        return [category.id for category in self._sidebar.of(user_id, team_id)]

    def set_order(self, req: Request, user_id: str, team_id: str) -> object:
        """PUT …/categories/order."""
        order = req.read_list(str, name="order", max_items=1000)
        self._require(req, user_id, team_id)
        return self._sidebar.set_order(user_id, team_id, order)

    def create(self, req: Request, user_id: str, team_id: str) -> object:
        """POST …/categories."""
        body = req.read(Category, name="category")
        self._require(req, user_id, team_id)
        if body.user_id not in ("", user_id) or body.team_id not in ("", team_id):
            raise InvalidBodyParam("category")
        return self._sidebar.create(user_id, team_id, body)

    def update_many(self, req: Request, user_id: str, team_id: str) -> object:
        """PUT …/categories."""
        categories = req.read_list(Category, name="category", max_items=1000)
        self._require(req, user_id, team_id)
        return self._sidebar.update(user_id, team_id, categories)

    def get(self, req: Request, user_id: str, team_id: str, category_id: str) -> object:
        """GET …/categories/{category_id}."""
        self._require(req, user_id, team_id, category_id)
        return self._sidebar.get(user_id, team_id, category_id)

    def update(self, req: Request, user_id: str, team_id: str, category_id: str) -> object:
        """PUT …/categories/{category_id}."""
        body = req.read(Category, name="category")
        self._require(req, user_id, team_id, category_id)
        if body.id not in ("", category_id):
            raise InvalidBodyParam("id")
        body.id = category_id
        return self._sidebar.update(user_id, team_id, [body])[0]

    def delete(self, req: Request, user_id: str, team_id: str, category_id: str) -> object:
        """DELETE …/categories/{category_id}."""
        self._require(req, user_id, team_id, category_id)
        self._sidebar.delete(user_id, team_id, category_id)
        return OK
