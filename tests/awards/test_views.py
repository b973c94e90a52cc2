"""Pages on which awards are proposed, conferred and taken back, and units compared."""

import re

import pytest
from sqlalchemy.exc import IntegrityError

from skillhub.awards import queries, services
from skillhub.awards.models import Award
from skillhub.kernel.access import Role
from skillhub.kernel.clock import now
from skillhub.results import services as results
from tests import make


@pytest.fixture
def organiser(root, sign_in):
    return sign_in(make.user(Role.ORGANISER, root, login="olga"))


@pytest.fixture
def event(root):
    """An event of four, one of them a guest, with everything checked."""
    checker = make.user(Role.CHECKER, root)
    event = make.event(make.competition(root), parts=(("theory", 100, 1, 60),))
    unit = make.organisation("steel", parent=root, name="Steel Works")
    for code, mark in (("1", 90), ("2", 80), ("3", 50)):
        make.entry(event, code, organisation=unit, marks={"theory": mark}, checked_by=checker)
    make.entry(event, "4", marks={"theory": 95}, checked_by=checker, official=False)
    return event


@pytest.fixture
def final(event, operator):
    results.finalise(event, operator.name, operator, now())
    return event


def at(event, tab=""):
    return f"/competitions/{event.competition_id}/events/{event.id}/awards{tab}"


def test_a_proposal_says_why_for_everybody(organiser, event):
    page = organiser.get(at(event)).text
    for words in (
        "proposal",
        "Place 1 of 3; Gold ends at place 1",
        "misses the pass mark 60",
        "A guest competes outside the ranking",
    ):
        assert words in page
    assert "Confer" not in page


def test_provisional_results_confer_nothing(organiser, event):
    page = organiser.post(at(event))
    assert page.status_code == 409
    assert "final first" in page.text
    assert not queries.ever_of(event)


def test_confers_once(organiser, final):
    assert "Confer 2 awards" in organiser.get(at(final)).text
    page = organiser.post(at(final), follow_redirects=True).text
    assert "2 awards are conferred" in page
    assert organiser.post(at(final)).status_code == 409
    assert [award.title for award in queries.ever_of(final)] == ["Gold", "Silver"]


def test_the_database_keeps_one_standing_award_of_a_title(final, operator):
    gold, _ = services.confer(final, operator, now(), make.DAY)
    again = {c.name: getattr(gold, c.name) for c in Award.__table__.columns if c.name != "id"}
    with pytest.raises(IntegrityError):
        make.keep(Award(**again))


def test_revoking_needs_a_reason_and_leaves_the_row(organiser, final):
    organiser.post(at(final))
    gold, _ = queries.ever_of(final)
    assert "required" in organiser.post(at(final, f"/{gold.id}/revoke"), data={"why": ""}).text
    page = organiser.post(
        at(final, f"/{gold.id}/revoke"), data={"why": "a false name"}, follow_redirects=True
    ).text
    assert "a false name" in page
    assert "revoked" in page
    again = organiser.post(at(final, f"/{gold.id}/revoke"), data={"why": "twice"})
    assert "revoked already" in again.text


def test_an_award_of_another_event_is_not_found(organiser, final):
    organiser.post(at(final))
    other = make.event(final.competition, code="02")
    award = queries.ever_of(final)[0]
    assert organiser.post(at(other, f"/{award.id}/revoke"), data={"why": "x"}).status_code == 404


def test_a_result_with_awards_is_not_taken_back(organiser, final):
    organiser.post(at(final))
    address = at(final).removesuffix("awards") + "results/reopen"
    assert "Go to the awards" in organiser.get(address).text
    assert "Revoke them first" in organiser.post(address, data={"why": "x"}).text
    for award in queries.ever_of(final):
        organiser.post(at(final, f"/{award.id}/revoke"), data={"why": "x"})
    assert organiser.post(address, data={"why": "x"}).status_code == 302


def test_others_look_and_do_not_confer(root, sign_in, final):
    for role in (Role.JUDGE, Role.CHECKER, Role.CERTIFICATE_STAFF, Role.AUDITOR):
        browser = sign_in(make.user(role, root))
        assert browser.get(at(final)).status_code == 200
        assert browser.post(at(final)).status_code == 403
    stranger = make.organisation("far", parent=root)
    assert sign_in(make.user(Role.ORGANISER, stranger)).post(at(final)).status_code == 404


@pytest.mark.parametrize("by", ["", "?by=medals", "?by=points", "?by=totals", "?by=luck"])
def test_compares_units(organiser, event, by):
    page = organiser.get(f"/competitions/{event.competition_id}/units{by}")
    assert page.status_code == 200
    assert "Steel Works" in page.text


def test_counts_the_medals_that_the_events_give(organiser, event, root):
    first = {"scheme": "counts", "titles": [[["金奖", "Gold medal"], 1], ["银奖", 1]]}
    chinese = make.event(make.competition(root), awards=[first])
    make.entry(chinese, organisation=make.organisation("rail", parent=root), marks={"score": 9})
    page = organiser.get(f"/competitions/{chinese.competition_id}/units").text
    assert "金奖" in page
    assert "Bronze" not in page


