"""Publishing an edition, correcting it, withdrawing it, and leaving a name out."""

import json
from datetime import timedelta
from decimal import Decimal

import pytest

from skillhub.awards import queries as awards
from skillhub.awards import services as award_services
from skillhub.kernel import shelf
from skillhub.kernel.access import OPERATOR
from skillhub.kernel.db import db, transaction
from skillhub.kernel.errors import Conflict
from skillhub.marking import queries as marking
from skillhub.marking import services as marks
from skillhub.publishing import queries, rules, services, works
from skillhub.publishing.models import EditionState
from skillhub.results import services as results
from skillhub.telling.models import Announcement
from tests.publishing.cup import AFTER, BEFORE, NAMES, SIX, announced, cup, finished

LATER = AFTER + timedelta(days=1)


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
    assert {file: "provisional" in text for file, text in told(quills, first).items()} == {
        "1.en.html": True, "lines.en.csv": True, "lines.json": True,
    }  # fmt: skip
    assert told(quills, first)["lines.en.csv"].count("provisional") == len(lines(quills)["lines"])
    finished(quills)
    second = services.publish(quills.event, OPERATOR, AFTER)
    assert (second.number, second.final, second.corrects) == (2, True, False)
    assert first.state is EditionState.REPLACED
    assert lines(quills)["awards"] == "conferred"
    assert lines(quills)["signed_by"] == OPERATOR.name
    assert not any("provisional" in text.lower() for text in told(quills, second).values())
    assert ",final" in told(quills, second)["lines.en.csv"]


def told(cup, edition):
    """What an edition says in each of its forms."""
    folder = queries.folder_of(cup.competition, cup.event) / edition.mark
    return {
        name: (folder / name).read_text() for name in ("1.en.html", "lines.en.csv", "lines.json")
    }


def test_the_same_again_makes_no_new_edition(quills):
    announced(quills)
    finished(quills)
    first = services.publish(quills.event, OPERATOR, AFTER)
    assert services.publish(quills.event, OPERATOR, AFTER + timedelta(hours=1)) is first


def test_signed_anew_without_a_difference_it_is_not_called_corrected(quills):
    announced(quills)
    results.finalise(quills.event, OPERATOR.name, OPERATOR, BEFORE)
    services.publish(quills.event, OPERATOR, BEFORE)
    results.take_back(quills.event, "A sheet was lost.", OPERATOR)
    assert works.outdated() == ([], [quills.event])
    services.withdraw(quills.event, "The result was taken back.", OPERATOR)
    assert shelf.noted(kept(quills) / "current.json")["edition"] is None
    results.finalise(quills.event, OPERATOR.name, OPERATOR, AFTER)
    assert works.outdated() == ([quills.event], [])
    again = services.publish(quills.event, OPERATOR, AFTER)
    assert (again.number, again.corrects, again.corrected_at) == (2, False, None)
    folder = kept(quills) / again.mark
    assert "corrected" not in (folder / "1.en.html").read_text().lower()
    assert json.loads((folder / "lines.json").read_text())["corrected_at"] is None
    assert lines(quills)["changes"] == {"lines": [], "more": 0, "since": None}


def retyped(cup, points):
    """The result is taken back, the mark of the second is typed anew, and it is signed again."""
    results.take_back(cup.event, "The sheet says so.", OPERATOR)
    entry, part = cup.entries[1], cup.event.components[0]
    sheet = marking.of(cup.event)[(entry.id, part.id)]
    marks.enter(cup.event, {(entry.id, part.id): (Decimal(points), sheet.version)}, OPERATOR, AFTER)
    results.finalise(cup.event, OPERATOR.name, OPERATOR, AFTER)


