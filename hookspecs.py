"""Every hook: the whole extension surface of Hubbub on one page.

Names that Mattermost server plugins know have the same meaning here, in snake case. An implementation takes
only the arguments it uses:

    from hubbub.hookspecs import hookimpl

    class Plugin:
        @hookimpl
        def message_will_be_posted(self, post): ...

Four ways to be called, in four groups below:

- consult: before a change. Called in a fixed order (first registered first), each gets what the one before
  returned. Return a changed draft, or None to leave it; raise `Rejected(reason)` to stop the change.
- tell: after the commit. Return nothing; a failure is logged by plugin name and stops nobody.
- ask: an answer is wanted; the docstring says how several combine.
- contribute: once, at start (or when the plugin is turned on). A clash is an error naming both plugins.

No module of this project is imported to define a hook; types in the signatures are those of
`hubbub.core.contracts`.
"""

# mypy: disable-error-code=empty-body
# Signatures only; annotations are for readers, never evaluated.
from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pluggy

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import click

    from hubbub.core.contracts.audit import AnsweredRequest
    from hubbub.core.contracts.auth import AuthProvider, ExternalIdentity, PasswordHasher
    from hubbub.core.contracts.bulk import BulkPart
    from hubbub.core.contracts.channels import Channel, ChannelMember, UnreadChange
    from hubbub.core.contracts.commands import CommandArgs, CommandResponse, SlashCommand
    from hubbub.core.contracts.emoji import Emoji
    from hubbub.core.contracts.files import FileInfo, FileStore
    from hubbub.core.contracts.jobs import JobType
    from hubbub.core.contracts.notifications import EmailNotification, Notification, Notifier, PushNotification
    from hubbub.core.contracts.permissions import MemberRoles
    from hubbub.core.contracts.posts import Post, PostRecorder
    from hubbub.core.contracts.preferences import Preference
    from hubbub.core.contracts.reactions import Reaction
    from hubbub.core.contracts.saml import SamlAssertion
    from hubbub.core.contracts.sessions import Session
    from hubbub.core.contracts.teams import Team, TeamMember
    from hubbub.core.contracts.threads import ThreadService
    from hubbub.core.contracts.tokens import Invitation
    from hubbub.core.contracts.users import User
    from hubbub.core.contracts.web import WebAssets

hookspec = pluggy.HookspecMarker("hubbub")
hookimpl = pluggy.HookimplMarker("hubbub")


# --- consult: before a change -------------------------------------------------------------------------------


@hookspec
def message_will_be_posted(post: Post, session: Session | None) -> Post | None:
    """Filter a post before it is stored: change it, or refuse it with a reason that its author sees.

    `session` is its author's, None for what the server itself or an integration posts. The section MessageFilters of
    config.json says in which order filters are asked, and what becomes of the post when one fails or takes too long.
    """


@hookspec
def message_will_be_updated(new_post: Post, old_post: Post) -> Post | None:
    """Filter an edit before it is stored; what is said about `message_will_be_posted` goes for this."""


@hookspec
def ephemeral_message_will_be_sent(post: Post, user_id: str) -> Post | None:
    """Change a message that one user alone will see, or refuse it. It is stored nowhere."""


@hookspec
def messages_will_be_consumed(posts: list[Post]) -> list[Post] | None:
    """Change posts on their way to a reader; what is stored stays. Called for each page of posts that is read."""


@hookspec
def user_will_log_in(user: User) -> User | None:
    """Refuse a sign-in that has passed every check, by raising `Rejected`. The user record can't be changed."""


@hookspec
def channel_will_be_archived(channel: Channel) -> Channel | None:
    """Refuse the archiving of a channel, by raising `Rejected`."""


@hookspec
def channel_member_will_be_added(channel_member: ChannelMember) -> ChannelMember | None:
    """Change or refuse a membership before a user is added to a channel."""


@hookspec
def team_member_will_be_added(team_member: TeamMember) -> TeamMember | None:
    """Change or refuse a membership before a user is added to a team."""


@hookspec
def file_will_be_uploaded(info: FileInfo, file: Any, output: Any) -> FileInfo | None:
    """Change or refuse a file that was uploaded: read `file` (bytes, from its beginning, once).

    What is written to `output`, if anything, replaces its content. Of `info` the name may be changed. Raise `Rejected`
    with a reason that the uploader sees: nothing is kept then.
    """


