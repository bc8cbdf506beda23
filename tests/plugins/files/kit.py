"""Uploads and pictures for tests of files."""

import json
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image

from hubbub.tests.plugins.posts.world import ONLY as TALK

BOUNDARY = "frontier"
FORM = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
RAW = {"Content-Type": "application/octet-stream"}
ONLY = (*TALK, "files")


def picture(width: int = 40, height: int = 20, kind: str = "PNG", frames: int = 1, **more: Any) -> bytes:
    """Return a picture."""
    images = [Image.new("RGB", (width, height), (number * 90 % 256, 40, 80)) for number in range(frames)]
    out = BytesIO()
    if frames > 1:
        more |= {"save_all": True, "append_images": images[1:]}
    images[0].save(out, kind, **more)
    return out.getvalue()


def form(*parts: tuple[str, str | None, bytes]) -> bytes:
    """Return a multipart body of (name, file name or None, content)."""
    body = b""
    for name, filename, content in parts:
        file = f'; filename="{filename}"' if filename is not None else ""
        head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"{file}\r\n\r\n'
        body += head.encode() + content + b"\r\n"
    return body + f"--{BOUNDARY}--\r\n".encode()


def send(client: Any, channel: str, *files: tuple[str, bytes], client_ids: tuple[str, ...] = ()) -> Any:
    """Return the answer to an upload as a form."""
    fields: list[tuple[str, str | None, bytes]] = [("channel_id", None, channel.encode())]
    fields += [("client_ids", None, client_id.encode()) for client_id in client_ids]
    return client.post("/files", form(*fields, *(("files", name, content) for name, content in files)), headers=FORM)


def upload(client: Any, channel: str, name: str = "notes.txt", content: bytes = b"hello") -> dict[str, Any]:
    """Return what is known of a new file."""
    answer = send(client, channel, (name, content))
    assert answer.status == 201, answer
    (info,) = answer.json["file_infos"]
    return dict(info)


def events(server: Any, name: str) -> list[dict[str, Any]]:
    """Return the data of the events of a name, JSON inside it decoded for posts."""
    found = []
    for event in server.events(name):
        data = dict(event.data)
        if isinstance(data.get("post"), str):
            data["post"] = json.loads(data["post"])
        found.append(data)
    return found


def kept(folder: Path) -> list[str]:
    """Return the names of the files in a store."""
    return sorted(path.name for path in folder.rglob("*") if path.is_file())
