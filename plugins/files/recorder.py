"""Files of posts: checked before a post is stored, attached with it, and taken along by its edits and its end."""

from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from hubbub.core.clock import now_ms
from hubbub.core.contracts.channels import Channel
from hubbub.core.contracts.errors import InvalidBodyParam
from hubbub.core.contracts.permissions import Permission, PermissionService
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.posts import NewPost, Post
from hubbub.core.contracts.sessions import Session
from hubbub.plugins.files.records import StoredFile
from hubbub.plugins.files.store import FileInfoStore

FILES: Final = "files"
MAX_FILES: Final = 10


class FileRecorder:
    """Attaches files to posts. Implements `PostRecorder`, `PostEraser` and `PostReviser`."""

    keeps: frozenset[str] = frozenset()

    def __init__(self, context: PluginContext, store: FileInfoStore) -> None:
        self._permissions = context.service(PermissionService)
        self._store = store

    def prepare(self, post: Post, channel: Channel, session: Session | None) -> None:
        """Check that the files are the author's own, of this channel, and no other post's. One query, if any.

        Raises `InvalidBodyParam`, `PermissionDenied`.
        """
        if not post.file_ids:
            return
        if session is not None:
            self._permissions.require_channel(session, channel.id, Permission.UPLOAD_FILE)
        wanted = post.file_ids = list(dict.fromkeys(post.file_ids))
        _check_count(wanted)
        found = self._store.get_many(wanted)
        for file_id in wanted:
            file = found.get(file_id)
            # The same post again, of a client that asked twice, finds its own files.
            if file is None or not (_is_free(file, post) or file.info.post_id == post.id):
                raise _refused(file_id)
        post.metadata = post.metadata or {}
        infos = [msgspec.structs.replace(found[file_id].info, post_id=post.id) for file_id in wanted]
        post.metadata[FILES] = infos

    def record(self, posts: Sequence[NewPost]) -> None:
        """Attach the files of those posts that have some. Raises `InvalidBodyParam` when another post was faster."""
        for new in posts:
            # Copies of a thread that is moved haven't been prepared: their files come after them.
            if new.post.file_ids and new.post.metadata and FILES in new.post.metadata:
                self._attach(new.post, new.post.file_ids)

    def _attach(self, post: Post, file_ids: Sequence[str]) -> None:
        given = self._store.attach(
            file_ids, post_id=post.id, user_id=post.user_id, channel_id=post.channel_id, time=now_ms()
        )
        if given != len(file_ids):
            raise InvalidBodyParam("file_ids", detailed_error="another post has one of the files by now")

    def revise(self, new: Post, old: Post) -> None:
        """Attach the files that an edit adds, mark those deleted that it leaves out. Raises `InvalidBodyParam`."""
        if new.file_ids == old.file_ids:
            return
        new.file_ids = list(dict.fromkeys(new.file_ids))
        _check_count(new.file_ids)
        added = [file_id for file_id in new.file_ids if file_id not in old.file_ids]
        found = self._store.get_many(added)
        returning, fresh = [], []
        for file_id in added:
            file = found.get(file_id)
            if file is not None and file.info.post_id == new.id:
                returning.append(file_id)
            elif file is not None and _is_free(file, new):
                fresh.append(file_id)
            else:
                raise _refused(file_id)
        if fresh:
            self._attach(new, fresh)
        self._store.mark(returning, post_id=new.id, time=0)
        self._store.mark(_without(old.file_ids, new.file_ids), post_id=new.id, time=now_ms())

    def erase(self, post: Post) -> None:
        """Mark the files of a deleted post, and of its replies, deleted."""
        self._store.mark_of_thread(post.id, now_ms())


def _check_count(file_ids: Sequence[str]) -> None:
    if len(file_ids) > MAX_FILES:
        raise InvalidBodyParam("file_ids", detailed_error=f"a post has at most {MAX_FILES} files")


def _is_free(file: StoredFile, post: Post) -> bool:
    info = file.info
    own = info.user_id == post.user_id and info.channel_id == post.channel_id
    return own and not info.post_id and not info.delete_at


def _refused(file_id: str) -> InvalidBodyParam:
    # SECURITY: somebody else's file and one that there isn't are refused in the same words.
    return InvalidBodyParam(
        "file_ids", detailed_error=f"{file_id} is no file that its author uploaded to this channel and no post has"
    )


def _without(file_ids: Iterable[str], others: Sequence[str]) -> list[str]:
    return [file_id for file_id in file_ids if file_id not in others]
