"""How far events are, from what stands in the tables."""

import pytest

from skillhub.awards import services as awards
from skillhub.certificates.models import Certificate, Series, TemplateVersion
from skillhub.kernel.access import OPERATOR
from skillhub.kernel.clock import now, today
from skillhub.kernel.settings import settings
from skillhub.planning import queries
from skillhub.planning.rules import Stage
from skillhub.results import services as results
from tests import make


@pytest.fixture
def final(root):
    """A final event of two, the first of whom may earn a medal."""

    def given(least="0.01", points=(9, 8)):
        rule = {"scheme": "threshold", "titles": [["Gold", least]]}
        event = make.event(make.competition(root, checking="off"), awards=[rule])
        for n in points:
            make.entry(event, marks={"score": n}, entered_by=None)
        results.finalise(event, OPERATOR.name, OPERATOR, now())
        return event

    return given


def issue(award, root, n):
    series = Series(issuer=root, year=2100 + n, prefix=f"P{n}", last=1)
    make.keep(
        Certificate(
            award=award, series=series, serial=1, number=f"P{n}", folded=f"P{n}", code=f"P{n}",
            template_version=TemplateVersion(code="a", title="A", sha256=f"{n:064d}", files=b""),
            facts={}, facts_sha256="0" * 64, issued_by="x", issued_at=now(), state="reserved",
        )
    )  # fmt: skip


def test_nobody_earns_an_award(final):
    assert queries.progress_of(final(least="100")).stage is Stage.DONE
    assert queries.progress_of(final(least="1")).stage is Stage.AWARDS


def test_conferred_and_not_on_paper(final, root):
    event = final()
    given = awards.confer(event, OPERATOR, now(), today(settings.zone))
    issue(given[0], root, 1)
    progress = queries.progress_of(event)
    assert (progress.awards, progress.unissued, progress.stage) == (2, 2, Stage.CERTIFICATES)


def test_a_blank_is_missing_and_who_stays_away_is_not(root):
    event = make.event(make.competition(root), parts=(("a", 10, 1), ("t", 60, 0, None, "time")))
    make.entry(event, marks={"a": 5})
    make.entry(event)
    make.entry(event, status="DNS", status_reason="ill")
    assert queries.progress_of(event).missing == 1
    assert queries.overview(event.competition).events[0].missing == 1
