"""What a stranger is told about a paper, and how guessing is slowed down."""

import random
from datetime import date
from decimal import Decimal

import pypdfium2
import pytest
import zxingcpp
from sqlalchemy import event

from skillhub.certificates import queries, rules, services
from skillhub.certificates.models import Certificate
from skillhub.kernel.access import OPERATOR
from skillhub.kernel.clock import now
from skillhub.kernel.db import db
from skillhub.kernel.limits import limiter
from skillhub.kernel.settings import settings
from skillhub.results.models import ResultLine
from tests import make
from tests.certificates import awarded

LARGEST = 20_000
ABSENT = rules.code_of(12345)


@pytest.fixture
def cup(root):
    return awarded.competition(root)


@pytest.fixture
def first(cup):
    awarded.issue(cup)
    return awarded.all_of(cup)[0]


@pytest.fixture
def limits():
    """The limits as in a server."""
    limiter.enabled = True
    limiter.reset()
    yield
    limiter.reset()
    limiter.enabled = False


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
    ("typed", "heading", "said"),
    [
        pytest.param(ABSENT, "Unknown", "never issued", id="a code nobody has"),
        pytest.param(
            "SH-2020-00001-" + rules.check_sign("SH202000001"),
            "Unknown",
            "never issued",
            id="a number",
        ),
        pytest.param("hello", "No number and no code", "27 letters and digits", id="a word"),
        pytest.param(ABSENT[:9], "No number and no code", "the shape of neither", id="half a code"),
        pytest.param("李伟", "No number and no code", "A name is not looked up", id="a name"),
        pytest.param(
            ABSENT[:-1] + ("0" if ABSENT[-1] != "0" else "1"),
            "Mistyped",
            "A sign of this is mistyped",
            id="a slip",
        ),
    ],
)
def test_the_fifth_answer(client, root, typed, heading, said):
    for address in (f"/v/{typed}", f"/verify?q={typed}"):
        page = client.get(address, follow_redirects=True)
        assert page.status_code == 404
        assert f"<h1>{heading}</h1>" in page.text
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


@pytest.mark.parametrize("address", ["/verify", "/verify/file", f"/v/{ABSENT}"])
def test_one_chinese_word_for_verifying(client, root, address):
    client.set_cookie("language", "zh")
    page = client.get(address).text
    assert "查验" in page
    assert "验证码" not in page and "核验" not in page  # a captcha; the check of a qualification


def test_unknown_of_a_badge_is_not_a_paper_never_issued(client, root):
    client.set_cookie("language", "zh")
    page = client.get("/badges").text
    assert "无法得知" in page and "查无此证" not in page


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
    address = f"/v/{first.code}"
    client.get(address)  # draws the page of this state
    asked = []
    event.listen(db.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    assert client.get(address).status_code == 200
    assert len(asked) == 1


def test_a_page_drawn_before_is_the_one_the_application_gives(first, client):
    """The short way and the long way say the same, letter by letter, in both languages and colours."""
    for cookies in ({}, {"language": "zh"}, {"theme": "dark"}):
        for name, value in cookies.items():
            client.set_cookie(name, value)
        for code in (first.code.lower(), ABSENT.lower(), "hello"):
            pages = [client.get(f"/v/{code}") for _ in range(3)]
            assert len({page.data for page in pages}) == 1
            assert "X-Request-Id" not in pages[-1].headers  # it was the short way
            for name in ("Cache-Control", "X-Robots-Tag", "Content-Security-Policy"):
                assert len({page.headers[name] for page in pages}) == 1, name


def test_nothing_private_stands_on_any_page(root, client):
    cup = awarded.competition(root)
    entry = queries.waiting(cup)[0].entry
    own = {"number": "W-778899", "birth_date": date(1987, 6, 5), "phone": "13900001234"}
    make.changed(entry.person, **own)
    make.changed(
        db.session.query(ResultLine).filter_by(entry_id=entry.id).one(), total=Decimal("87.65")
    )
    awarded.issue(cup)
    paper = next(row for row in awarded.all_of(cup) if row.award.entry_id == entry.id)
    for address in (f"/v/{paper.code}", f"/verify?q={paper.number}"):
        text = client.get(address).text
        for word in ("778899", "1987", "13900001234", "87.65"):
            assert word not in text, address


def test_guessing_is_slowed_down_and_honest_looks_are_not(first, client, limits):
    for _ in range(40):
        assert client.get(f"/v/{first.code}").status_code == 200
    seen = [client.get(f"/v/{ABSENT}").status_code for _ in range(31)]
    assert seen == [404] * 30 + [429]
    slow = client.get("/verify?q=hello")
    assert slow.status_code == 429
    assert int(slow.headers["Retry-After"]) > 0


def test_behind_the_address_of_one_who_guesses_papers_are_still_verified(first, client, limits):
    for _ in range(40):
        client.get(f"/v/{ABSENT}")
    assert client.get(f"/v/{ABSENT}").status_code == 429
    for _ in range(60):  # thirty seconds of somebody who looks twice a second
        assert client.get(f"/v/{first.code}").status_code == 200
    assert client.get("/verify", query_string={"q": first.number}).status_code == 200


def test_numbers_are_not_counted_through(first, client, limits):
    """Numbers follow one another, and each that exists says so: sixty in two minutes, then wait."""
    number = f"/verify?q={first.number}"
    assert [client.get(number).status_code for _ in range(61)] == [200] * 60 + [429]
    assert client.get("/verify").status_code == 200
    assert client.get(f"/v/{first.code}").status_code == 200


def test_who_looked_is_not_logged(first, client, caplog):
    with caplog.at_level("INFO"):
        client.get(f"/v/{first.code}")
    (line,) = [r.getMessage() for r in caplog.records if r.name == "skillhub.verifying.views"]
    assert line == "verify: valid by code"


def test_no_stranger_writes_into_the_page_of_another(first, client):
    address = f"/v/{first.code.lower()}"
    assert "planted" in client.get(f"{address}?planted=1").text  # the page links back to itself
    assert "planted" not in client.get(address).text


@pytest.mark.slow
def test_a_million_guesses_find_nothing(first, cup):
    """Well-formed codes with the right check sign, as many as a patient robot would try."""
    assert rules.CODE_BITS >= 128
    chance, found = random.Random(15), 0
    for _ in range(1000):
        guesses = [rules.code_of(chance.getrandbits(rules.CODE_BITS)) for _ in range(1000)]
        assert rules.read_typed(guesses[0].lower()).kind is rules.TypedAs.CODE
        found += db.session.query(Certificate.id).filter(Certificate.code.in_(guesses)).count()
    assert found == 0
    assert db.session.query(Certificate.id).filter(Certificate.code.in_([first.code])).count() == 1