@hookspec
def file_will_be_downloaded(info: FileInfo, user_id: str, download_type: str) -> FileInfo | None:
    """Refuse a download, by raising `Rejected` (`download_type` file, thumbnail, preview or public).

    `user_id` is "" for a public link. Called for each request: be quick.
    """


@hookspec
def configuration_will_be_saved(new_config: dict[str, Any], old_config: dict[str, Any]) -> dict[str, Any] | None:
    """Change or refuse a configuration document before it is written."""


@hookspec
def email_notification_will_be_sent(email_notification: EmailNotification) -> EmailNotification | None:
    """Change or refuse an e-mail about a post, or keep it from being sent by raising `Rejected`.

    Called for each person who gets one, on a background greenlet, before it is queued.
    """


@hookspec
def notification_will_be_pushed(push_notification: PushNotification, user_id: str) -> PushNotification | None:
    """Change or refuse (raise `Rejected`) a mobile push about a post, before it is queued for the user's devices.

    Called for each person who has a device, on a background greenlet. Not for what only takes notifications away or
    changes the number on the icon.
    """


@hookspec
def notification_will_be_sent(notification: Notification) -> Notification | None:
    """Change or refuse (raise `Rejected`) a notification of any kind, before notifiers get it.

    Everything is decided by then: `ways` may be made fewer, say. Called for each person who is told of a post,
    thousands perhaps: be quick. On a background greenlet.
    """


# --- tell: after the commit ---------------------------------------------------------------------------------


@hookspec
def on_activate() -> None:
    """The plugin starts to work in this worker: database and bus are there. A failure stops the activation."""


@hookspec
def on_deactivate() -> None:
    """The plugin stops in this worker: it was turned off, or the server stops."""


@hookspec
def on_configuration_change() -> None:
    """The configuration has changed: `context.config` and `context.settings` are the new ones."""


@hookspec
def on_install(user_id: str) -> None:
    """The plugin was turned on for the first time, by this user ("" from the command line)."""


@hookspec
def user_has_been_created(user: User, invite_id: str) -> None:
    """An account was created; `invite_id` is the team's invitation it came by, or "". Called before the answer."""


@hookspec
def user_has_accepted_invitation(user: User, invitation: Invitation) -> None:
    """An account accepted an invitation by e-mail, at sign-up or later. Called before the answer."""


@hookspec
def user_has_been_updated(new_user: User, old_user: User) -> None:
    """An account's record changed (profile, roles, password time, …). Called before the answer."""


@hookspec
def user_has_been_deactivated(user: User) -> None:
    """An account was deactivated. Called before the answer."""


@hookspec
def user_has_logged_in(user: User, session_id: str, ip_address: str) -> None:
    """A user signed in. On a background greenlet."""


@hookspec
def sessions_have_been_revoked(user_id: str, tokens: list[str] | None) -> None:
    """Sessions of a user ("": of everybody) were ended by somebody, not by their time; None: all of the user's.

    Called before the answer, perhaps inside a transaction. SECURITY: tokens are secrets until then; keep none.
    """


@hookspec
def user_log_in_has_failed(
    user_id: str, error_id: str, status: int, ip_address: str, user_agent: str, provider: str
) -> None:
    """A sign-in was refused; `error_id` says why, `user_id` is "" for a name nobody has.

    `provider` is the id of the provider that somebody came from, "" for a name and a password. On a background
    greenlet.
    """


@hookspec
def request_has_been_answered(request: AnsweredRequest) -> None:
    """A request other than GET was answered, well or with an error. For records of who did what; be very quick."""


@hookspec
def message_has_been_posted(post: Post) -> None:
    """A post was stored. On a background greenlet."""


@hookspec
def message_has_been_updated(new_post: Post, old_post: Post) -> None:
    """A post was edited. On a background greenlet."""


@hookspec
def message_has_been_deleted(post: Post) -> None:
    """A post was deleted. On a background greenlet."""


@hookspec
def posts_have_been_erased(post_ids: list[str]) -> None:
    """Posts (at most 500) were removed from the database for good: retention. What belongs to them goes too.

    Called in the transaction that removes them: what can't be taken back (bytes of files) waits for `db.after_commit`.
    """


@hookspec
def thread_has_been_moved(new_ids: Mapping[str, str], channel: Channel) -> None:
    """A thread was moved to a channel: its posts are deleted, copies have taken their places (old id → new id).

    What belongs to the old ones (reactions, files, …) is taken along on this. Called before the answer.
    """