def test_a_version_that_says_something_else_is_corrected_everywhere_and_says_what(quills):
    announced(quills)
    results.finalise(quills.event, OPERATOR.name, OPERATOR, BEFORE)
    first = services.publish(quills.event, OPERATOR, BEFORE)
    retyped(quills, "94.00")
    again = services.publish(quills.event, OPERATOR, AFTER)
    assert (again.corrects, again.corrected_at) == (True, AFTER)
    folder = kept(quills) / again.mark
    page = (folder / "1.en.html").read_text()
    assert "corrected on" in page
    assert f"{first.mark}/1.en.html" in page, "the edition before stays reachable"
    assert "2026-11-27" in (folder / "lines.en.csv").read_text(encoding="utf-8-sig")
    assert lines(quills)["corrected_at"] == AFTER.isoformat()
    changes = lines(quills)["changes"]
    assert (changes["since"], changes["more"]) == (first.mark, 0)
    assert [(c["name"], c["rank"]) for c in changes["lines"]] == [
        ("Vexmoor Aa", [2, 1]),
        ("Quixana Aa", [1, 2]),
    ]
    assert changes["lines"][0]["total"] == ["88.41", "94.00"]


def test_signed_anew_after_a_correction_it_stays_corrected_on_that_day(quills):
    announced(quills)
    results.finalise(quills.event, OPERATOR.name, OPERATOR, BEFORE)
    services.publish(quills.event, OPERATOR, BEFORE)
    retyped(quills, "94.00")
    services.publish(quills.event, OPERATOR, AFTER)
    results.take_back(quills.event, "Once more.", OPERATOR)
    results.finalise(quills.event, OPERATOR.name, OPERATOR, LATER)
    third = services.publish(quills.event, OPERATOR, LATER)
    assert (third.corrects, third.corrected_at) == (False, AFTER)


def test_what_changed_keeps_to_the_agreed_fields_and_names(quills):
    announced(quills, agreed=["unit"], names="masked")
    results.finalise(quills.event, OPERATOR.name, OPERATOR, BEFORE)
    services.publish(quills.event, OPERATOR, BEFORE)
    services.withhold(quills.entries[0], quills.people[0], OPERATOR, BEFORE)
    retyped(quills, "94.00")
    again = services.publish(quills.event, OPERATOR, AFTER)
    assert lines(quills)["changes"]["lines"] == [
        {"name": "V****** A*", "rank": [2, 1]},
        {"name": "", "rank": [1, 2]},
    ]
    whole = "".join(p.read_text() for p in (kept(quills) / again.mark).glob("*.html"))
    assert not any(word in whole for word in ("Quixana", "Vexmoor", "94.00"))


def test_an_award_that_was_taken_away_corrects_the_same_ranking(quills):
    announced(quills)
    finished(quills)
    services.publish(quills.event, OPERATOR, AFTER)
    award = awards.of(quills.competition, quills.event)[0]
    award_services.revoke(award, "A forged card.", OPERATOR, LATER)
    again = services.publish(quills.event, OPERATOR, LATER)
    assert again.corrects
    assert lines(quills)["changes"]["lines"][0]["awards"] == [[["Goldquill", ""]], []]


def test_the_table_says_whether_it_is_provisional_or_final(quills):
    announced(quills)
    results.freeze(quills.event, OPERATOR, BEFORE)
    first = services.publish(quills.event, OPERATOR, BEFORE)
    rows = (kept(quills) / first.mark / "lines.en.csv").read_text(encoding="utf-8-sig").splitlines()
    assert len(rows) == 1 + len(NAMES)
    assert all("provisional" in row for row in rows[1:])
    finished(quills)
    second = services.publish(quills.event, OPERATOR, AFTER)
    text = (kept(quills) / second.mark / "lines.en.csv").read_text(encoding="utf-8-sig")
    assert "provisional" not in text
    assert all(",final," in row for row in text.splitlines()[1:])


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
    services.withhold(quills.entries[0], quills.people[0], OPERATOR, AFTER, again=True)
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


@pytest.fixture
def out(quills):
    announced(quills)
    return finished(quills)


def test_an_edition_is_drawn_before_anybody_has_to_wait(out, monkeypatch):
    """Nothing is drawn while the lock of the writer is held."""
    depths, real = [], services.galleys.files

    def files(*told, **shown):
        depths.append(db.session.info.get("depth", 0))
        return real(*told, **shown)

    monkeypatch.setattr(services.galleys, "files", files)
    edition = works.publish(out.event, OPERATOR, AFTER)
    assert depths == [0]
    assert [path.name for path in kept(out).iterdir() if path.is_dir()] == [edition.mark]