def test_says_what_to_do_without_rules(organiser, root):
    event = make.event(make.competition(root), awards=[], locked=False)
    assert "Award rules and a ranking are needed" in organiser.get(at(event)).text


def test_the_path_of_the_competition_follows(organiser, final):
    address = f"/competitions/{final.competition_id}"
    assert "Confer the awards" in organiser.get(address).text
    organiser.post(at(final))
    page = organiser.get(address).text
    assert "Issue certificates" in page
    assert "Awards by unit" in page
    assert "Show as a table" in page


@pytest.fixture
def tied(root, operator):
    """A final event in which two share the place over the only cut, and a committee decides."""
    cup = make.competition(root, checking="off")
    rule = {"scheme": "counts", "titles": [["Gold", 1], ["Silver", 1]], "cut_tie": "decide"}
    event = make.event(cup, awards=[rule])
    for code, mark in (("1", 90), ("2", 90), ("3", 50)):
        make.entry(event, code, name=f"Entrant {code}", marks={"score": mark})
    results.finalise(event, operator.name, operator, now())
    return event


def test_a_committee_decides_a_tie_and_only_then_the_awards_are_conferred(organiser, tied):
    page = organiser.get(at(tied)).text
    assert "Decide the tie" in page
    assert "Confer" not in page
    assert organiser.post(at(tied)).status_code == 409
    assert "Entrant 2" in organiser.get(at(tied, "/decide")).text

    drawn = {"titles-0": "Silver", "titles-1": "Gold", "why": "drawn by lot"}
    page = organiser.post(at(tied, "/decide"), data=drawn, follow_redirects=True).text
    assert "The committee decided: drawn by lot" in page
    assert "Change the decision" in page
    organiser.post(at(tied))
    given = [(award.entry.code, award.title) for award in queries.ever_of(tied)]
    assert given == [("2", "Gold"), ("1", "Silver")]
    assert organiser.post(at(tied, "/decide"), data=drawn).status_code == 200


@pytest.mark.parametrize(
    ("change", "words"),
    [
        pytest.param({"why": " "}, "required", id="without a reason"),
        pytest.param({"titles-1": "?"}, "Choose what each", id="with one name left open"),
        pytest.param({"titles-1": "Platinum"}, "The tie has changed", id="a title nobody gives"),
    ],
)
def test_a_decision_that_cannot_be_is_not_recorded(organiser, tied, change, words):
    drawn = {"titles-0": "Silver", "titles-1": "Gold", "why": "drawn by lot", **change}
    assert words in organiser.post(at(tied, "/decide"), data=drawn).text
    assert not queries.rulings_of(tied)


def test_a_decision_falls_with_the_result_it_was_made_on(tied, operator):
    one, other = queries.to_decide(queries.propose(tied), {})
    services.decide(tied, {one: "Gold", other: ""}, "the older one", operator, now())
    assert len(queries.propose(tied).decisions) == 1
    services.reopen(tied, "a mark was wrong", operator)
    results.finalise(tied, operator.name, operator, now())
    assert queries.propose(tied).blocking


def test_where_nobody_earns_an_award_nothing_is_left_to_do(organiser, root, operator):
    rule = {"scheme": "threshold", "titles": [["Gold", "100"]]}
    event = make.event(make.competition(root, checking="off"), awards=[rule])
    make.entry(event, marks={"score": 1})
    results.finalise(event, operator.name, operator, now())
    assert "nobody earns an award" in organiser.get(at(event)).text


def test_a_table_of_units_says_how_final_it_is_and_whose(organiser, event, operator):
    page = f"/competitions/{event.competition_id}/units"
    told = organiser.get(page).text
    assert "1 of 1 events are not final yet" in told
    assert event.competition.host.name in told
    results.finalise(event, operator.name, operator, now())
    assert "not final yet" not in organiser.get(page).text


def test_the_best_of_all_events_is_shared_by_equal_totals(organiser, root):
    """W-25; a guest, who did not start and events of another measure are left out."""
    cup = make.competition(root)
    one, two = (make.event(cup, code=code, name=f"Trade {code}") for code in ("01", "02"))
    page = f"/competitions/{cup.id}/units"
    works = make.organisation("works", parent=root)

    def best():
        text = " ".join(organiser.get(f"{page}?by=totals").text.split())
        found = re.search(r"Best of all events</strong>: (.*?)</p>", text)
        return re.findall(r"([A-Z]\w+) <span", found[1]) if found else None

    make.entry(one, name="Ana", marks={"score": 9}, organisation=works)
    make.entry(one, name="Ben", marks={"score": 10}, official=False, organisation=works)
    make.entry(two, name="Chen", marks={"score": 9}, organisation=works)
    make.entry(two, name="Dan", marks={"score": 8}, organisation=works)
    make.entry(two, name="Eva", status="DNS", organisation=works)
    assert best() == ["Ana", "Chen"]
    assert "Best of all events" not in organiser.get(page).text, "medals say nothing of it"
    make.changed(two.components[0], maximum=50)
    assert best() is None
