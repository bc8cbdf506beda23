"""The rules of drafts."""

from hubbub.core import json
from hubbub.core.clock import now_ms
from hubbub.core.contracts.channels import ChannelService
from hubbub.core.contracts.drafts import Draft, check_draft, check_root
from hubbub.core.contracts.errors import BadRequest
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.posts import PostService
from hubbub.core.contracts.realtime import Broadcast, Event
from hubbub.plugins.drafts.store import DraftStore


class ChannelIsArchived(BadRequest):
    id = "api.draft.create_draft.can_not_draft_to_deleted.error"
    message = "The channel is archived: no draft can be kept there."


class Drafts:
    """Keeps drafts and tells the user's other clients."""

    def __init__(self, context: PluginContext) -> None:
        self._context = context
        self._channels = context.service(ChannelService)
        self._posts = context.service(PostService)
        self.store = DraftStore(context.db)

    def of_team(self, user_id: str, team_id: str) -> list[Draft]:
        """Return the user's drafts in channels of the team and in direct ones, the last changed first.

        Those in channels that the user is no longer in are left out. One query.
        """
        member_of = set(self._channels.channel_ids_of(user_id))
        drafts = [draft for draft in self.store.of_user(user_id) if draft.channel_id in member_of]
        channels = self._channels.get_many({draft.channel_id for draft in drafts})
        shown = {channel.id for channel in channels.values() if channel.team_id in ("", team_id)}
        return [draft for draft in drafts if draft.channel_id in shown]

    def save(self, draft: Draft, *, connection_id: str = "") -> Draft | None:
        """Create or replace a draft; an empty one is deleted and None returned. The caller has checked permissions.

        Raises `InvalidDraft`, `ChannelNotFound`, `ChannelIsArchived`.
        """
        check_draft(draft)
        if self._channels.get(draft.channel_id).delete_at:
            raise ChannelIsArchived
        if draft.is_empty:
            self.delete(draft.user_id, draft.channel_id, draft.root_id, connection_id=connection_id)
            return None
        check_root(self._posts, draft)
        with self._context.db.transaction():
            before = self.store.get(draft.user_id, draft.channel_id, draft.root_id)
            draft.update_at = now_ms()
            draft.create_at = before.create_at if before else draft.update_at
            self.store.save(draft)
            self._publish("draft_created", draft, connection_id)
        return draft

    def delete(self, user_id: str, channel_id: str, root_id: str, *, connection_id: str = "") -> None:
        """Delete a draft; publishes `draft_deleted` if there was one."""
        with self._context.db.transaction():
            draft = self.store.get(user_id, channel_id, root_id)
            if draft is not None and self.store.delete(user_id, channel_id, root_id):
                self._publish("draft_deleted", draft, connection_id)

    def forget_thread(self, channel_id: str, root_id: str) -> None:
        """Delete everybody's drafts of a reply to a post that is gone."""
        for draft in self.store.of_thread(channel_id, root_id):
            self.delete(draft.user_id, channel_id, root_id)

    def _publish(self, name: str, draft: Draft, connection_id: str) -> None:
        audience = Broadcast(user_id=draft.user_id, channel_id=draft.channel_id, omit_connection_id=connection_id)
        self._context.publish(Event(name=name, data={"draft": json.encode_str(draft)}, broadcast=audience))
