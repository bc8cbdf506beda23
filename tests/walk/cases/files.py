"""Operations of the plugin files."""

from typing import Final

from hubbub.tests.walk.case import Case, Made
from hubbub.tests.walk.cases.emoji import DOT
from hubbub.tests.walk.world import World

FORM: Final = {"Content-Type": "multipart/form-data; boundary=edge"}
RAW: Final = {"Content-Type": "application/octet-stream"}


def form(world: World) -> bytes:
    """Return a picture for the channel."""
    head = b'--edge\r\nContent-Disposition: form-data; name="'
    channel = head + b'channel_id"\r\n\r\n' + world.channel["id"].encode() + b"\r\n"
    client_id = head + b'client_ids"\r\n\r\none\r\n'
    return channel + client_id + head + b'files"; filename="dot.gif"\r\n\r\n' + DOT + b"\r\n--edge--\r\n"


def file(world: World) -> Made:
    """Make a post of bob's with a picture."""
    info = world.bob.post("/files", form(world), headers=FORM).json["file_infos"][0]
    post = world.new_post(file_ids=[info["id"]])
    return {"file_id": info["id"], "post_id": post["id"]}


def link(world: World) -> Made:
    """Make a public link."""
    made = file(world)
    address = world.bob.get(f"/files/{made['file_id']}/link").json["link"]
    return {**made, "signature": address.partition("h=")[2]}


def upload(world: World) -> Made:
    """Begin an upload of bob's."""
    body = {"channel_id": world.channel["id"], "filename": "notes.txt", "file_size": 10}
    return {"upload_id": world.bob.post("/uploads", body).json["id"]}


CASES: Final = [
    Case(operation="UploadFile", body=form, headers=FORM),
    Case(operation="GetFile", make=file, raw="image/gif"),
    Case(operation="GetFileThumbnail", make=file, raw="image/jpeg"),
    Case(operation="GetFilePreview", make=file, raw="image/jpeg"),
    Case(operation="GetFileLink", make=file),
    Case(operation="GetFileInfo", make=file),
    Case(operation="GetFilePublic", make=link, query="h={signature}", raw="image/gif", outsider=200, nobody=200),
    Case(operation="GetFileInfosForPost", make=file),
    Case(operation="CreateUpload", body={"channel_id": "{channel_id}", "filename": "notes.txt", "file_size": 10}),
    Case(operation="GetUpload", make=upload, answer="UploadSession"),
    Case(operation="UploadData", make=upload, body=lambda _world: b"hello", headers=RAW),
    Case(operation="GetUploadsForUser", make=upload),
]
