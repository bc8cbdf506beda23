"""The rules of categories: three default ones for each user and team, custom ones, no channel in two of them."""

from collections.abc import Iterable
from typing import Any, Final

from hubbub.core import json
from hubbub.core.contracts.channels import DIRECT, GROUP, Channel, ChannelService
from hubbub.core.contracts.errors import BadRequest, NotFound
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.realtime import Broadcast, Event
from hubbub.core.ids import new_id
from hubbub.plugins.sidebar.store import Category, SidebarStore

FAVORITES: Final = "favorites"
CHANNELS: Final = "channels"
DIRECT_MESSAGES: Final = "direct_messages"
CUSTOM: Final = "custom"
DEFAULTS: Final = (
    (FAVORITES, "Favorites", ""),
    (CHANNELS, "Channels", ""),
    (DIRECT_MESSAGES, "Direct Messages", "recent"),
)
SORTINGS: Final = ("", "manual", "recent", "alpha")
ERROR: Final = "app.channel.sidebar_categories.app_error"


class CategoryNotFound(NotFound):
    id = ERROR
    message = "There is no such category."


class Sidebar:
    """Categories of users."""

    def __init__(self, context: PluginContext) -> None:
        self._context = context
        self._channels = context.service(ChannelService)
        self.store = SidebarStore(context.db)

    def of(self, user_id: str, team_id: str) -> list[Category]:
        """Return the user's categories in order; every channel they are in is in exactly one of them."""
        found = self.store.categories(user_id, team_id)
        if not {FAVORITES, CHANNELS, DIRECT_MESSAGES} <= {category.type for category in found}:
            self.store.insert(default_categories(user_id, team_id))
            found = self.store.categories(user_id, team_id)
        own = self._own_channels(user_id, team_id)
        placed: set[str] = set()
        for category in found:
            category.channel_ids = [id for id in category.channel_ids if id in own and id not in placed]
            placed.update(category.channel_ids)
        fallback = {category.type: category for category in found}
        for channel in sorted(own.values(), key=lambda channel: channel.display_name.lower()):
            if channel.id not in placed:
                type = DIRECT_MESSAGES if channel.type in (DIRECT, GROUP) else CHANNELS
                fallback[type].channel_ids.append(channel.id)
        return found

    def _own_channels(self, user_id: str, team_id: str) -> dict[str, Channel]:
        channels = self._channels.get_many(self._channels.channel_ids_of(user_id))
        return {
            id: channel
            for id, channel in channels.items()
            if channel.team_id in (team_id, "") and not channel.delete_at
        }

    def get(self, user_id: str, team_id: str, category_id: str) -> Category:
        """Return one category. Raises `CategoryNotFound`."""
        for category in self.of(user_id, team_id):
            if category.id == category_id:
                return category
        raise CategoryNotFound

    def create(self, user_id: str, team_id: str, wanted: Category) -> Category:
        """Add a custom category, right below the favourites."""
        wanted.display_name = wanted.display_name.strip()
        _check(wanted)
        existing = self.of(user_id, team_id)
        self._check_channels(user_id, team_id, wanted)
        category = Category(
            id=new_id(),
            user_id=user_id,
            team_id=team_id,
            type=CUSTOM,
            display_name=wanted.display_name,
            sorting=wanted.sorting,
            muted=wanted.muted,
            collapsed=wanted.collapsed,
            channel_ids=wanted.channel_ids,
        )
        ids = [entry.id for entry in existing]
        with self._context.db.transaction():
            self.store.insert([category])
            self.store.place(category, ids)
            self._mute(user_id, existing, [category])
            self.store.set_order([*ids[:1], category.id, *ids[1:]])
            self._publish("sidebar_category_created", user_id, team_id, {"category_id": category.id})
        return self.get(user_id, team_id, category.id)

    def update(self, user_id: str, team_id: str, wanted: list[Category]) -> list[Category]:
        """Change categories: names of custom ones, sorting, muting, collapsing, and what is in them."""
        existing = {category.id: category for category in self.of(user_id, team_id)}
        for category in wanted:
            known = existing.get(category.id)
            if known is None:
                raise CategoryNotFound
            category.user_id, category.team_id, category.type = user_id, team_id, known.type
            if known.type != CUSTOM:
                category.display_name = known.display_name
            if known.type == FAVORITES:
                category.muted = False
            _check(category)
            self._check_channels(user_id, team_id, category)
        with self._context.db.transaction():
            for category in sorted(wanted, key=lambda category: category.id):
                self.store.update(category)
                self.store.place(category, [id for id in existing if id != category.id])
            self._mute(user_id, existing.values(), wanted)
            changed = {category.id for category in wanted}
            result = [category for category in self.of(user_id, team_id) if category.id in changed]
            text = json.encode_str(result)
            self._publish("sidebar_category_updated", user_id, team_id, {"updatedCategories": text})
        return result

    def _mute(self, user_id: str, before: Iterable[Category], after: list[Category]) -> None:
        """Mute channels that came into a muted category or whose category was muted; unmute the other way round."""
        was_muted = {id: category.muted for category in before for id in category.channel_ids}
        for muted in (True, False):
            changed = [
                id
                for category in after
                if category.muted is muted
                for id in category.channel_ids
                if was_muted.get(id, False) is not muted
            ]
            self._channels.mute(user_id, changed, muted=muted)

    def _check_channels(self, user_id: str, team_id: str, category: Category) -> None:
        own = self._own_channels(user_id, team_id)
        if len(set(category.channel_ids)) != len(category.channel_ids):
            raise BadRequest("A channel is named twice.", id=ERROR)
        # Channels that were left meanwhile are no reason to refuse the rest.
        category.channel_ids = [id for id in category.channel_ids if id in own]

    def set_order(self, user_id: str, team_id: str, order: list[str]) -> list[str]:
        """Set the order of the categories; each must be named once."""
        if sorted(order) != sorted(category.id for category in self.of(user_id, team_id)):
            raise BadRequest("The order must name each of the categories once.", id=ERROR)
        with self._context.db.transaction():
            self.store.set_order(order)
            self._publish("sidebar_category_order_updated", user_id, team_id, {"order": order})
        return order

    def delete(self, user_id: str, team_id: str, category_id: str) -> None:
        """Remove a custom category."""
        category = self.get(user_id, team_id, category_id)
        if category.type != CUSTOM:
            raise BadRequest("A default category can't be deleted.", id=ERROR)
        with self._context.db.transaction():
            self.store.delete(category)
            self._publish("sidebar_category_deleted", user_id, team_id, {"category_id": category_id})

    def _publish(self, name: str, user_id: str, team_id: str, data: dict[str, Any]) -> None:
        self._context.publish(Event(name=name, data=data, broadcast=Broadcast(user_id=user_id, team_id=team_id)))


def default_categories(user_id: str, team_id: str) -> list[Category]:
    """Return the categories that a user has in every team."""
    return [
        Category(
            id=f"{type}_{user_id}_{team_id}",
            user_id=user_id,
            team_id=team_id,
            sort_order=10 * order,
            type=type,
            display_name=name,
            sorting=sorting,
        )
        for order, (type, name, sorting) in enumerate(DEFAULTS)
    ]


def _check(category: Category) -> None:
    if not 1 <= len(category.display_name) <= 64:
        raise BadRequest("A category's name has 1 to 64 characters.", id=ERROR)
    if category.sorting not in SORTINGS:
        raise BadRequest("A category is sorted manually, by name (alpha) or by activity (recent).", id=ERROR)
