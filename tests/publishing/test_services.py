"""Publishing an edition, correcting it, withdrawing it, and leaving a name out."""

import json
from datetime import timedelta

import pytest

from skillhub.kernel import shelf
from skillhub.kernel.access import OPERATOR
from skillhub.kernel.db import db, transaction
from skillhub.kernel.errors import Conflict
from skillhub.publishing import queries, services
from skillhub.publishing.models import Announcement, EditionState
from skillhub.results import services as results
from tests.publishing.cup import AFTER, BEFORE, NAMES, SIX, announced, cup, finished


@pytest.fixture
def quills(root):
    return cup(root)


def kept(cup):
    return queries.folder_of(cup.competition, cup.event)


def lines(cup):
    note = shelf.noted(kept(cup) / "current.json")
    return json.loads((kept(cup) / note["edition"] / "lines.json").read_text())


def test_without_a_release_nothing_is_published(quills):
    finished(quills)
    with pytest.raises(Conflict, match="Say first"):
        services.publish(quills.event, OPERATOR, AFTER)


def test_a_ranking_that_does_not_stand_is_not_published(quills):
    announced(quills)
    with pytest.raises(Conflict, match="no ranking that stands"):
        services.publish(quills.event, OPERATOR, AFTER)


def test_an_edition_holds_the_agreed_fields_and_nothing_else(quills):
    announced(quills, agreed=["unit"], names="masked")
    finished(quills)
    services.publish(quills.event, OPERATOR, AFTER)
    assert lines(quills)["lines"][0] == {
        "rank": 1, "guest": False, "name": "Q****** A*", "members": [], "unit": "Quill works",
        "unit_en": "",
    }  # fmt: skip
    whole = "".join(p.read_text() for p in kept(quills).rglob("*") if p.suffix in (".html", ".csv"))
    assert not any(word in whole for word in ("Quixana", "93.17", "Goldquill"))


def test_frozen_it_is_provisional_and_final_it_is_signed(quills):
    announced(quills)
    results.freeze(quills.event, OPERATOR, BEFORE)
    first = services.publish(quills.event, OPERATOR, BEFORE)
    assert (first.number, first.final, lines(quills)["awards"]) == (1, False, "proposed")
    finished(quills)
    second = services.publish(quills.event, OPERATOR, AFTER)
    assert (second.number, second.final, second.corrects) == (2, True, False)
    assert first.state is EditionState.REPLACED
    assert lines(quills)["awards"] == "conferred"
    assert lines(quills)["signed_by"] == OPERATOR.name


def test_the_same_again_makes_no_new_edition(quills):
    announced(quills)
    finished(quills)
    first = services.publish(quills.event, OPERATOR, AFTER)
    assert services.publish(quills.event, OPERATOR, AFTER + timedelta(hours=1)) is first


def test_a_result_that_was_taken_back_is_corrected(quills):
    announced(quills)
    results.finalise(quills.event, OPERATOR.name, OPERATOR, BEFORE)
    services.publish(quills.event, OPERATOR, BEFORE)
    results.take_back(quills.event, "A sheet was lost.", OPERATOR)
    assert queries.outdated() == ([], [quills.event])
    services.withdraw(quills.event, "The result was taken back.", OPERATOR)
    assert shelf.noted(kept(quills) / "current.json")["edition"] is None
    results.finalise(quills.event, OPERATOR.name, OPERATOR, AFTER)
    assert queries.outdated() == ([quills.event], [])
    again = services.publish(quills.event, OPERATOR, AFTER)
    assert (again.number, again.corrects) == (2, True)
    assert "corrected on" in (kept(quills) / again.mark / "1.en.html").read_text()


def test_a_withheld_name_goes_and_the_place_stays(quills):
    announced(quills)
    finished(quills)
    first = services.publish(quills.event, OPERATOR, AFTER)
    services.withhold(quills.entries[0], quills.people[0], OPERATOR, AFTER)
    line = lines(quills)["lines"][0]
    assert (line["rank"], line["name"], line["total"]) == (1, "", "93.17")
    note = shelf.noted(kept(quills) / "current.json")
    assert first.mark not in note["served"], "the edition that names the person is shown no more"
    assert not queries.current(quills.event).corrects
    services.name_again(quills.entries[0], quills.people[0], OPERATOR, AFTER)
    assert lines(quills)["lines"][0]["name"] == "Quixana Aa"


def test_nothing_is_shown_of_an_edition_that_was_not_stored(quills):
    announced(quills)
    finished(quills)

    @transaction()
    def failing():
        services.publish(quills.event, OPERATOR, AFTER)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        failing()
    assert shelf.noted(kept(quills) / "current.json") is None
    assert services.publish(quills.event, OPERATOR, AFTER).number == 1


def test_participants_are_told_once_and_as_many_as_let_their_name_stand(quills):
    release = announced(quills)
    finished(quills)
    services.withhold(quills.entries[2], quills.people[2], OPERATOR, BEFORE)
    assert services.open_due(release, OPERATOR, BEFORE) == 0
    assert services.open_due(release, OPERATOR, SIX) == len(NAMES) - 1
    assert services.open_due(release, OPERATOR, AFTER) == 0
    assert db.session.query(Announcement).count() == len(NAMES) - 1


def test_once_out_the_instant_stays(quills):
    release = announced(quills)
    services.announce(quills.competition, 1, {"opens_at": AFTER}, OPERATOR, BEFORE)
    with pytest.raises(Conflict, match="no longer be moved"):
        services.announce(quills.competition, 2, {"opens_at": SIX}, OPERATOR, AFTER)
    assert release.opens_at == AFTER


def test_when_names_are_hidden_no_older_edition_tells_them(quills):
    release = announced(quills)
    finished(quills)
    first = services.publish(quills.event, OPERATOR, AFTER)
    services.announce(quills.competition, release.version, {"names": "masked"}, OPERATOR, AFTER)
    note = shelf.noted(kept(quills) / "current.json")
    assert first.mark not in note["served"]
    assert lines(quills)["lines"][0]["name"] == "Q****** A*"
