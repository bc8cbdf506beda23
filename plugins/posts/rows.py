"""Posts as rows of the table, in both directions."""

from typing import Any, Final

from msgspec import UNSET

from hubbub.core import json
from hubbub.core.contracts.posts import Post

COLUMNS: Final = (
    "id", "createat", "updateat", "editat", "deleteat", "ispinned", "userid", "channelid", "rootid", "originalid",
    "message", "type", "props", "hashtags", "filenames", "fileids", "hasreactions", "remoteid",
)  # fmt: skip
READ: Final = (
    "p.id, p.createat, p.updateat, p.editat, p.deleteat, p.ispinned, p.userid, p.channelid, p.rootid, p.originalid,"
    " p.message, p.type, p.props, p.hashtags, p.fileids, p.hasreactions, p.remoteid,"
    " COALESCE(t.replycount, 0), COALESCE(t.lastreplyat, 0)"
)
"""What `to_post` takes: `p` is the post, `t` the row of its thread, if it has one."""
FROM: Final = " FROM {posts} p LEFT JOIN {threads} t ON t.postid = CASE WHEN p.rootid = '' THEN p.id ELSE p.rootid END "


def to_post(row: tuple[Any, ...]) -> Post:
    """Return a row of `READ` as a record. `last_reply_at` is shown on roots only."""
    props, files, has_reactions, remote_id, root_id = row[12], row[14], row[15], row[16], row[8] or ""
    return Post(
        id=row[0],
        create_at=row[1],
        update_at=row[2],
        edit_at=row[3] or 0,
        delete_at=row[4] or 0,
        is_pinned=bool(row[5]),
        user_id=row[6],
        channel_id=row[7],
        root_id=root_id,
        original_id=row[9] or "",
        message=row[10] or "",
        type=row[11] or "",
        props={} if props is None or props == "{}" else json.decode(props),
        hashtags=row[13] or "",
        file_ids=[] if not files or files == "[]" else json.decode(files),
        has_reactions=True if has_reactions else UNSET,
        remote_id=remote_id or UNSET,
        reply_count=row[17],
        last_reply_at=0 if root_id else row[18],
        metadata={},
    )


def to_row(post: Post, props: str, file_ids: str) -> tuple[Any, ...]:
    """Return the values of `COLUMNS`; `props` and `file_ids` are JSON texts."""
    return (
        post.id, post.create_at, post.update_at, post.edit_at, post.delete_at, post.is_pinned, post.user_id,
        post.channel_id, post.root_id, post.original_id, post.message, post.type, props, post.hashtags, "[]", file_ids,
        post.has_reactions is True, None if post.remote_id is UNSET else post.remote_id,
    )  # fmt: skip
