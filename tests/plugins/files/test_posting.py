"""Files belong to posts: attached with them, shown with them, gone with them."""

from typing import Any

import pytest

from hubbub.tests.plugins.files.kit import events, picture, upload

sqlite = pytest.mark.engines("sqlite")


def test_a_post_takes_its_files(site: Any) -> None:
    files = [upload(site.bob, site.channel, "a.txt"), upload(site.bob, site.channel, "b.png", picture())]
    ids = [info["id"] for info in files]
    post = site.say(site.bob, "look", file_ids=ids)
    assert post["file_ids"] == ids
    shown = post["metadata"]["files"]
    assert [(info["id"], info["post_id"]) for info in shown] == [(file_id, post["id"]) for file_id in ids]
    page = site.carol.get(f"/channels/{site.channel}/posts").json["posts"][post["id"]]
    assert [info["id"] for info in page["metadata"]["files"]] == ids
    assert [info["id"] for info in site.carol.get(f"/posts/{post['id']}/files/info").json] == ids
    assert site.carol.get(f"/channels/{site.channel}/stats").json["files_count"] == 2
    (posted,) = [data for data in events(site.server, "posted") if data["post"]["message"] == "look"]
    assert (posted["otherFile"], posted["image"]) == ("true", "true")
    assert [info["id"] for info in posted["post"]["metadata"]["files"]] == ids


def test_a_post_without_pictures_says_so(site: Any) -> None:
    site.say(site.bob, "text", file_ids=[upload(site.bob, site.channel)["id"]])
    site.say(site.bob, "nothing")
    text, nothing = events(site.server, "posted")[-2:]
    assert text["otherFile"] == "true"
    assert "image" not in text
    assert "otherFile" not in nothing


def test_files_of_others_of_elsewhere_and_of_other_posts_are_refused(site: Any) -> None:
    other = site.make_channel("other", site.bob)
    taken = upload(site.bob, site.channel)["id"]
    site.say(site.bob, "first", file_ids=[taken])
    foreign = upload(site.carol, site.channel)["id"]
    elsewhere = upload(site.bob, other)["id"]
    for file_id in (taken, foreign, elsewhere, "a" * 26):
        body = {"channel_id": site.channel, "message": "m", "file_ids": [file_id]}
        answer = site.bob.post("/posts", body)
        assert (answer.status, answer.error) == (400, "api.context.invalid_body_param.app_error"), file_id
    assert site.carol.get(f"/files/{foreign}/info").json.get("post_id") is None


@sqlite
def test_a_post_has_ten_files_at_most(site: Any) -> None:
    ids = [upload(site.bob, site.channel)["id"] for _ in range(11)]
    body = {"channel_id": site.channel, "message": "m", "file_ids": ids}
    assert site.bob.post("/posts", body).status == 400
    assert site.bob.post("/posts", {**body, "file_ids": ids[:10]}).status == 201


@sqlite
def test_the_same_post_sent_twice_keeps_its_files(site: Any) -> None:
    file_id = upload(site.bob, site.channel)["id"]
    again = [site.say(site.bob, "m", file_ids=[file_id], pending_post_id=f"{site.bob.id}:1") for _ in range(2)]
    assert again[0]["id"] == again[1]["id"]
    assert site.bob.get(f"/files/{file_id}/info").json["post_id"] == again[0]["id"]


def test_an_edit_leaves_files_out_adds_some_and_brings_them_back(site: Any) -> None:
    old, new = (upload(site.bob, site.channel, name)["id"] for name in ("old.txt", "new.txt"))
    post = site.say(site.bob, "m", file_ids=[old])
    edited = site.bob.put(f"/posts/{post['id']}/patch", {"message": "n", "file_ids": [new]})
    assert edited.status == 200, edited
    assert [info["id"] for info in edited.json["metadata"]["files"]] == [new]
    assert site.carol.get(f"/files/{old}").status == 404
    assert site.carol.get(f"/files/{new}").status == 200
    (event,) = events(site.server, "post_edited")
    assert [info["id"] for info in event["post"]["metadata"]["files"]] == [new]
    (version,) = site.bob.get(f"/posts/{post['id']}/edit_history").json
    assert version["file_ids"] == [old]
    restored = site.bob.post(f"/posts/{post['id']}/restore/{version['id']}")
    assert restored.status == 200, restored
    assert site.carol.get(f"/files/{old}").status == 200
    assert site.carol.get(f"/files/{new}").status == 404


