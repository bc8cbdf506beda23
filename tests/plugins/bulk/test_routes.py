"""Operations on imports and exports, and the jobs behind them: as mmctl uses them."""

import io
import zipfile
from pathlib import Path
from typing import Any

import gevent
import pytest

from hubbub.core.clock import now_ms
from hubbub.tests.plugins.bulk.kit import BASE, ONLY, pack, post, written
from hubbub.tests.plugins.files.kit import RAW

DAY_MS = 86_400_000


@pytest.fixture
def admin(server: Any) -> Any:
    """Return the administrator's client; `admin.server` is the server."""
    client = server.sign_up("root")
    client.server = server
    return client


@pytest.fixture
def file(tmp_path: Path) -> bytes:
    """Return a ZIP to import."""
    lines = [*BASE, *(post("ann", f"number {number}", number) for number in range(1, 30))]
    lines.append(post("bob", "look", 90, attachments=[{"path": "a.txt"}]))
    return pack(tmp_path / "site.zip", lines, a_dot_txt=b"hello").read_bytes()


def upload(client: Any, data: bytes, name: str = "site.zip") -> str:
    """Upload a file to import in two parts; return its name there."""
    session = client.post("/uploads", {"type": "import", "filename": name, "file_size": len(data)})
    assert session.status == 201, session
    half = len(data) // 2
    assert client.post(f"/uploads/{session.json['id']}", data[:half], headers=RAW).status == 204
    done = client.post(f"/uploads/{session.json['id']}", data[half:], headers=RAW)
    assert done.status == 201, done
    assert done.json["size"] == len(data)
    return f"{session.json['id']}_{name}"


def run(client: Any, kind: str, **data: str) -> Any:
    """Have a job run to its end; return it."""
    job = client.post("/jobs", {"type": kind, "data": data})
    assert job.status == 201, job
    with gevent.Timeout(30):
        while (found := client.get(f"/jobs/{job.json['id']}").json)["status"] in ("pending", "in_progress"):
            client.server.plugin("jobs").look()
            gevent.sleep(0.02)
    return found


def test_a_file_is_uploaded_listed_imported_and_deleted(admin: Any, file: bytes) -> None:
    name = upload(admin, file)
    assert admin.get("/imports").json == [name]
    job = run(admin, "import_process", import_file=name)
    assert (job["status"], job["data"]["messages"]) == ("success", "30"), job
    db = admin.server.app.db
    assert db.fetch_value("SELECT COUNT(*) FROM {posts} WHERE message LIKE 'number %'") == 29
    assert db.fetch_value("SELECT COUNT(*) FROM {fileinfo} WHERE postid <> ''") == 1
    # Once more, nothing is there twice.
    assert run(admin, "import_process", import_file=name, again="1")["status"] == "success"
    assert db.fetch_value("SELECT COUNT(*) FROM {posts} WHERE message LIKE 'number %'") == 29
    assert admin.delete(f"/imports/{name}").json == {"status": "OK"}
    assert admin.get("/imports").json == []
    assert list(Path(admin.server.app.config.data_directory).glob("bulk-*")) == []


def test_caches_know_what_was_imported(admin: Any, file: bytes) -> None:
    assert admin.get("/users/username/ann").status == 404
    assert run(admin, "import_process", import_file=upload(admin, file))["status"] == "success"
    assert admin.get("/users/username/ann").status == 200
    assert admin.get("/teams/name/crew/channels/name/talk").json["total_msg_count"] == 30


