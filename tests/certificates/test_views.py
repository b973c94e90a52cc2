"""The pages of certificates as staff and strangers see them."""

import re

import pypdfium2
import pytest
import zxingcpp
from sqlalchemy import event

from skillhub.certificates import queries, rules, services, works
from skillhub.certificates.models import CertificateState
from skillhub.kernel import prints, workers
from skillhub.kernel.access import OPERATOR
from skillhub.kernel.clock import now
from skillhub.kernel.db import db
from skillhub.kernel.limits import limiter
from skillhub.kernel.settings import settings
from tests import make
from tests.certificates import awarded

LARGEST = 20_000
ABSENT = rules.code_of(12345)


@pytest.fixture
def cup(root):
    return awarded.competition(root)


@pytest.fixture
def staff(root, sign_in):
    return sign_in(make.user("certificate_staff", root))


@pytest.fixture
def first(cup):
    awarded.issue(cup)
    return awarded.all_of(cup)[0]


def at(cup, rest=""):
    return f"/competitions/{cup.id}/certificates{rest}"


def test_from_the_look_to_the_papers(cup, staff):
    page = staff.get(at(cup))
    assert "Issue 3 certificates" in page.text
    page = staff.get(at(cup, "/issue"))
    assert re.search(r"3</b>\s+ready", page.text)

    asked = staff.post(
        at(cup, "/issue"), data={"template": "award", "event": "0", "signatories": "林致远 = Chair"}
    )
    assert asked.status_code == 302
    assert "waiting" in staff.get(asked.location).text.casefold()
    assert workers.run_next(works.WORKS)
    done = staff.get(asked.location)
    assert "3 issued, 0 not" in done.text
    progress = staff.get(f"{asked.location}/progress").json
    assert progress == {"done": 3, "total": 3, "state": "done"}
    assert awarded.all_of(cup)[0].facts["signatory_roles"] == ["Chair"]

    asked = staff.post(at(cup, "/print"), data={"event": "0", "order": "name", "file": "pdf"})
    assert workers.run_next(works.WORKS)
    assert "Download" in staff.get(asked.location).text
    file = staff.get(f"{asked.location}/file")
    assert len(pypdfium2.PdfDocument(file.data)) == 3
    part = staff.get(f"{asked.location}/file", headers={"Range": "bytes=0-3"})
    assert (part.status_code, part.data) == (206, b"%PDF")
    prints.printed_file(int(asked.location.rpartition("/")[2]), "pdf").unlink()
    assert staff.get(f"{asked.location}/file").status_code == 409


def test_the_look_names_what_cannot_be_printed(root, staff):
    cup = awarded.competition(root, ("李伟", "王\U00012000"))
    page = staff.get(at(cup, "/issue"))
    assert "U+12000" in page.text
    assert re.search(r"1</b>\s+ready", page.text)


def test_a_pdf_is_named_for_every_browser_and_comes_in_parts(first, staff):
    answer = staff.get(f"/certificates/{first.id}/pdf")
    assert answer.data == queries.pdf_of(first.id)
    named = answer.headers["Content-Disposition"]
    assert named.startswith(f"inline; filename=\"{first.number}.pdf\"; filename*=UTF-8''00001_")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    part = staff.get(f"/certificates/{first.id}/pdf", headers={"Range": "bytes=5-7"})
    assert (part.status_code, len(part.data)) == (206, 3)
    saved = staff.get(f"/certificates/{first.id}/pdf?save=1")
    assert saved.headers["Content-Disposition"].startswith("attachment")


def test_replacing_and_withdrawing_with_a_reason(cup, first, staff):
    own = f"/certificates/{first.id}"
    page = staff.post(f"{own}/replace", data={"why": "", "template": "award"})
    assert "This field is required" in page.text
    asked = staff.post(f"{own}/replace", data={"why": "misspelt", "template": "award"})
    assert asked.status_code == 302
    workers.run_next(works.WORKS)
    assert first.state == "replaced"
    new = first.replaced_by
    assert new.state == "issued"
    assert "misspelt" in staff.get(own).text
    staff.post(f"/certificates/{new.id}/withdraw", data={"why": "fraud"})
    assert new.state == "withdrawn"
    again = staff.post(f"/certificates/{new.id}/withdraw", data={"why": "fraud"})
    assert "withdrawn; this cannot be done" in again.text


def test_a_reserved_number_is_given_up(cup, staff):
    proof = queries.proof(queries.waiting(cup), awarded.template())
    day = now().date()
    services.reserve(cup, proof.ready, awarded.template(), OPERATOR, now(), day)
    row = awarded.all_of(cup)[0]
    assert "Give up" in staff.get(f"/certificates/{row.id}/withdraw").text
    staff.post(f"/certificates/{row.id}/withdraw", data={"why": "wrong year"})
    assert row.state == CertificateState.VOID
    assert staff.get(f"/certificates/{row.id}/pdf").status_code == 409


def test_found_by_number_and_by_name(cup, first, staff):
    for words in (first.number.lower(), "欧阳", first.number[-7:]):
        page = staff.get("/certificates", query_string={"q": words})
        assert "SH-" in page.text.split("<tbody>")[1], words
    assert "Nothing found" in staff.get("/certificates?q=nobody").text


def test_an_auditor_reads_and_issues_nothing(root, cup, sign_in):
    auditor = sign_in(make.user("auditor", root))
    assert auditor.get(at(cup)).status_code == 200
    assert "Issue 3" not in auditor.get(at(cup)).text
    assert auditor.post(at(cup, "/issue")).status_code == 403


