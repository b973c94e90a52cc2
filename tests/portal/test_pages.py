"""What a worker sees: the own standing and nothing of anybody else."""

import re
from datetime import timedelta

import pytest

from skillhub.accounts.models import User
from skillhub.kernel.db import db
from skillhub.kernel.journal import JournalLine
from skillhub.marking.models import Sheet
from tests import make
from tests.portal import workers

WORKER_PAGES = (
    "/standing",
    "/standing/results",
    "/standing/certificates",
    "/standing/qualifications",
    "/standing/changes",
)


def text_of(page):
    """What a reader sees of a page, in one line."""
    return " ".join(re.sub(r"<[^>]+>", " ", page.text).split())


@pytest.fixture
def full(root, sign_in):
    person, user = workers.full(root)
    return person, sign_in(user)


@pytest.mark.parametrize(
    "shown",
    [
        pytest.param("2nd of 8", id="place and field of the latest result"),
        pytest.param("94.00", id="the total"),
        pytest.param("Silver", id="the award"),
        pytest.param("1 valid", id="certificates in force"),
        pytest.param("41 days left", id="what runs out next"),
        pytest.param("2 of 3 met", id="how near an incentive is"),
        pytest.param("Attendance as required", id="what an incentive waits for"),
        pytest.param("Ask: District federation.", id="whom to ask"),
        pytest.param("As of ", id="as of when"),
    ],
)
def test_a_worker_with_everything_sees(full, shown):
    _, browser = full
    assert shown in text_of(browser.get("/standing"))


def test_nothing_of_anybody_else_is_shown(full):
    _, browser = full
    for path in (
        *WORKER_PAGES,
        "/standing/results/2",
        "/standing/certificates/1",
        "/standing/incentives/1",
    ):
        page = browser.get(path)
        assert page.status_code == 200, path
        assert "Rival" not in page.text


@pytest.mark.parametrize("path", WORKER_PAGES)
def test_a_worker_with_nothing_is_told_what_comes(root, sign_in, path):
    _, user = workers.empty(root)
    page = sign_in(user).get(path)
    assert page.status_code == 200
    if path == "/standing":
        assert text_of(page).count("none yet") == 3


@pytest.mark.parametrize(
    ("marks", "shown"),
    [
        pytest.param(None, "entered", id="no mark yet"),
        pytest.param({"score": 87}, "being marked", id="marked"),
    ],
)
def test_a_result_that_is_not_final_stays_in(root, sign_in, marks, shown):
    person, user = workers.empty(root)
    event = make.event(make.competition(root))
    entry = make.entry(
        event, "1", person=person, marks=marks, status="DSQ", status_reason="a phone"
    )
    browser = sign_in(user)
    for path in ("/standing", "/standing/results", f"/standing/results/{entry.id}"):
        page = text_of(browser.get(path))
        assert shown in page
        assert not {"87", "1st", "disqualified", "a phone"} & set(
            re.findall(r"\w[\w ]*\w|\w", page)
        )


def test_a_result_taken_back_is_no_longer_shown(full):
    _, browser = full
    db.session.execute(db.text("UPDATE events SET state = 'prepared'"))
    db.session.commit()
    page = text_of(browser.get("/standing"))
    assert "2nd of 8" not in page
    assert "being marked" in page


def test_a_team_result_is_each_members_own(root, sign_in):
    person, user = workers.empty(root)
    judge, checker = make.user("judge", root), make.user("checker", root)
    workers.final_event(root, make.occupation(), person, judge, checker, 0, team=True)
    page = sign_in(user).get("/standing/results")
    assert "1st of 9" in text_of(page)
    assert "Harbour Team" in page.text
    assert "Some Colleague" not in page.text


@pytest.mark.parametrize(
    ("values", "shown"),
    [
        pytest.param({"expires_on": workers.TODAY}, "valid", id="on its last day"),
        pytest.param(
            {"expires_on": workers.TODAY - timedelta(days=1)}, "expired", id="the day after"
        ),
        pytest.param({"state": "withdrawn", "ended_why": "an error"}, "withdrawn", id="withdrawn"),
    ],
)
def test_a_certificate_says_how_it_stands(root, sign_in, values, shown):
    person, user = workers.empty(root)
    judge, checker = make.user("judge", root), make.user("checker", root)
    event = workers.final_event(root, make.occupation(), person, judge, checker, 0)
    paper = workers.make_paper(event, person, root, **values)
    page = sign_in(user).get(f"/standing/certificates/{paper.id}")
    assert shown in text_of(page)
    assert paper.number in page.text
    assert 'data-bs-theme="light"' in page.text


def test_links_that_look_alike_say_aloud_which_paper_they_are_of(root, sign_in):
    person, user = workers.empty(root)
    judge, checker = make.user("judge", root), make.user("checker", root)
    event = workers.final_event(root, make.occupation(), person, judge, checker, 0)
    paper = workers.make_paper(event, person, root)
    page = sign_in(user).get("/standing").text
    for word in ("Show", "Download"):
        assert f'aria-label="{word} {paper.number}"' in page


