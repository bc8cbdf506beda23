"""Operations on custom profile attributes."""

from typing import Any, Final

import msgspec

from hubbub.core.contracts.errors import BadRequest, PermissionDenied
from hubbub.core.contracts.permissions import Permission, PermissionService
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.profile_attributes import TEXT, PropertyField
from hubbub.core.contracts.users import UserService
from hubbub.core.http import OK, Request, Router
from hubbub.plugins.profile_attributes.fields import Fields
from hubbub.plugins.profile_attributes.values import Values

_BASE: Final = "/api/v4/custom_profile_attributes"
_OF_USER: Final = "/api/v4/users/{user_id}/custom_profile_attributes"
_OF_PLUGINS: Final = ("protected", "source_plugin_id", "access_mode")
"""Attrs that no client can set."""


class InvalidFieldPatch(BadRequest):
    id = "api.custom_profile_attributes.invalid_field_patch"
    message = "There is nothing to change: give name, type or attrs."


class FieldBody(msgspec.Struct, kw_only=True):
    """What an admin says about a field; None leaves a field as it is."""

    name: str | None = None
    type: str | None = None
    attrs: dict[str, Any] | None = None


class ValueBody(msgspec.Struct, kw_only=True):
    """One value, in the form of the API's description."""

    id: str
    value: Any = ""


class ProfileAttributeRoutes:
    """Parse, authorise, one service call, render."""

    def __init__(self, context: PluginContext, fields: Fields, values: Values) -> None:
        self._permissions = context.service(PermissionService)
        self._users = context.service(UserService)
        self._fields = fields
        self._values = values

    def register(self, router: Router) -> None:
        """Declare the routes."""
        router.get(f"{_BASE}/fields", self.list_fields)
        router.post(f"{_BASE}/fields", self.create_field, status=201)
        router.patch(f"{_BASE}/fields/{{field_id}}", self.patch_field)
        router.delete(f"{_BASE}/fields/{{field_id}}", self.delete_field)
        router.get(f"{_BASE}/group", self.group)
        router.patch(f"{_BASE}/values", self.patch_own_values)
        router.get(_OF_USER, self.list_values)
        router.patch(_OF_USER, self.patch_values)

    def list_fields(self, req: Request) -> object:
        """GET /custom_profile_attributes/fields."""
        return self._fields.all()

    def group(self, req: Request) -> object:
        """GET /custom_profile_attributes/group."""
        return {"id": self._fields.group_id()}

    def create_field(self, req: Request) -> object:
        """POST /custom_profile_attributes/fields."""
        body = self._read_field(req)
        field = PropertyField(name=body.name or "", type=body.type or TEXT)
        return self._fields.create(field, _without(body.attrs or {}, _OF_PLUGINS))

    def patch_field(self, req: Request, field_id: str) -> object:
        """PATCH /custom_profile_attributes/fields/{field_id}."""
        body = self._read_field(req)
        if body.name is None and body.type is None and body.attrs is None:
            raise InvalidFieldPatch
        attrs = None if body.attrs is None else _without(body.attrs, _OF_PLUGINS)
        return self._fields.patch(field_id, name=body.name, type=body.type, attrs=attrs)

    def delete_field(self, req: Request, field_id: str) -> object:
        """DELETE /custom_profile_attributes/fields/{field_id}."""
        self._permissions.require(req.session, Permission.MANAGE_SYSTEM)
        self._fields.delete(field_id)
        return OK

    def _read_field(self, req: Request) -> FieldBody:
        self._permissions.require(req.session, Permission.MANAGE_SYSTEM)
        return req.read(FieldBody, name="property_field")

    def list_values(self, req: Request, user_id: str) -> object:
        """GET /users/{user_id}/custom_profile_attributes: field id → value, as clients read it."""
        self._users.get(user_id)
        if user_id not in self._users.can_see(req.user_id, [user_id]):
            raise PermissionDenied(Permission.VIEW_MEMBERS)
        return self._values.of_user(user_id)

    def patch_own_values(self, req: Request) -> object:
        """PATCH /custom_profile_attributes/values."""
        return self._patch(req, req.user_id)

    def patch_values(self, req: Request, user_id: str) -> object:
        """PATCH /users/{user_id}/custom_profile_attributes."""
        self._permissions.require_user(req.session, user_id)
        self._users.get(user_id)
        return self._patch(req, user_id)

    def _patch(self, req: Request, user_id: str) -> object:
        """Read field id → value, as clients send it, or a list as the API's description has it; answer in kind."""
        body: Any = req.read(dict[str, Any] | list[ValueBody], name="values")  # type: ignore[arg-type]  # a union is no class for mypy
        wanted = body if isinstance(body, dict) else {item.id: item.value for item in body}
        as_admin = self._permissions.has(req.session, Permission.MANAGE_SYSTEM)
        saved = self._values.save(user_id, wanted, as_admin=as_admin)
        return saved if isinstance(body, dict) else [ValueBody(id=key, value=value) for key, value in saved.items()]


def _without(attrs: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: value for name, value in attrs.items() if name not in names}