# --- what a stranger sees


def expire(row):
    with services.transaction():
        row.expires_on = now().date().replace(year=2020)
        services.act(OPERATOR, "test.expire", row)


def end(how, row):
    if how == "expired":
        expire(row)
    elif how == "withdrawn":
        services.withdraw(row, "fraud", OPERATOR, now())
    elif how == "replaced":
        services.replace(row, "misspelt", awarded.template(), OPERATOR, now(), now().date())


@pytest.mark.parametrize("answer", ["valid", "expired", "replaced", "withdrawn"])
def test_four_answers_about_what_we_issued(cup, first, client, answer):
    end(answer, first)
    page = client.get(f"/v/{first.code.lower()}")
    assert page.status_code == 200
    assert f"<h1>{answer.title()}</h1>" in page.text
    for name in (
        "holder_name",
        "organisation",
        "award",
        "award_en",
        "event",
        "competition_en",
        "number",
    ):
        assert first.facts[name] in page.text
    assert settings.public_url in page.text
    assert len(page.data) < LARGEST
    assert "Set-Cookie" not in page.headers
    assert "<script" not in page.text
    if answer == "replaced":
        assert first.replaced_by.number in page.text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        pytest.param(ABSENT, "never issued", id="a code nobody has"),
        pytest.param(
            "SH-2020-00001-" + rules.check_sign("SH202000001"), "never issued", id="a number"
        ),
        pytest.param("hello", "never issued", id="a word"),
        pytest.param(ABSENT[:-1] + ("0" if ABSENT[-1] != "0" else "1"), "mistyped", id="a slip"),
    ],
)
def test_the_fifth_answer(client, root, typed, said):
    for address in (f"/v/{typed}", f"/verify?q={typed}"):
        page = client.get(address, follow_redirects=True)
        assert page.status_code == 404
        assert "<h1>Unknown</h1>" in page.text
        assert said in page.text


def test_a_reserved_number_is_unknown_to_strangers(cup, client):
    proof = queries.proof(queries.waiting(cup), awarded.template())
    day = now().date()
    services.reserve(cup, proof.ready, awarded.template(), OPERATOR, now(), day)
    row = awarded.all_of(cup)[0]
    assert client.get(f"/v/{row.code}").status_code == 404
    assert row.facts["holder_name"] not in client.get(f"/v/{row.code}").text


def test_the_number_alone_tells_little(first, client):
    page = client.get("/verify", query_string={"q": first.number.lower().replace("-", " ")})
    assert "<h1>Valid</h1>" in page.text
    assert "李*" in page.text
    for name in ("holder_name", "organisation", "award", "competition", "event"):
        assert first.facts[name] not in page.text
    assert first.code.lower() not in page.text.lower()


def test_the_answer_is_given_in_chinese_too(first, client):
    client.set_cookie("language", "zh")
    page = client.get(f"/v/{first.code}")
    assert 'lang="zh-Hans"' in page.text


def test_the_printed_code_leads_to_the_page(first, client):
    document = pypdfium2.PdfDocument(queries.pdf_of(first.id))
    picture = document[0].render(scale=200 / 72).to_pil().convert("L")
    document.close()
    (code,) = zxingcpp.read_barcodes(picture)
    assert code.text.startswith(f"{settings.public_url}/v/")
    page = client.get(code.text.removeprefix(settings.public_url))
    assert "<h1>Valid</h1>" in page.text
    assert first.facts["holder_name"] in page.text


def test_it_asks_the_database_once(first, client):
    asked = []
    event.listen(db.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    client.get(f"/v/{first.code}")
    assert len([sql for sql in asked if sql.lstrip().upper().startswith("SELECT")]) <= 2


def test_guessing_is_slowed_down_and_honest_looks_are_not(first, client):
    limiter.enabled = True
    try:
        limiter.reset()
        for _ in range(40):
            assert client.get(f"/v/{first.code}").status_code == 200
        seen = [client.get(f"/v/{ABSENT}").status_code for _ in range(31)]
        assert seen == [404] * 30 + [429]
        slow = client.get("/verify?q=hello")
        assert slow.status_code == 429
        assert int(slow.headers["Retry-After"]) > 0
    finally:
        limiter.reset()
        limiter.enabled = False


def test_numbers_are_not_counted_through(first, client):
    """Numbers follow one another, and each that exists says so: sixty in two minutes, then wait."""
    limiter.enabled = True
    try:
        limiter.reset()
        number = f"/verify?q={first.number}"
        assert [client.get(number).status_code for _ in range(61)] == [200] * 60 + [429]
        assert client.get("/verify").status_code == 200
        assert client.get(f"/v/{first.code}").status_code == 200
    finally:
        limiter.reset()
        limiter.enabled = False


def test_who_looked_is_not_logged(first, client, caplog):
    with caplog.at_level("INFO"):
        client.get(f"/v/{first.code}")
    (line,) = [r.getMessage() for r in caplog.records if r.name == "skillhub.certificates.views"]
    assert line == "verify: valid by code"


def test_no_stranger_writes_into_the_page_of_another(first, client):
    address = f"/v/{first.code.lower()}"
    assert "planted" in client.get(f"{address}?planted=1").text  # the page links back to itself
    assert "planted" not in client.get(address).text