def test_only_own_rows_open(root, sign_in):
    """Of many guessed addresses, exactly the own ones open."""
    workers.full(root, rows=3)
    person, user = workers.empty(root)
    judge, checker = make.user("judge", root), make.user("checker", root)
    event = workers.final_event(root, make.occupation("other"), person, judge, checker, 7, of=3)
    own = workers.make_paper(event, person, root)
    browser = sign_in(user)
    opened = [
        path
        for kind in ("results/{}", "certificates/{}", "certificates/{}.pdf")
        for path in (f"/standing/{kind.format(n)}" for n in range(40))
        if browser.get(path).status_code != 404
    ]
    mine = [path for path in opened if "results" not in path]
    assert mine == [f"/standing/certificates/{own.id}", f"/standing/certificates/{own.id}.pdf"]
    assert len(opened) == 3


@pytest.mark.parametrize(
    ("role", "place", "status"),
    [
        pytest.param("organiser", "root", 200, id="an organiser over the worker's unit"),
        pytest.param("auditor", "root", 200, id="an auditor"),
        pytest.param("organiser", "other", 404, id="an organiser elsewhere"),
        pytest.param("judge", "root", 403, id="a judge"),
        pytest.param("worker", "root", 403, id="another worker"),
    ],
)
def test_who_may_see_a_workers_standing(root, sign_in, role, place, status):
    person, _ = workers.full(root)
    where = root if place == "root" else make.organisation("elsewhere", parent=root)
    user = make.user(role, where, person=make.person())
    assert sign_in(user).get(f"/people/{person.id}/standing").status_code == status


def test_an_account_without_a_worker_is_told_so(root, sign_in):
    page = sign_in(make.user("worker", root)).get("/standing")
    assert page.status_code == 403
    assert "worker number" in page.text


def test_changes_name_who_and_what_in_words(full):
    _, browser = full
    page = text_of(browser.get("/standing/changes"))
    for sentence in (
        "You were entered in an event.",
        "A qualification of yours was registered.",
        "by operator",
    ):
        assert sentence in page


def test_marks_that_are_not_final_stay_out_of_the_changes(root, sign_in):
    person, user = workers.empty(root)
    event = make.event(make.competition(root))
    make.entry(event, "1", person=person, marks={"score": 87})
    page = text_of(sign_in(user).get("/standing/changes"))
    assert "You were entered" in page
    assert "mark of yours" not in page


def test_looking_writes_nothing(full):
    _, browser = full
    lines, sheets = db.session.query(JournalLine).count(), db.session.query(Sheet).count()
    for path in (*WORKER_PAGES, "/language/zh?next=/standing", "/theme/dark?next=/standing"):
        answer = browser.get(path)
        assert answer.headers["Cache-Control"] == "no-store"
    assert (lines, sheets) == (
        db.session.query(JournalLine).count(),
        db.session.query(Sheet).count(),
    )


def test_home_leads_each_where_they_belong(client, root, sign_in):
    assert "Check a certificate" in client.get("/").text
    _, worker = workers.empty(root)
    assert sign_in(worker).get("/").location == "/standing"
    assert sign_in(make.user("checker", root)).get("/").location == "/work"
    lone: User = make.user()
    assert sign_in(lone).get("/").location == "/work"
    assert "Nothing waits for you" in sign_in(lone).get("/work").text


@pytest.mark.parametrize(
    ("address", "goes"),
    [
        pytest.param("/standing?a=1", "/standing?a=1", id="a page of ours"),
        pytest.param("//evil.example/", "/", id="another host"),
        pytest.param("https://evil.example/", "/", id="a scheme"),
        pytest.param("/\\evil.example", "/", id="a backslash"),
        pytest.param("/\t/evil.example", "/", id="a tab that browsers drop"),
        pytest.param("javascript:alert(1)", "/", id="a script"),
        pytest.param("", "/", id="nothing"),
    ],
)
def test_a_choice_leads_back_only_inside(client, address, goes):
    answer = client.get("/language/zh", query_string={"next": address})
    assert (answer.status_code, answer.location) == (302, goes)


@pytest.mark.parametrize(
    ("path", "cookie"),
    [("/language/zh", "language=zh"), ("/theme/dark", "theme=dark")],
)
def test_a_choice_is_kept_for_a_year(client, path, cookie):
    kept = client.get(path).headers["Set-Cookie"]
    assert kept.startswith(cookie)
    assert "Max-Age=31536000" in kept
    assert "SameSite=Lax" in kept


def test_what_is_not_offered_cannot_be_chosen(client):
    assert client.get("/language/fr").status_code == 404
    assert client.get("/theme/pink").status_code == 404


def test_chinese_names_for_a_chinese_reader(full):
    _, browser = full
    browser.get("/language/zh?next=/standing")
    page = browser.get("/standing").text
    assert 'lang="zh-Hans"' in page
    assert "焊接" in page
    assert "2026年技能补贴" in page


def test_an_award_without_its_paper_is_not_passed_over(root, sign_in):
    person, user = workers.empty(root)
    trade = make.occupation("welder", name="Welder", name_zh="焊工")
    judge, checker = make.user("judge", root), make.user("checker", root)
    event = workers.final_event(root, trade, person, judge, checker, 0)
    shown = text_of(sign_in(user).get("/standing"))
    assert "not issued yet" in shown
    assert "its certificate is still to be issued. Ask: District federation." in shown
    assert "No certificate yet" not in shown

    workers.make_paper(event, person, root)
    assert "not issued yet" not in text_of(sign_in(user).get("/standing"))
