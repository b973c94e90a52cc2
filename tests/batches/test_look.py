"""The look before a batch of three hundred: what it finds, what may be passed over, and what then stands on paper."""

from pathlib import Path

import pypdfium2
import pytest

from skillhub.batches import queries
from skillhub.certificates import queries as certificates
from skillhub.kernel import resolution
from skillhub.kernel.db import db, get_or_404
from skillhub.kernel.messages import Problem, say
from skillhub.kernel.sheets import load
from skillhub.people import sheet as roster
from tests import make
from tests.batches import ordered
from tests.batches.test_views import at, sent
from tests.certificates import awarded

ROSTER = Path(roster.__file__).parents[1] / "sample" / "northside" / "roster.csv"
RARE, LONG, LONE = 120, 200, 280


def northside(root):
    """The people of the sample district, each with an award: one name is rare already, three more are odd."""
    table = load(ROSTER.read_bytes(), "roster.csv", roster.COLUMNS)
    names = [row.cells["name"] for row in table.rows]
    names[RARE] = "王\U00012000"
    names[LONG] = "Wolfeschlegelsteinhausenbergerdorff" * 4
    cup = awarded.competition(root, names)
    make.changed(awards(cup)[LONE].entry, organisation=None)
    return cup


def awards(cup):
    return certificates.waiting(cup)


def test_the_northside_batch_has_its_four_findings_and_prints_the_rest(root, staff):
    cup = northside(root)
    proof = certificates.proof(awards(cup), awarded.template())
    found = sorted(str(p.message) for f in [*proof.findings, *proof.doubts] for p in f.problems)
    assert len(awards(cup)) == 300
    assert [text.partition(":")[0][:20] for text in found] == [
        "No unit is known",
        "“Wolfeschlegelsteinh",
        "“王\U00012000”",
        "“陈\U00031350宇”",
    ]
    page = staff.get(at(cup)).text
    assert "Print 296 certificates" in page

    asked = sent(cup, staff)
    batch = get_or_404(ordered.Batch, int(asked.location.rpartition("/")[2]))
    assert ordered.work(batch) == {"rendered": 296, "all": 296, "done": 296}
    plan = queries.plan(batch)
    assert len({row.number for row in plan}) == 296
    document = pypdfium2.PdfDocument(ordered.files(batch)["all.pdf"])
    for page, row in zip(document, plan, strict=True):
        read = squeezed(page.get_textpage().get_text_bounded())
        for fact in ("holder_name", "holder_latin", "organisation", "award", "event", "number"):
            assert squeezed(row.facts[fact]) in read
        assert squeezed(batch.operator) not in read
    document.close()


def squeezed(text):
    return "".join(text.split())


@pytest.fixture
def alone(root):
    """Two winners, the second of whom comes from nowhere."""
    cup = awarded.competition(root, ("李伟", "Ana"))
    make.changed(awards(cup)[1].entry, organisation=None)
    return cup


def test_a_warning_is_passed_over_with_a_reason_that_stays(alone, staff):
    key = awards(alone)[1].id
    page = staff.get(at(alone)).text
    assert "No unit is known" in page and f'name="force" value="{key}"' in page
    refused = sent(alone, staff, force=[key], why=" ")
    assert "Say why these are printed" in refused.text
    asked = sent(alone, staff, force=[key], why="a guest of the city")
    batch = db.session.query(ordered.Batch).one()
    assert ordered.work(batch)["rendered"] == 2
    assert [item.award_id for item in queries.forced(batch)] == [key]
    assert "a guest of the city" in staff.get(asked.location).text


def test_what_is_not_passed_over_is_left_out_also_by_the_worker(alone):
    batch = ordered.begin(alone)
    tally = ordered.work(batch)
    assert (tally["rendered"], tally["failed"]) == (1, 1)
    assert "No unit is known" in queries.failures(batch)[0].problem["text"]


def test_an_error_is_passed_over_by_nobody(root):
    cup = awarded.competition(root, ("王\U00012000",))
    [award] = awards(cup)
    batch = ordered.begin(cup, forced={award.id: "the boss wants it"})
    assert ordered.work(batch)["failed"] == 1


@pytest.mark.parametrize("severity", ["warning", "error"])
def test_a_coarse_picture_needs_a_reason_and_a_lost_one_a_template(
    alone, staff, monkeypatch, severity
):
    text = say(
        "A picture of %(size)s dots has %(dots)s dpi in print; it needs %(least)s.",
        size="9 × 9",
        dots=50,
        least=200,
    )
    known = {awarded.template().sha256: [Problem("award", text, severity)]}
    monkeypatch.setattr(resolution, "_known", known)
    assert "50 dpi" in staff.get(at(alone)).text
    assert "Say why" in sent(alone, staff).text or severity == "error"
    asked = sent(alone, staff, why="the printer is coarse too")
    assert asked.status_code == (302 if severity == "warning" else 200)
    assert db.session.query(ordered.Batch).count() == (severity == "warning")
    if severity == "warning":
        [batch] = db.session.query(ordered.Batch)
        assert len(queries.forced(batch)) == 1
