"""Files are found by their names, in channels that the asker is in."""

from typing import Any

from hubbub.tests.plugins.files.kit import ONLY, upload


def names(client: Any, terms: str, team: str = "", **more: Any) -> list[str]:
    """Return the names of the files that are found."""
    answer = client.post(f"/teams/{team}/files/search" if team else "/files/search", {"terms": terms, **more})
    assert answer.status == 200, answer
    return [answer.json["file_infos"][file_id]["name"] for file_id in answer.json["order"]]


def test_files_are_found_by_what_is_known_of_them(make_talk: Any, folder: Any) -> None:
    site = make_talk((*ONLY, "search", "search_database"), FileSettings={"Directory": str(folder)})
    secret = site.make_channel("secret", site.bob, type="P")
    made = ((site.bob, site.channel, "Report 100%.pdf"), (site.carol, site.channel, "report_b.txt"))
    for author, channel, name in (*made, (site.bob, secret, "report-x.txt")):
        file_id = upload(author, channel, name)["id"]
        body = {"channel_id": channel, "message": "m", "file_ids": [file_id]}
        assert author.post("/posts", body).status == 201
    upload(site.bob, site.channel, "report unposted.txt")
    everything = ["report-x.txt", "report_b.txt", "Report 100%.pdf"]
    assert names(site.bob, "report") == everything
    assert names(site.bob, "rep*", site.team) == everything
    assert names(site.carol, "report") == everything[1:]
    assert names(site.dave, "report") == []
    assert names(site.bob, "100%") == ["Report 100%.pdf"]
    assert names(site.bob, "t_b") == ["report_b.txt"]
    assert names(site.bob, "t_x") == []
    assert names(site.bob, "report -report_b") == ["report-x.txt", "Report 100%.pdf"]
    assert names(site.bob, "pdf 100") == ["Report 100%.pdf"]
    assert names(site.bob, "x.txt 100", is_or_search=True) == ["report-x.txt", "Report 100%.pdf"]
    assert names(site.bob, "ext:txt") == ["report-x.txt", "report_b.txt"]
    assert names(site.bob, "report -ext:txt") == ["Report 100%.pdf"]
    assert names(site.bob, "from:carol") == ["report_b.txt"]
    assert names(site.bob, "report in:secret") == ["report-x.txt"]
    assert names(site.bob, "report after:2000-01-01") == everything
    assert names(site.bob, "report before:2000-01-01") == []
    assert names(site.bob, "report", page=1, per_page=2) == ["Report 100%.pdf"]
    assert names(site.bob, "nothing") == []