def test_an_export_is_made_listed_downloaded_in_parts_and_deleted(admin: Any, file: bytes, tmp_path: Path) -> None:
    run(admin, "import_process", import_file=upload(admin, file))
    job = run(admin, "export_process", include_attachments="true", include_archived_channels="true")
    assert (job["status"], job["data"]["messages"]) == ("success", "30"), job
    name = job["data"]["export_file"]
    assert admin.get("/exports").json == [name]
    whole = admin.get(f"/exports/{name}")
    assert whole.headers["content-type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(whole.body)) as archive:
        assert len([entry for entry in archive.namelist() if entry.startswith("data/")]) == 1
    assert whole.body == written(admin.server, tmp_path)
    part = admin.get(f"/exports/{name}", headers={"Range": "bytes=100-"})
    assert (part.status, part.body) == (206, whole.body[100:])
    assert part.headers["content-range"] == f"bytes 100-{len(whole.body) - 1}/{len(whole.body)}"
    assert admin.get(f"/exports/{name}", headers={"Range": "bytes=99999999-"}).status == 416
    assert admin.post(f"/exports/{name}/presign-url").status == 501
    assert admin.delete(f"/exports/{name}").json == {"status": "OK"}
    assert admin.get(f"/exports/{name}").status == 404
    assert admin.post(f"/exports/{name}/presign-url").status == 404


@pytest.mark.engines("sqlite")
def test_a_broken_file_fails_its_job_with_the_line(admin: Any, tmp_path: Path) -> None:
    name = upload(admin, pack(tmp_path / "wrong.zip", [*BASE, post("eve", "x", 1)]).read_bytes())
    job = run(admin, "import_process", import_file=name)
    assert job["status"] == "error"
    assert "line 7: there is no user 'eve'" in job["data"]["error"]
    missing = run(admin, "import_process", import_file="gone.zip")
    assert "There is no file gone.zip to import" in missing["data"]["error"]
    out = run(admin, "import_process", import_file="../hub.db")
    assert out["status"] == "error"


@pytest.mark.engines("sqlite")
def test_a_job_that_is_canceled_stops(server: Any, file: bytes, tmp_path: Path) -> None:
    (tmp_path / "site.zip").write_bytes(file)
    jobs = server.plugin("bulk").jobs
    jobs._imports.write("site.zip", [file])
    asked = []

    def progress(percent: int) -> bool:
        asked.append(percent)
        return len(asked) < 5

    data: dict[str, Any] = {"import_file": "site.zip"}
    jobs.import_process(data, progress)
    assert "messages" not in data
    assert server.app.db.fetch_value("SELECT COUNT(*) FROM {posts}") == 0
    jobs.export_process({}, lambda _percent: False)
    assert server.plugin("bulk").exports.names() == []


@pytest.mark.engines("sqlite")
def test_old_files_are_deleted(admin: Any, file: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    bulk = admin.server.plugin("bulk")
    bulk.imports.write("old.zip", [file])
    bulk.exports.write("old.zip", [file])
    assert run(admin, "import_delete")["data"]["deleted"] == "0"
    later = now_ms() + 31 * DAY_MS
    monkeypatch.setattr("hubbub.plugins.bulk.folders.now_ms", lambda: later)
    assert run(admin, "import_delete", again="1")["data"]["deleted"] == "1"
    assert run(admin, "export_delete")["data"]["deleted"] == "1"
    assert (admin.get("/imports").json, admin.get("/exports").json) == ([], [])


@pytest.mark.engines("sqlite")
@pytest.mark.parametrize("path", ["/imports", "/exports", "/exports/x.zip"])
def test_only_who_manages_the_system_may(admin: Any, path: str) -> None:
    bob = admin.server.sign_up("bob")
    assert bob.get(path).status == 403
    assert bob.post("/uploads", {"type": "import", "filename": "x.zip", "file_size": 5}).status == 403
    assert bob.post("/jobs", {"type": "import_process"}).status == 403


@pytest.mark.engines("sqlite")
@pytest.mark.parametrize("name", ["..%2f..%2fconfig.json", "..", "%2e%2e%2fhub.db", "a%2fb"])
def test_no_name_leads_out_of_the_folder(admin: Any, name: str) -> None:
    admin.server.plugin("bulk").exports.write("x.zip", [b"x"])
    assert admin.get(f"/exports/{name}").status in (400, 404)
    assert admin.delete(f"/exports/{name}").status in (200, 400, 404)
    assert (Path(admin.server.app.config.data_directory) / "config.json").exists()


@pytest.mark.engines("sqlite")
@pytest.mark.parametrize("directory", ["./", "/", "../elsewhere"])
def test_the_whole_store_is_no_folder_of_imports(make_server: Any, database: Any, directory: str) -> None:
    server = make_server(database, (*ONLY, "jobs"), ImportSettings={"Directory": directory})
    admin = server.sign_up("root")
    refused = admin.get("/imports")
    assert (refused.status, refused.json["id"]) == (501, "app.import.bulk_import.folder.app_error")
    assert admin.post("/uploads", {"type": "import", "filename": "x.zip", "file_size": 5}).status == 501