@hookspec
def channel_has_been_created(channel: Channel) -> None:
    """A channel was created. On a background greenlet."""


@hookspec
def channel_has_been_updated(new_channel: Channel, old_channel: Channel, actor_id: str) -> None:
    """A channel's name, header, purpose, privacy or archived state changed. Called before the answer."""


@hookspec
def user_has_joined_channel(channel_member: ChannelMember, actor: User | None) -> None:
    """A user became a member; `actor` is who added them, None when they came themselves. Called before the answer."""


@hookspec
def user_has_left_channel(channel_member: ChannelMember, actor: User | None) -> None:
    """A user is no longer a member; `actor` is who removed them, None when they left. Called before the answer."""


@hookspec
def unread_has_changed(change: UnreadChange) -> None:
    """A user has read channels or threads, or marked them as unread. On a background greenlet."""


@hookspec
def team_has_been_created(team: Team, creator_id: str) -> None:
    """A team was created; its default channels are made on this. Called before the answer."""


@hookspec
def user_has_joined_team(team_member: TeamMember, actor: User | None) -> None:
    """A user became a team member; default channels are joined on this. Called before the answer."""


@hookspec
def user_has_left_team(team_member: TeamMember, actor: User | None) -> None:
    """A user is no longer a team member; the team's channels are left on this. Called before the answer."""


@hookspec
def reaction_has_been_added(reaction: Reaction) -> None:
    """A reaction was added. On a background greenlet."""


@hookspec
def reaction_has_been_removed(reaction: Reaction) -> None:
    """A reaction was removed. On a background greenlet."""


@hookspec
def emoji_has_been_deleted(emoji: Emoji) -> None:
    """A custom emoji was deleted: its name may be given to another. On a background greenlet."""


@hookspec
def preferences_have_changed(preferences: list[Preference]) -> None:
    """Preferences were saved. On a background greenlet."""


@hookspec
def on_plugin_cluster_event(id: str, data: bytes) -> None:
    """Another worker's instance of this plugin called `context.broadcast(id, …)`; `data` is the payload as JSON."""


@hookspec
def on_web_socket_connect(web_conn_id: str, user_id: str) -> None:
    """A user's WebSocket was authenticated in this worker."""


@hookspec
def on_web_socket_disconnect(web_conn_id: str, user_id: str, last_of_user: bool) -> None:
    """A WebSocket was closed; `last_of_user` says that the user has none left in this worker."""


@hookspec
def on_web_socket_pong(web_conn_id: str, user_id: str) -> None:
    """A WebSocket answered a ping: the client is still there (about once a minute)."""


@hookspec
def web_socket_message_has_been_posted(web_conn_id: str, user_id: str, request: dict[str, Any]) -> None:
    """A client sent an action `{seq, action, data}` over its WebSocket."""


@hookspec
def on_saml_login(user: User, assertion: SamlAssertion) -> None:
    """A user signed in by SAML; `assertion` holds the attributes that the provider signed. Called before the answer."""


# --- ask: an answer is wanted ---------------------------------------------------------------------------------


@hookspec
def implemented() -> list[str] | None:
    """Return names of hooks the plugin implements beyond what its class shows. All answers are shown to admins.

    Not called yet.
    """


@hookspec
def serve_http(request: Any) -> Any | None:
    """Answer a request below `/plugins/<plugin id>/` that no route of the plugin matches. Only that plugin is asked.

    `request` is a `hubbub.core.http.Request`; nobody need be signed in. Return what a route's handler returns, or
    None for an address that isn't there.
    """


@hookspec
def serve_metrics() -> str | None:
    """Return metrics in Prometheus' text format; all answers of the worker that serves `/metrics` are appended to it.

    What `context.metrics` counts is added up over the workers; this is for what needs no adding up.
    """


@hookspec
def execute_command(args: CommandArgs) -> CommandResponse | None:
    """Answer a slash command that this plugin registered (only that plugin is asked); None: there is no such command.

    An `AppError` is shown to the caller. Whoever typed it may post in the channel; what else it needs, check.
    """


@hookspec
def run_data_retention(now_time: int, batch_size: int) -> int | None:
    """Delete up to `batch_size` rows that are too old at `now_time` (ms) as the configuration says; return how many.

    Called by the job data_retention again and again, until no plugin has deleted anything.
    """


@hookspec
def generate_support_data() -> list[tuple[str, bytes]] | None:
    """Return (file name, content) pairs for a support packet; all are packed. Not called yet."""


