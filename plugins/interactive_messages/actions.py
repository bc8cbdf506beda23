"""What happens when somebody clicks a button or chooses from a menu of a message."""

from typing import Any, Final

import msgspec

from hubbub.core.contracts.channels import Channel, ChannelService
from hubbub.core.contracts.errors import NotFound, PermissionDenied
from hubbub.core.contracts.permissions import Permission
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.posts import Post, PostNotFound, PostPatch, PostService
from hubbub.core.contracts.sessions import Session
from hubbub.core.contracts.teams import TeamService
from hubbub.core.contracts.users import UserService
from hubbub.core.slack_text import from_slack
from hubbub.plugins.interactive_messages import attachments
from hubbub.plugins.interactive_messages.integration import IntegrationFailed, Integrations
from hubbub.plugins.interactive_messages.records import ActionAnswer, ActionRequest, Cookie
from hubbub.plugins.interactive_messages.seals import Seals

RETAINED: Final[tuple[str, ...]] = (
    "from_webhook",
    "override_username",
    "override_icon_url",
    "override_icon_emoji",
    "from_bot",
)
"""Props that say who speaks: an integration's answer doesn't change them."""
ERROR_ID: Final = IntegrationFailed.id


class UnknownAction(NotFound):
    id = "api.post.do_action.action_id.app_error"
    message = "The message has no such button or menu."


class Target(msgspec.Struct):
    """The message that was clicked on: of the database, or from a client's cookie (`stored` is None)."""

    post_id: str
    channel_id: str
    root_id: str
    author_id: str
    action: dict[str, Any]
    retained: dict[str, Any]
    stored: Post | None = None


class Actions:
    """Asks integrations about clicks, and does what they answer."""

    def __init__(self, context: PluginContext, seals: Seals) -> None:
        self._users = context.service(UserService)
        self._channels = context.service(ChannelService)
        self._teams = context.service(TeamService)
        self._posts = context.service(PostService)
        self._integrations = Integrations(context)
        self._seals = seals

    def do(self, session: Session, post_id: str, action_id: str, selected: str, cookie: str) -> str:
        """Tell the integration, do what it answers; return the trigger id that it was given.

        Raises `UnknownAction`, `PostNotFound`, `PermissionDenied`, `IntegrationFailed`.
        """
        target = self._target(session, post_id, action_id, cookie)
        trigger_id = self._seals.trigger(session.user_id)
        integration = target.action["integration"]
        request = self._request(session, target, trigger_id, selected)
        body = self._integrations.ask(str(integration.get("url") or ""), request, session)
        answer: ActionAnswer = self._integrations.read(body, ActionAnswer, ERROR_ID)
        self._update(target, answer, session.user_id)
        if answer.ephemeral_text:
            self._say(target, answer, session.user_id)
        return trigger_id

    def _target(self, session: Session, post_id: str, action_id: str, cookie: str) -> Target:
        try:
            post = self._posts.readable(session, post_id)
        except PostNotFound:
            return self._target_of_cookie(session, post_id, action_id, cookie)
        action = attachments.find(post.props, action_id)
        if action is None:
            raise UnknownAction
        kept = {name: post.props[name] for name in RETAINED if name in post.props}
        return Target(post.id, post.channel_id, post.root_id or post.id, post.user_id, action, kept, post)

    def _target_of_cookie(self, session: Session, post_id: str, action_id: str, cookie: str) -> Target:
        held: Cookie | None = self._seals.open(cookie, Cookie) if cookie else None
        if held is None or held.post_id != post_id or held.action.get("id") != action_id:
            raise PostNotFound
        if not self._posts.may_read(session, held.channel_id):
            raise PermissionDenied(Permission.READ_CHANNEL_CONTENT)
        return Target(post_id, held.channel_id, held.root_id, held.user_id, held.action, held.retained)

    def _request(self, session: Session, target: Target, trigger_id: str, selected: str) -> ActionRequest:
        channel = self._channels.get(target.channel_id)
        context = target.action["integration"].get("context")
        context = dict(context) if isinstance(context, dict) else {}
        is_menu = target.action.get("type") == "select"
        if is_menu or selected:
            context["selected_option"] = selected
        team_id, domain = self._team(channel)
        return ActionRequest(
            user_id=session.user_id,
            user_name=self._users.get(session.user_id).username,
            channel_id=channel.id,
            channel_name=channel.name,
            team_id=team_id,
            team_domain=domain,
            post_id=target.post_id,
            trigger_id=trigger_id,
            type="select" if is_menu else "button",
            data_source=str(target.action.get("data_source") or ""),
            context=context or msgspec.UNSET,
        )

    def _team(self, channel: Channel) -> tuple[str, str]:
        return (channel.team_id, self._teams.get(channel.team_id).name) if channel.team_id else ("", "")

    def _update(self, target: Target, answer: ActionAnswer, user_id: str) -> None:
        update = answer.update
        if update is None:
            return
        message = update.message if answer.skip_slack_parsing else from_slack(update.message)
        props = update.props
        if props is not None:
            kept = {name: value for name, value in props.items() if name not in RETAINED}
            props = {**kept, **target.retained}
        if target.stored is not None:
            self._posts.patch(target.post_id, PostPatch(message=message, props=props), editor_id=target.author_id)
            return
        shown = Post(
            id=target.post_id,
            user_id=target.author_id,
            channel_id=target.channel_id,
            root_id=target.root_id,
            message=message,
            props=target.retained if props is None else props,
        )
        self._posts.send_ephemeral(shown, user_id)

    def _say(self, target: Target, answer: ActionAnswer, user_id: str) -> None:
        text = answer.ephemeral_text or ""
        said = Post(
            user_id=target.author_id,
            channel_id=target.channel_id,
            root_id=target.root_id if target.stored is None or target.stored.root_id else "",
            message=text if answer.skip_slack_parsing else from_slack(text),
            props=dict(target.retained),
        )
        self._posts.send_ephemeral(said, user_id)

    def seal_ephemeral(self, post: Post) -> Post:
        """Give actions of a message that isn't stored ids, and cookies in place of what they do."""
        if attachments.ATTACHMENTS not in post.props:
            return post
        kept = {name: post.props[name] for name in RETAINED if name in post.props}

        def sealed(action: attachments.Action) -> attachments.Action:
            action = attachments.with_id(action)
            if not isinstance(action.get("integration"), dict):
                return action
            cookie = Cookie(
                post_id=post.id,
                channel_id=post.channel_id,
                root_id=post.root_id,
                user_id=post.user_id,
                action={name: value for name, value in action.items() if name != "cookie"},
                retained=kept,
            )
            shown = {name: value for name, value in action.items() if name != "integration"}
            return {**shown, "cookie": self._seals.seal(cookie)}

        attachments.changed(post, sealed)
        return post
