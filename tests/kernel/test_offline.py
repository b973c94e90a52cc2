"""Pages that open without a network: what the browser's program is told, and which page may be kept."""

import hashlib
import json

import pytest

from skillhub.kernel import offline
from skillhub.kernel.settings import ROOT
from tests import make


def test_the_program_is_told_where_the_list_is(client):
    answer = client.get("/worker.js")
    assert answer.mimetype == "text/javascript"
    assert answer.headers["Cache-Control"] == "no-cache"
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    first = answer.text.partition("\n")[0]
    told = json.loads(first.removeprefix("const PLACE = ").removesuffix(";"))
    assert (told["files"], told["list"]) == ("/static/", "/worker.json")


def test_the_list_knows_every_file_by_its_content(client):
    answer = client.get("/worker.json")
    assert answer.headers["Cache-Control"] == "no-cache"
    files = answer.json["files"]
    for address, digest in files.items():
        content = (ROOT / address.removeprefix("/")).read_bytes()
        assert hashlib.sha256(content).hexdigest() == digest, address
    table = {f"/static/js/table/{p.name}" for p in (ROOT / "static/js/table").iterdir()}
    assert {name for name in table if name.endswith(".js")} <= files.keys()


@pytest.mark.parametrize("path", ["/worker.js", "/worker.json"])
def test_the_same_is_sent_once(client, path):
    mark = client.get(path).headers["ETag"]
    assert client.get(path, headers={"If-None-Match": mark}).status_code == 304


@pytest.mark.parametrize("name", offline.FILES)
def test_every_file_is_there(name):
    assert list(offline.STATIC.glob(name))


@pytest.mark.parametrize("changed", ["js/table/page.js", "css/table.css"])
def test_a_changed_file_is_another_build(changed, tmp_path, monkeypatch):
    for name in offline._digests():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes((offline.STATIC / name).read_bytes())
    before = offline.build()
    monkeypatch.setattr(offline, "STATIC", tmp_path)
    assert offline.build() == before
    with (tmp_path / changed).open("a") as file:
        file.write("\n")
    assert offline.build() != before


def test_another_build_does_not_change_the_program(client, tmp_path, monkeypatch):
    """A browser may lose a request to a program that it is just replacing."""
    before = client.get("/worker.js").data
    monkeypatch.setattr(offline, "_digests", lambda: {"js/table/page.js": "another"})
    assert client.get("/worker.js").data == before


def test_only_the_table_may_be_kept_and_says_for_whom(sign_in, root):
    event = make.event(make.competition(root))
    make.entry(event, "01")
    user = make.user("organiser", root)
    client, own = sign_in(user), f"/competitions/{event.competition_id}/events/{event.id}"
    build = client.get("/worker.json").json["build"]
    page = client.get(f"{own}/table")
    assert page.headers[offline.KEEP] == f"{build} {user.id}"
    assert page.headers["Cache-Control"] == "no-store"  # by anything but the program
    for path in (f"{own}/marks", f"{own}/table/places", own, "/", "/worker.js", "/worker.json"):
        assert offline.KEEP not in client.get(path).headers, path


def test_a_program_is_asked_for_each_time_it_is_used(client):
    for path, kept in (("js/table/page.js", "no-cache"), ("css/tokens.css", "max-age=86400")):
        assert kept in client.get(f"/static/{path}").headers["Cache-Control"], path
