"""Tables fileinfo and uploadsessions, as the schema has them."""

from hubbub.core.db import Index, Table
from hubbub.core.db.fields import BigInt, Bool, Bytes, EnumField, Id, Int, Text, Varchar


class FileInfoTable(Table):
    """One row per file. `postid` is empty until a post has it; `path` and its like are paths in the file store."""

    id = Id(primary_key=True)
    creator_id = Id(null=True)
    post_id = Id(null=True)
    create_at = BigInt(null=True)
    update_at = BigInt(null=True)
    delete_at = BigInt(null=True)
    path = Varchar(512, null=True)
    thumbnail_path = Varchar(512, null=True)
    preview_path = Varchar(512, null=True)
    name = Varchar(256, null=True)
    extension = Varchar(64, null=True)
    size = BigInt(null=True)
    mime_type = Varchar(256, null=True)
    width = Int(null=True)
    height = Int(null=True)
    has_preview_image = Bool(null=True)
    mini_preview = Bytes(null=True)
    content = Text(null=True)
    remote_id = Id(null=True)
    archived = Bool(db_default=False)
    channel_id = Id(null=True)

    class Meta:
        table_name = "fileinfo"

    table_indexes = (
        Index("idx_fileinfo_channel_id_create_at", "channelid", "createat"),
        Index("idx_fileinfo_content_txt", "to_tsvector('english', content)", using="gin"),
        Index("idx_fileinfo_create_at", "createat"),
        Index("idx_fileinfo_delete_at", "deleteat"),
        Index("idx_fileinfo_extension_at", "extension"),
        Index("idx_fileinfo_name_splitted", "to_tsvector('english', translate(name, '.,-', '   '))", using="gin"),
        Index("idx_fileinfo_name_txt", "to_tsvector('english', name)", using="gin"),
        Index("idx_fileinfo_postid_at", "postid"),
        Index("idx_fileinfo_update_at", "updateat"),
    )


class UploadSessionTable(Table):
    """One row per upload in parts, until its last byte has come."""

    id = Id(primary_key=True)
    type = EnumField("upload_session_type", ("attachment", "import"), null=True)
    create_at = BigInt(null=True)
    user_id = Id(null=True)
    channel_id = Id(null=True)
    filename = Varchar(256, null=True)
    path = Varchar(512, null=True)
    file_size = BigInt(null=True)
    file_offset = BigInt(null=True)
    remote_id = Id(null=True)
    req_file_id = Id(null=True)

    class Meta:
        table_name = "uploadsessions"

    table_indexes = (
        Index("idx_uploadsessions_create_at", "createat"),
        Index("idx_uploadsessions_type", "type"),
        Index("idx_uploadsessions_user_id", "userid"),
    )
