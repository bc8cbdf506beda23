"""What can be wrong with a file."""

from hubbub.core.contracts.errors import AppError, BadRequest, Forbidden, NotFound, NotImplementedYet, TooLarge


class FileNotFound(NotFound):
    id = "app.file_info.get.app_error"
    message = "There is no such file."


class ContentMissing(NotFound):
    id = "api.file.read_file.missing.app_error"
    message = "The file's content is missing in the file store."


class FileTooLarge(TooLarge):
    id = "api.file.upload_file.too_large_detailed.app_error"
    message = "The file is larger than {limit} bytes, the most that is allowed here (FileSettings.MaxFileSize)."


class ImageTooLarge(BadRequest):
    id = "api.file.upload_file.large_image_detailed.app_error"
    message = (
        "The picture is {width} by {height} pixels, more than the {limit} in all that are allowed here"
        " (FileSettings.MaxImageResolution)."
    )


class AttachmentsDisabled(Forbidden):
    id = "api.file.attachments.disabled.app_error"
    message = "Files are turned off on this server (FileSettings.EnableFileAttachments)."


class UploadsDisabled(NotImplementedYet):
    id = "api.file.attachments.disabled.app_error"
    message = AttachmentsDisabled.message


class MobileDisabled(Forbidden):
    id = "api.file.attachments.disabled.app_error"
    message = "Files are turned off for the mobile apps on this server (FileSettings.{key})."


class BadName(BadRequest):
    id = "api.file.upload_file.filename.app_error"
    message = "The file has no name: send one of at least one character that isn't a dot."


class WrongClientIds(BadRequest):
    id = "api.file.upload_file.incorrect_number_of_client_ids.app_error"
    message = "There are {client_ids} client_ids for {files} files: send one for each file, or none."


class ChannelClosed(BadRequest):
    id = "api.file.upload_file.get_channel.app_error"
    message = "The channel is archived: nothing can be uploaded to it."


class RejectedUpload(BadRequest):
    id = "app.upload.upload_data.rejected_by_plugin.app_error"
    message = "A plugin refused the file."


class StoreFull(AppError):
    id = "api.file.write_file.full.app_error"
    status_code = 507
    message = "The server has no room for the file: its file store is full. Please tell an administrator."


class StoreFailed(AppError):
    id = "api.file.write_file.app_error"
    status_code = 500
    message = "The file can't be stored: the file store doesn't work. The server's log says more."


class BadThumbnail(BadRequest):
    id = "api.file.get_file_thumbnail.no_thumbnail.app_error"
    message = "The file has no thumbnail: it is no picture."


class BadPreview(BadRequest):
    id = "api.file.get_file_preview.no_preview.app_error"
    message = "The file has no preview: it is no picture, or an animated one."


class NoPost(BadRequest):
    id = "api.file.get_public_link.no_post.app_error"
    message = "The file belongs to no post yet: there is nothing to share."