@pytest.fixture
def depths(monkeypatch):
    """How deep in write units each drawing took place."""
    found, real = [], services.galleys.files

    def files(*told, **shown):
        found.append(db.session.info.get("depth", 0))
        return real(*told, **shown)

    monkeypatch.setattr(services.galleys, "files", files)
    return found


def test_a_name_goes_and_comes_back_drawn_before_anybody_has_to_wait(out, depths):
    works.publish(out.event, OPERATOR, AFTER)
    own = (out.entries[0], out.people[0], OPERATOR, AFTER)
    first = queries.current(out.event).mark
    works.withhold(*own)
    assert lines(out)["lines"][0]["name"] == ""
    assert shelf.noted(kept(out) / "current.json")["served"] == [queries.current(out.event).mark]
    assert queries.bases()[out.event.id] == queries.current(out.event).basis
    works.withhold(*own)  # twice is once
    works.withhold(*own, again=True)
    assert lines(out)["lines"][0]["name"] == out.entries[0].name
    assert queries.current(out.event).mark.split("-")[1] == first.split("-")[1], "as it was"
    assert depths == [0, 0, 0]
    assert works.outdated() == ([], [])


def test_other_names_and_fields_are_drawn_before_anybody_has_to_wait(out, depths):
    works.publish(out.event, OPERATOR, AFTER)
    release = queries.release_of(out.competition)
    values = {"names": "masked", "agreed": ["unit"]}
    works.announce(out.competition, release.version, values, OPERATOR, AFTER)
    assert lines(out)["lines"][0]["name"] == "Q****** A*"
    assert "total" not in lines(out)["lines"][0]
    assert depths == [0, 0]
    with pytest.raises(Conflict, match="meanwhile"):
        works.announce(out.competition, release.version - 1, {"names": "full"}, OPERATOR, AFTER)
    assert depths == [0, 0, 0]
    works.announce(out.competition, release.version, {"notice": "Hall 7"}, OPERATOR, AFTER)
    assert depths == [0, 0, 0], "the same names and fields are not drawn again"
    assert [path.name for path in kept(out).iterdir() if path.name.startswith(".")] == []
    assert works.outdated() == ([], [])


def test_a_name_withheld_while_another_is_drawn_is_in_no_edition(out, monkeypatch):
    works.publish(out.event, OPERATOR, AFTER)
    real, left = services.Ahead.draw, [1]

    def draw(*given):
        drawn = real(*given)
        if left and left.pop():
            services.withhold(out.entries[1], out.people[1], OPERATOR, AFTER)
        return drawn

    monkeypatch.setattr(services.Ahead, "draw", draw)
    works.withhold(out.entries[0], out.people[0], OPERATOR, AFTER)
    assert [line["name"] for line in lines(out)["lines"][:2]] == ["", ""]
    assert works.outdated() == ([], [])


def test_what_changed_since_it_was_drawn_is_drawn_anew(out, monkeypatch):
    """A name is withheld between drawing and publishing: no edition ever holds it."""
    real = services.Ahead.draw

    def draw(event, actor, moment):
        drawn = real(event, actor, moment)
        services.withhold(out.entries[0], out.people[0], OPERATOR, AFTER)
        return drawn

    monkeypatch.setattr(services.Ahead, "draw", draw)
    edition = works.publish(out.event, OPERATOR, AFTER)
    assert edition.number == 1
    assert NAMES[0] not in (kept(out) / edition.mark / "lines.json").read_text()
    assert [path.name for path in kept(out).iterdir() if path.is_dir()] == [edition.mark]


def test_a_drawing_that_something_outran_writes_nothing(out):
    drawn = services.Ahead.draw(out.event, OPERATOR, AFTER)
    first = services.publish(out.event, OPERATOR, AFTER)
    with pytest.raises(rules.Outrun):
        services.publish(out.event, OPERATOR, LATER, drawn)
    assert [edition.id for edition in queries.editions(out.event)] == [first.id]


def test_a_drawing_that_was_swept_away_is_drawn_anew(out):
    drawn = services.Ahead.draw(out.event, OPERATOR, AFTER)
    works.mend(AFTER)
    with pytest.raises(rules.Outrun):
        services.publish(out.event, OPERATOR, LATER, drawn)
