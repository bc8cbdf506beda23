"""What other programs answer to outgoing webhooks, as posts of those who made the webhooks."""

import msgspec

from hubbub.core.contracts.channels import ChannelService
from hubbub.core.contracts.errors import AppError
from hubbub.core.contracts.outgoing import Answer
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.users import UserNotFound, UserService
from hubbub.plugins.webhooks.delivery import Delivery
from hubbub.plugins.webhooks.payload import decode_message
from hubbub.plugins.webhooks.posting import Hook, NoText, Posting
from hubbub.plugins.webhooks.records import COMMENT


class Answers:
    """Posts answers. One that isn't a message is logged, not shown: many programs answer with a page or a word."""

    def __init__(self, context: PluginContext, posting: Posting) -> None:
        self._context = context
        self._users = context.service(UserService)
        self._channels = context.service(ChannelService)
        self._posting = posting

    def answered(self, delivery: Delivery, answer: Answer) -> None:
        """Post what a target has answered, if anything."""
        if not answer.body.strip():
            return
        try:
            self._post(delivery, answer.body)
        except NoText:
            return
        except AppError as error:
            extra = {"hook": delivery.hook.id, "reason": error.text[:300]}
            self._context.log.warning("the answer to an outgoing webhook was not posted", extra=extra)

    def _post(self, delivery: Delivery, body: bytes) -> None:
        hook, post = delivery.hook, delivery.post
        message = decode_message(body)
        if not message.text and not message.attachments:
            return
        try:
            creator = self._users.get(hook.creator_id)
        except UserNotFound:
            return
        if creator.delete_at:
            return
        root_id = (post.root_id or post.id) if message.response_type == COMMENT else ""
        shown = Hook(creator.id, hook.display_name, hook.username, hook.icon_url)
        message = msgspec.structs.replace(message, channel=None)
        self._posting.post(message, self._channels.get(post.channel_id), shown, root_id=root_id)
