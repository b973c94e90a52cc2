"""What somebody writes as HTML goes through the same walls as every template: refused, noted, and nothing fetched."""

import http.server
import threading

import pytest

from skillhub.designs import queries
from skillhub.kernel.db import db
from skillhub.kernel.journal import JournalLine
from tests import make
from tests.designs import drawn
from tests.kernel.test_press_fetch import CSS, HEAD, HTML, Counting
from tests.kernel.test_press_sandbox import PAYLOADS


@pytest.fixture(scope="module")
def server():
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Counting) as server:
        server.hits = []
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def version(root):
    return queries.draft_of(drawn.design(root).id)


@pytest.fixture
def writer(root, sign_in):
    return sign_in(make.user("template_writer", root))


def written(version, page="", style="", head=""):
    texts = queries.texts_of(version)
    return {
        "version": version.version,
        "about": texts["about.toml"],
        "page": texts["page.html"]
        .replace("</head>", f"{head}</head>")
        .replace("</body>", f"{page}</body>"),
        "style": texts["page.css"] + style,
    }


def refusals():
    rows = db.session.query(JournalLine).filter_by(verb="designs.refused")
    return [row.why for row in rows.order_by(JournalLine.id)]


def send(writer, version, **more):
    before = (version.document, version.making)
    answer = writer.post(f"/designs/{version.design_id}/raw", data=written(version, **more))
    db.session.refresh(version)
    return answer, (version.document, version.making) == before


def test_what_prints_is_saved_and_shown(version, writer):
    answer, same = send(writer, version, page="<p>{{ award }}</p>")
    assert (answer.status_code, same) == (200, False)
    assert "data:image/png;base64," in answer.text
    assert version.making == "written"
    assert refusals() == []


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_payload_is_refused_noted_and_not_kept(payload, version, writer):
    answer, same = send(writer, version, page=f"<p>{payload}</p>")
    assert (answer.status_code, same) == (422, True)
    assert refusals()[0].startswith("template")


VECTORS = [
    *(pytest.param({"page": text}, id=name) for name, text in HTML.items()),
    *(pytest.param({"head": text}, id=name) for name, text in HEAD.items()),
    *(pytest.param({"style": text}, id=name) for name, text in CSS.items()),
]


@pytest.mark.parametrize("where", VECTORS)
def test_nothing_is_fetched_by_what_somebody_writes(where, version, writer, server, tmp_path):
    secret = tmp_path / "canary.svg"
    secret.write_bytes(b"CANARY")
    site = f"http://127.0.0.1:{server.server_port}"
    known = {"http": f"{site}/canary.svg", "redirect": f"{site}/redirect", "file": secret.as_uri()}
    server.hits.clear()
    words = {part: text.format(**known) for part, text in where.items()}
    answer, same = send(writer, version, **words)
    assert server.hits == []
    assert answer.status_code == 422 or "CANARY" not in answer.text
    assert same is (answer.status_code == 422)
    assert bool(refusals()) is same


@pytest.mark.parametrize(
    "address",
    ["file:///etc/passwd", "http://169.254.169.254/latest/meta-data/", "//example.org/x.png"],
)
def test_files_and_inner_addresses_are_refused_by_name(address, version, writer):
    answer, same = send(writer, version, page=f'<img src="{address}" alt="a">')
    assert (answer.status_code, same) == (422, True)
    assert "asks for something outside its folder" in answer.text
    assert refusals()[0].startswith("fetch")


def test_without_the_right_nobody_writes(version, root, sign_in):
    staff = sign_in(make.user("certificate_staff", root))
    assert staff.post(f"/designs/{version.design_id}/raw", data=written(version)).status_code == 403
    assert "Write HTML" not in staff.get(f"/designs/{version.design_id}").text


def test_who_writes_from_an_older_state_keeps_what_was_typed(version, writer):
    words = written(version, page="<p>mine</p>") | {"version": version.version + 7}
    answer = writer.post(f"/designs/{version.design_id}/raw", data=words)
    assert answer.status_code == 409
    assert "&lt;p&gt;mine" in answer.text


def test_a_file_that_was_brought_in_with_an_address_in_it_is_never_published(
    version, root, sign_in
):
    row = version.design
    texts = queries.texts_of(version)
    texts["page.html"] = texts["page.html"].replace(
        "</body>", '<img src="file:///etc/passwd" alt="a"></body>'
    )
    make.changed(version, document=texts, making="written", state="sent", sent_by="drawer")
    looker = sign_in(make.user("certificate_staff", root))
    answer = looker.post(f"/designs/{row.id}/publish", data={"version": version.version})
    assert answer.status_code == 422
    assert version.state == "sent"
    assert refusals()[0].startswith("fetch")


@pytest.mark.parametrize(
    ("key", "value", "told"),
    [
        ("title", '"My certificate"', "Write the title as"),
        ("title", "{ zh = 3 }", "Write the title as"),
        ("title", '{ fr = "Certificat" }', "Write the title as"),
        ("title", "{}", "Write the title as"),
        ("languages", '["fr"]', "The languages of a paper are zh, en or both."),
        ("size", '"10cm 20cm"', "is no size of paper"),
        ("size", '"1.2.3mm 4mm"', "is no size of paper"),
    ],
)
def test_an_about_that_would_break_the_pages_of_others_is_not_saved(
    version, writer, key, value, told
):
    """Saved once, every page that offers templates asked for a title that was none."""
    words = written(version)
    lines = words["about"].splitlines()
    words["about"] = "\n".join(
        f"{key} = {value}" if line.startswith(f"{key} =") else line for line in lines
    )
    answer = writer.post(f"/designs/{version.design_id}/raw", data=words)
    assert answer.status_code == 422
    assert told in answer.text
    assert queries.draft_of(version.design_id).making == "drawn"