@sqlite
def test_who_may_not_upload_attaches_nothing(site: Any) -> None:
    file_id = upload(site.bob, site.channel)["id"]
    post = site.say(site.bob, "m")
    role = site.alice.get("/roles/name/channel_user").json
    fewer = [name for name in role["permissions"] if name != "upload_file"]
    assert site.alice.put(f"/roles/{role['id']}/patch", {"permissions": fewer}).status == 200
    body = {"channel_id": site.channel, "message": "m", "file_ids": [file_id]}
    assert site.bob.post("/posts", body).status == 403
    assert site.bob.put(f"/posts/{post['id']}/patch", {"file_ids": [file_id]}).status == 403


@sqlite
def test_an_edit_takes_no_file_of_others(site: Any) -> None:
    post = site.say(site.bob, "m")
    foreign = upload(site.carol, site.channel)["id"]
    answer = site.bob.put(f"/posts/{post['id']}/patch", {"file_ids": [foreign]})
    assert (answer.status, answer.error) == (400, "api.context.invalid_body_param.app_error")
    assert site.bob.get(f"/posts/{post['id']}").json.get("file_ids", []) == []


def test_files_go_with_a_deleted_thread(site: Any) -> None:
    ids = [upload(site.bob, site.channel)["id"] for _ in range(2)]
    root = site.say(site.bob, "root", file_ids=ids[:1])
    site.say(site.bob, "reply", root_id=root["id"], file_ids=ids[1:])
    assert site.bob.delete(f"/posts/{root['id']}").status == 200
    assert [site.carol.get(f"/files/{file_id}").status for file_id in ids] == [404, 404]
    assert site.carol.get(f"/channels/{site.channel}/stats").json["files_count"] == 0
    path = f"/posts/{root['id']}/files/info"
    assert site.bob.get(path).status == 404
    assert site.bob.get(path, query={"include_deleted": "true"}).status == 403
    assert [info["id"] for info in site.alice.get(path, query={"include_deleted": "true"}).json] == ids[:1]


def test_files_move_with_their_thread(make_site: Any) -> None:
    site = make_site(FeatureFlags={"MoveThreadsEnabled": True})
    target = site.make_channel("target", site.bob)
    file_id = upload(site.bob, site.channel)["id"]
    root = site.say(site.bob, "root", file_ids=[file_id])
    moved = site.alice.post(f"/posts/{root['id']}/move", {"channel_id": target})
    assert moved.status == 200, moved
    info = site.bob.get(f"/files/{file_id}/info").json
    assert info["channel_id"] == target
    assert info["post_id"] not in ("", root["id"])
    page = site.bob.get(f"/channels/{target}/posts").json["posts"][info["post_id"]]
    assert [shown["id"] for shown in page["metadata"]["files"]] == [file_id]
    assert site.carol.get(f"/channels/{site.channel}/stats").json["files_count"] == 0


@sqlite
def test_a_page_of_posts_costs_one_query_for_files_and_none_without(site: Any) -> None:
    def queries() -> int:
        seen: list[str] = []
        db = site.server.app.db
        ask = db.fetch_all

        def fetch_all(statement: Any, *args: Any, **more: Any) -> Any:
            seen.append(str(statement))
            return ask(statement, *args, **more)

        db.fetch_all = fetch_all
        try:
            site.carol.get(f"/channels/{site.channel}/posts", query={"per_page": "59"})
        finally:
            del db.fetch_all
        return sum("fileinfo" in text for text in seen)

    site.say(site.bob, "m")
    assert queries() == 0
    for _ in range(3):
        site.say(site.bob, "m", file_ids=[upload(site.bob, site.channel)["id"]])
    assert queries() == 1
