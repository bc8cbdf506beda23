"""How a search is answered."""

from typing import Final

import msgspec

from hubbub.core.contracts.channels import ChannelService
from hubbub.core.contracts.files import FileInfo, FileService
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.posts import PostList, PostService
from hubbub.core.contracts.search import PostQuery, SearchEngine, parse_terms
from hubbub.core.contracts.sessions import Session
from hubbub.core.contracts.users import UserService
from hubbub.plugins.search.language import has, parse, period
from hubbub.plugins.search.scope import Scope, ids_by_name, searched_channels

LAST_PAGE: Final = 10_000


class SearchRequest(msgspec.Struct, kw_only=True):
    """What a client asks. `time_zone_offset` is the user's distance from UTC in seconds, east is positive."""

    terms: str = ""
    is_or_search: bool = False
    time_zone_offset: int = 0
    include_deleted_channels: bool = False
    page: int = 0
    per_page: int = 60


class PostSearchResults(PostList, kw_only=True):
    """Posts that were found, newest first. `matches` maps post ids to the words that matched, where an engine says."""

    matches: dict[str, list[str]] | None = None


class FileInfoList(msgspec.Struct, kw_only=True):
    """Files that were found, newest first."""

    order: list[str] = msgspec.field(default_factory=list)
    file_infos: dict[str, FileInfo] = msgspec.field(default_factory=dict)
    next_file_info_id: str = ""
    prev_file_info_id: str = ""
    first_inaccessible_file_time: int = 0


class Search:
    """Finds posts for people."""

    def __init__(self, context: PluginContext) -> None:
        self._config = context.config_store
        self._engine = context.service(SearchEngine)
        self._files = context.service(FileService)
        self._posts = context.service(PostService)
        self._channels = context.service(ChannelService)
        self._users = context.service(UserService)

    def posts(self, session: Session, team_id: str, wanted: SearchRequest) -> PostSearchResults:
        """Return a page of posts in channels that the user is a member of: of a team, or of all for ""."""
        query = self._query(session.user_id, team_id, wanted)
        if query is None:
            return PostSearchResults(order=[], posts={})
        ids = self._engine.search_posts(query)
        found = self._posts.get_many(ids)
        # SECURITY: an index may lag behind; what it names is shown only where the asker may read it now.
        channels = {post.channel_id for post in found.values()} & set(query.channel_ids)
        readable = {channel_id for channel_id in channels if self._posts.may_read(session, channel_id)}
        posts = (found[post_id] for post_id in ids if post_id in found)
        shown = self._posts.list_of(post for post in posts if post.channel_id in readable)
        return PostSearchResults(order=shown.order, posts=shown.posts)

    def _query(self, user_id: str, team_id: str, wanted: SearchRequest, *, files: bool = False) -> PostQuery | None:
        """Return what to ask the engine, None when nothing can be found."""
        config = self._config.current
        asked = parse(wanted.terms, shortest_tag=config.ServiceSettings.MinimumHashtagLength)
        times = period(asked, wanted.time_zone_offset)
        kinds, other_kinds = has(asked), has(asked, "-has")
        if times is None or kinds is None or other_kinds is None or not wanted.per_page or wanted.page > LAST_PAGE:
            return None
        include_archived = wanted.include_deleted_channels and config.TeamSettings.ExperimentalViewArchivedChannels
        channels = searched_channels(self._channels, user_id, team_id, include_archived=include_archived)
        scope = Scope(channels, ids_by_name(self._users, asked), user_id, asked)
        has_terms = bool(parse_terms(asked.terms))
        # An extension says nothing about posts.
        flagged = any(files or flag != "ext" for flag in asked.flags)
        narrowed = flagged or bool(parse_terms(asked.excluded_terms))
        if scope.is_empty or not (has_terms or narrowed):
            return None
        return PostQuery(
            terms=asked.terms,
            excluded_terms=asked.excluded_terms,
            channel_ids=scope.channel_ids,
            from_user_ids=scope.from_user_ids,
            excluded_user_ids=scope.excluded_user_ids,
            after=times.after,
            before=times.before,
            excluded_periods=times.excluded,
            has=kinds,
            excluded_has=other_kinds,
            or_terms=wanted.is_or_search,
            any_text=not has_terms,
            include_deleted_channels=include_archived,
            page=wanted.page,
            per_page=wanted.per_page,
        )

    def files(self, session: Session, team_id: str, wanted: SearchRequest) -> FileInfoList:
        """Return a page of files of posts in channels that the user is a member of: of a team, or of all for ""."""
        query = self._query(session.user_id, team_id, wanted, files=True)
        if query is None:
            return FileInfoList()
        asked = parse(wanted.terms, shortest_tag=self._config.current.ServiceSettings.MinimumHashtagLength)
        found = self._files.search(
            query,
            extensions=[value.lower().lstrip(".") for value in asked.values("ext")],
            excluded_extensions=[value.lower().lstrip(".") for value in asked.values("-ext")],
        )
        channels = {info.channel_id for info in found}
        readable = {channel_id for channel_id in channels if self._posts.may_read(session, channel_id)}
        shown = [info for info in found if info.channel_id in readable]
        return FileInfoList(order=[info.id for info in shown], file_infos={info.id: info for info in shown})
