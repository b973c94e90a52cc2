"""What is said of the columns of a marking scheme."""

from skillhub.drafting.rules import wordless
from skillhub.drafting.sheet import SCHEME, scheme_plan
from skillhub.kernel.sheets import Change, Row
from skillhub.scoring.kinds import KINDS
from skillhub.scoring.rules import Scheme


def test_whoever_writes_a_scheme_learns_every_type_by_name():
    note = next(column.note for column in SCHEME if column.name == "kind")
    for kind in KINDS:
        assert kind.kind in note


def test_codes_and_levels_say_what_they_hold():
    told = {column.name for column in SCHEME if column.note}
    assert told >= {"criterion", "sub", "aspect", "kind", "level0", "level3", "more"}


def test_a_row_without_a_known_type_is_refused_once_by_its_cell():
    row = Row(
        number=2, cells={"criterion": "A Work", "sub": "A1 Cut", "aspect": "A1.1", "kind": None}
    )
    _, preview = scheme_plan([row], Scheme(criteria=()))
    assert [one.change for one in preview.rows] == [Change.PROBLEM]
    assert not [p for p in preview.problems if "is no kind of aspect" in str(p)]


def judged(*levels):
    cells = {"aspect": "J1", "kind": "J", "max": "3", "criterion": "A Work", "sub": "A1 Cut"}
    words = {f"level{n}": text for n, text in enumerate(levels)}
    return Row(number=2, cells={**cells, "kind": "judgement", **words})


def test_a_judgement_without_words_for_its_scores_is_remarked_and_taken():
    """W-04: every score from 0 to 3 has its description."""
    scheme, preview = scheme_plan([judged()], Scheme(criteria=()))
    assert preview.problems == []
    assert "J1" in str(preview.notices[0].message)
    assert "J1" in str(wordless(scheme))
    scheme, preview = scheme_plan([judged("poor", "usual", "good", "best")], Scheme(criteria=()))
    assert (preview.problems, preview.notices, wordless(scheme)) == ([], [], None)