@hookspec
def posts_metadata(posts: list[Post]) -> Mapping[str, Mapping[str, Any]] | None:
    """Return post id → keys of `metadata` (reactions, files, priority, …) for posts on their way to readers.

    All answers are put together, lists of the same name joined. Called for each page of posts that is read: answer
    with at most one query for all.
    Call `PostService.touch` when what it returns for a post changes.
    """


@hookspec
def files_in_use(file_ids: list[str]) -> Iterable[str]:
    """Return those of the files (at most 500) that the plugin needs, though no post has them: a draft's, for example.

    All answers are put together. Others are removed once they are old (`hubbub files orphans`).
    """


@hookspec
def channel_stats(channel_id: str) -> Mapping[str, int] | None:
    """Return numbers of a channel's statistics that the plugin knows (`files_count`). All answers are put together."""


@hookspec
def followed_threads(user_id: str, root_ids: list[str]) -> Iterable[str] | None:
    """Return those of the threads that the user follows. All answers are put together; at most one query."""


@hookspec
def complete_external_identity(identity: ExternalIdentity) -> ExternalIdentity | None:
    """Change what an identity provider said about somebody, before the account is found or made.

    Consulted in order, like a draft, at each sign-in by a provider other than local passwords and for each account
    that a directory brings up to date. `identity.attributes` holds what else the provider said.
    """


@hookspec
def fields_set_elsewhere(user: User) -> Iterable[str] | None:
    """Name the fields of an account that come from elsewhere, so that nobody can change them here.

    Names of the API (`username`, `email`, `first_name`, …), and `picture`. All answers are put together. Asked when a
    profile is to be changed.
    """


# --- contribute: once, at start -------------------------------------------------------------------------------


@hookspec
def register_routes(router: Any) -> None:
    """Add HTTP routes: `router.get("/api/v4/…", handler, …)`; see `hubbub.core.http.Router`."""


@hookspec
def register_websocket_actions(actions: Any) -> None:
    """Add actions of the WebSocket: `actions.add("user_typing", handler)`."""


@hookspec
def register_commands(cli: click.Group) -> None:
    """Add subcommands to the `hubbub` command."""


@hookspec
def register_member_roles() -> MemberRoles | None:
    """Say how the roles of a scope's members are found ("team", "channel"); one plugin per scope."""


@hookspec
def register_post_recorders() -> Iterable[PostRecorder]:
    """Offer what checks, completes and records new posts, in the transaction that stores them.

    One that is a `PostEraser` too takes back what it recorded, in the transaction that marks a post deleted.
    """


@hookspec
def register_thread_service() -> ThreadService | None:
    """Offer what keeps track of threads for channels and posts: one plugin; without it there are none."""


@hookspec
def register_auth_providers() -> Iterable[AuthProvider]:
    """Offer ways to sign in; their ids must differ."""


@hookspec
def register_password_hashers() -> Iterable[tuple[str, PasswordHasher]]:
    """Offer (name, hasher) pairs; a stored hash is checked by whichever knows its form."""


@hookspec
def register_file_stores() -> Iterable[FileStore]:
    """Offer storage backends; `FileSettings.DriverName` picks one by its `driver_name`."""


@hookspec
def register_notifiers() -> Iterable[Notifier]:
    """Offer ways to notify people; all are used. Asked again when a plugin comes or goes."""


@hookspec
def register_jobs() -> Iterable[JobType]:
    """Offer kinds of jobs: long or regular work that runs once per cluster; their names must differ."""


@hookspec
def register_bulk_parts() -> Iterable[BulkPart]:
    """Offer what reads and writes lines of the bulk format: a type of your own, or fields of another's.

    Asked at the beginning of each import and export. Of a type there is one owner.
    """


@hookspec
def register_slash_commands() -> Iterable[SlashCommand]:
    """Offer slash commands that `execute_command` of this plugin answers; of two with one trigger the first counts."""


@hookspec
def register_web_assets() -> Iterable[WebAssets]:
    """Offer folders of files for browsers. Not called yet: the web client loads no scripts of plugins."""


@hookspec
def register_client_config() -> dict[str, str] | None:
    """Return keys for the client configuration (`GET /api/v4/config/client`); asked for each answer: be quick."""


@hookspec
def register_license_features() -> Iterable[str]:
    """Name the features of the client licence that this plugin brings (`LDAP`, `SAML`, …)."""
