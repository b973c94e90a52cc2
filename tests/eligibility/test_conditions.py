"""Every condition, seen to be met, not met and waiting, with its sentence and its proof."""

from dataclasses import fields
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillhub.eligibility.conditions import BY_CODE, CONDITIONS, FACTS, PLAIN, read, read_record
from skillhub.eligibility.rules import Answer, Record
from skillhub.kernel.documents import schema_of

TODAY = "2026-11-20"
WORDS = {"welder": "Welder", "fitter": "Fitter"}


def check(code, params, facts, on=TODAY):
    """Answer one condition for somebody made up."""
    found = []
    condition = read({code: params}, "require", found)
    record = read_record(facts, "has", found)
    assert found == []
    return condition.check(replace_names(record), date.fromisoformat(on))


def replace_names(record):
    return type(record)(
        **{f.name: getattr(record, f.name) for f in fields(record)} | {"names": WORDS}
    )


def paper(**facts):
    """Describe a checked certificate: welder, level 3, of 2024."""
    checked = {"verification": "verified", "verified_on": "2026-06-01"}
    base = {"occupation": "welder", "level": "3", "issued_on": "2024-05-10", "number": "Y1"}
    return {"qualification": [base | checked | facts]}


def papers(*several):
    return {"qualification": [p["qualification"][0] for p in several]}


def won(**facts):
    """Describe a city award: third place in welding."""
    base = {"tier": "city", "place": 3, "occupation": "welder", "title": "Bronze"}
    return {"award": [base | {"awarded_on": "2025-10-20"} | facts]}


def insured(*spans):
    names = ("since", "until", "known_to")
    return {"insured": [{n: d for n, d in zip(names, span, strict=False) if d} for span in spans]}


def works(**facts):
    base = {"organisation": 1, "organisation_name": "Plant 1", "organisation_kind": "enterprise"}
    return {"employment": [base | {"since": "2020-01-01"} | facts]}


def jobs(*several):
    return {"employment": [j["employment"][0] for j in several]}


def said(*statements):
    rows = [{"item": "no_violation", "answer": a, "attested_on": on} for a, on in statements]
    return {"attested": rows}


def born(day):
    return {"birth_date": day}


BETTER = {"occupation": "welder", "level": {"at_most": 3}}
LEVEL3 = {"occupation": "welder", "level": 3}
TWELVE = {"at_least": 12}
BY_ISSUE = {"at_least": {"by": "evaluated_on", "values": {"2017-01-01": 36, "2022-01-01": 12}}}
ITEM = {"item": "no_violation"}
MEDAL = {"title": "Medal"}
LEAPLING = {"at_least": 18, "on": "2026-02-28"}

ROWS = {
    "holds_qualification": [
        (BETTER, paper(), "met", "the level asked for"),
        (BETTER, paper(level="2"), "met", "level 2 covers level 3"),
        (BETTER, paper(level="4"), "not_met", "level 4 does not cover level 3"),
        (BETTER, paper(level="special"), "met", "special grade covers level 3"),
        (BETTER, paper(level="apprentice"), "not_met", "an apprentice does not"),
        (LEVEL3, paper(level="2"), "not_met", "exactly level 3"),
        ({"level": [5, 4, 3]}, paper(level="5"), "met", "one of the levels listed"),
        ({"level": [5, 4, 3]}, paper(level="2"), "not_met", "none of the levels listed"),
        ({"level": {"at_least": 3}}, paper(level="3"), "met", "level 3 or below: 3"),
        ({"level": {"at_least": 3}}, paper(level="2"), "not_met", "level 3 or below: 2 is above"),
        ({"level": {"at_least": 2, "at_most": 3}}, paper(level="2"), "met", "levels 3 to 2"),
        (
            {"level": {"at_least": 2, "at_most": 3}},
            paper(level="1"),
            "not_met",
            "levels 3 to 2: 1 is above",
        ),
        (
            BETTER,
            paper(occupation="fitter", level="2"),
            "not_met",
            "49 level 2 in another occupation does not count",
        ),
        (BETTER, paper(valid_to="2026-11-20"), "met", "43 expires on the day: counted"),
        (BETTER, paper(valid_to="2026-11-19"), "not_met", "43 expired the day before: not counted"),
        (
            {},
            paper(kind="special_operation", review_every_months=24, issued_on="2024-11-20"),
            "met",
            "44 last day for the review",
        ),
        (
            {},
            paper(
                kind="special_operation",
                review_every_months=24,
                issued_on="2024-11-19",
                valid_to="2030-01-01",
            ),
            "not_met",
            "44 the review was missed",
        ),
        ({}, paper(verification="mismatch"), "not_met", "45 a mismatch cannot be used"),
        ({}, paper(verification="forged"), "not_met", "a forged one cannot be used"),
        ({}, paper(verification="unverified"), "waiting", "unchecked evidence is unknown"),
        ({}, paper(verified_on="2025-11-20"), "met", "checked 365 days ago"),
        ({}, paper(verified_on="2025-11-19"), "waiting", "checked 366 days ago"),
        (
            BETTER,
            paper(level="4", verification="unverified"),
            "not_met",
            "too low whatever the check says",
        ),
        ({}, paper(revoked_on="2026-11-20"), "not_met", "46 revoked on the day: no longer held"),
        ({}, paper(revoked_on="2026-11-21"), "met", "46 revoked the day after"),
        ({}, paper(issued_on="2026-11-20"), "met", "issued on the day"),
        ({}, paper(issued_on="2026-11-21"), "not_met", "dated tomorrow: does not exist yet"),
        (
            {"within_months": 12},
            paper(issued_on="2025-11-20"),
            "met",
            "first day of the twelve months",
        ),
        (
            {"within_months": 12},
            paper(issued_on="2025-11-19"),
            "not_met",
            "the day before the twelve months",
        ),
        ({"since": "2024-05-10"}, paper(), "met", "since the day itself"),
        ({"since": "2024-05-11"}, paper(), "not_met", "a day before since"),
        ({"this_year": True}, paper(issued_on="2026-01-01"), "met", "first day of the year"),
        (
            {"this_year": True},
            paper(issued_on="2025-12-31"),
            "not_met",
            "last day of the year before",
        ),
        ({"kind": "special_operation"}, paper(), "not_met", "another kind"),
        (
            {"level": {"at_most": 3}},
            {
                "qualification": [
                    {
                        "occupation": "welder",
                        "issued_on": "2024-01-01",
                        "verification": "verified",
                        "verified_on": "2026-06-01",
                    }
                ]
            },
            "waiting",
            "the level is not recorded",
        ),
        ({"at_least": 2}, papers(paper(), paper(occupation="fitter")), "met", "two of two"),
        ({"at_least": 2}, paper(), "not_met", "one of two"),
        (
            {"at_least": 2, "distinct": "occupation"},
            papers(paper(), paper(level="4")),
            "not_met",
            "one occupation twice counts once",
        ),
        (
            {"at_least": 2, "distinct": "occupation"},
            papers(paper(), paper(occupation="fitter")),
            "met",
            "two occupations",
        ),
        (
            {"at_least": 2, "distinct": "occupation"},
            papers(paper(), paper(occupation="fitter", verification="unverified")),
            "waiting",
            "the second is not checked",
        ),
        ({}, papers(paper(valid_to="2020-01-01"), paper()), "met", "an old one beside a new one"),
        ({}, {}, "not_met", "none registered"),
    ],
    "won_award": [
        ({"rank": {"at_most": 3}}, won(), "met", "third of the first three"),
        ({"rank": {"at_most": 3}}, won(place=4), "not_met", "fourth is not"),
        (
            {"rank": {"at_least": 4, "at_most": 6}},
            won(place=4),
            "met",
            "50 shared fourth is in 4 to 6",
        ),
        (
            {"rank": {"at_least": 4, "at_most": 6}},
            won(place=6),
            "met",
            "50 the next is sixth and still in",
        ),
        ({"rank": {"at_least": 4, "at_most": 6}}, won(place=7), "not_met", "50 seventh is out"),
        ({"rank": 1}, won(place=1), "met", "exactly first"),
        ({"rank": 1}, won(place=2), "not_met", "exactly first, was second"),
        (
            {"rank": {"at_most": 3}},
            {"award": [{"tier": "city", "awarded_on": "2025-10-20"}]},
            "waiting",
            "its place is not recorded",
        ),
        ({"tier": ["city", "province"]}, won(), "met", "one of the tiers"),
        ({"tier": ["national", "province"]}, won(), "not_met", "another tier"),
        (
            {"tier": "city"},
            {"award": [{"place": 1, "awarded_on": "2025-10-20"}]},
            "waiting",
            "its tier is not recorded",
        ),
        ({"title": ["Bronze"]}, won(), "met", "the title asked for"),
        (
            {"title": ["铜奖"]},
            won(title="Bronze prize", title_en="铜奖"),
            "met",
            "the title in the other language",
        ),
        ({"title": ["Gold"]}, won(), "not_met", "another title"),
        ({"occupation": "fitter"}, won(), "not_met", "another occupation"),
        ({"within_months": 24}, won(awarded_on="2024-11-20"), "met", "first day of the 24 months"),
        (
            {"within_months": 24},
            won(awarded_on="2024-11-19"),
            "not_met",
            "the day before the 24 months",
        ),
        ({}, won(revoked_on="2026-11-20"), "not_met", "revoked on the day"),
        ({}, won(revoked_on="2026-11-21"), "met", "revoked the day after"),
        ({}, won(awarded_on="2026-11-21"), "not_met", "conferred tomorrow"),
        ({"at_least": 2}, won(), "not_met", "one of two"),
        ({}, {}, "not_met", "none"),
    ],
    "has_title": [
        (
            MEDAL,
            {"title": [{"title": "Medal", "conferred_on": "2026-11-20"}]},
            "met",
            "conferred on the day",
        ),
        (
            MEDAL,
            {"title": [{"title": "Medal", "conferred_on": "2026-11-21"}]},
            "not_met",
            "conferred tomorrow",
        ),
        (
            MEDAL,
            {"title": [{"title": "奖章", "title_en": "Medal", "conferred_on": "2020-05-01"}]},
            "met",
            "by its other name",
        ),
        (
            MEDAL,
            {"title": [{"title": "Cup", "conferred_on": "2020-05-01"}]},
            "not_met",
            "another title",
        ),
        (
            MEDAL,
            {"title": [{"title": "Medal", "conferred_on": "2020-05-01", "ends_on": "2026-11-20"}]},
            "met",
            "its last day",
        ),
        (
            MEDAL,
            {"title": [{"title": "Medal", "conferred_on": "2020-05-01", "ends_on": "2026-11-19"}]},
            "not_met",
            "the day after its last",
        ),
        (
            MEDAL,
            {
                "title": [
                    {"title": "Medal", "conferred_on": "2020-05-01", "revoked_on": "2026-11-20"}
                ]
            },
            "not_met",
            "revoked on the day",
        ),
        (
            MEDAL,
            {
                "title": [
                    {"title": "Medal", "conferred_on": "2020-05-01", "revoked_on": "2026-11-21"}
                ]
            },
            "met",
            "revoked the day after",
        ),
        (
            {"title": "Medal", "within_months": 12},
            {"title": [{"title": "Medal", "conferred_on": "2025-11-19"}]},
            "not_met",
            "too long ago",
        ),
        (MEDAL, {}, "not_met", "none"),
    ],
    "insured_months": [
        (TWELVE, insured(("2025-12-01", None, "2026-11-01")), "met", "twelve months"),
        (TWELVE, insured(("2026-01-01", None, "2026-11-01")), "not_met", "63 eleven of twelve"),
        (TWELVE, {}, "waiting", "63 nothing recorded is unknown"),
        (
            TWELVE,
            insured(("2025-12-01", None, "2026-10-01")),
            "waiting",
            "eleven recorded, November not reported yet",
        ),
        (
            TWELVE,
            insured(("2026-01-01", None, "2026-10-01")),
            "not_met",
            "ten recorded: November cannot make up for two",
        ),
        (
            TWELVE,
            insured(("2025-11-01", None, "2026-10-01")),
            "met",
            "twelve recorded, whatever November brings",
        ),
        (
            TWELVE,
            insured(("2025-12-01", "2026-06-01", "2026-11-01"), ("2026-04-01", None, "2026-11-01")),
            "met",
            "two employers overlap: 12 months, counted once",
        ),
        (
            TWELVE,
            insured(("2026-01-01", "2026-06-01", "2026-11-01"), ("2026-04-01", None, "2026-11-01")),
            "not_met",
            "two employers overlap: 11 months, not 14",
        ),
        (
            TWELVE,
            insured(("2025-12-01", "2026-12-01", "2026-11-01")),
            "met",
            "months to come are not counted, and not needed",
        ),
        (
            TWELVE,
            insured(("2026-01-01", "2026-12-01", "2026-12-01")),
            "not_met",
            "December has not begun",
        ),
        (
            {"at_least": 12, "kind": "pension"},
            insured(("2020-01-01", None, "2026-11-01")),
            "waiting",
            "of another insurance nothing is known",
        ),
        (BY_ISSUE, insured(("2025-12-01", None, "2026-11-01")), "met", "the figure of 2022 is 12"),
        (
            BY_ISSUE,
            insured(("2026-01-01", None, "2026-11-01")),
            "not_met",
            "and eleven are short of it",
        ),
    ],
    "employed": [
        ({}, works(), "met", "at work"),
        ({}, works(until="2026-11-20"), "met", "the last day at work"),
        ({}, works(until="2026-11-19"), "not_met", "the day after the last"),
        ({}, {}, "waiting", "no row: nobody has told"),
        ({}, works(until="2026-11-20", retired=True), "met", "the last day before retirement"),
        ({}, works(until="2026-11-19", retired=True), "not_met", "retired since today"),
        ({}, works(retired=True), "waiting", "retired, and nobody has told the last day"),
        ({}, works(since="2026-11-21"), "waiting", "begins tomorrow: nothing known of today"),
        ({"organisation_kind": "enterprise"}, works(), "met", "the kind asked for"),
        ({"organisation_kind": "public"}, works(), "not_met", "another kind"),
        (
            {"organisation_kind": "public"},
            {"employment": [{"since": "2020-01-01"}]},
            "waiting",
            "its kind is not recorded",
        ),
        ({"months": 36}, works(since="2023-11-20"), "met", "36 months to the day"),
        ({"months": 36}, works(since="2023-11-21"), "not_met", "36 months but for a day"),
        (
            {"months": 36},
            jobs(works(until="2024-06-30"), works(since="2024-07-01")),
            "met",
            "two rows without a day between",
        ),
        (
            {"months": 36},
            jobs(works(until="2024-06-29"), works(since="2024-07-01")),
            "not_met",
            "a gap of a day breaks it",
        ),
        (
            {"months": 36},
            jobs(works(until="2024-06-30", organisation=2), works(since="2024-07-01")),
            "not_met",
            "another employer before",
        ),
        (
            {"organisation_kind": "public"},
            jobs(works(), works(organisation=2, organisation_kind="public")),
            "met",
            "two employers at once",
        ),
    ],
    "attested": [
        (ITEM, said((True, "2026-11-20")), "met", "attested on the day"),
        (ITEM, said((True, "2026-11-21")), "waiting", "attested tomorrow"),
        (ITEM, said((False, "2026-01-01")), "not_met", "answered with no"),
        (ITEM, said((False, "2026-01-01"), (True, "2026-02-01")), "met", "the latest counts: yes"),
        (
            ITEM,
            said((True, "2026-01-01"), (False, "2026-02-01")),
            "not_met",
            "the latest counts: no",
        ),
        ({"item": "other"}, said((True, "2026-01-01")), "waiting", "another item"),
        (ITEM | {"within_months": 12}, said((True, "2025-11-20")), "met", "twelve months old"),
        (
            ITEM | {"within_months": 12},
            said((True, "2025-11-19")),
            "waiting",
            "older: a new one is awaited",
        ),
        (ITEM, {}, "waiting", "nobody has attested"),
    ],
    "age": [
        ({"under": 35}, born("1991-11-20"), "not_met", "38 the 35th birthday counts as 35"),
        ({"under": 35}, born("1991-11-21"), "met", "38 under 35 until the day before"),
        ({"at_most": 35}, born("1991-11-20"), "met", "38 35 and below: 35 today"),
        ({"at_most": 35}, born("1990-11-21"), "met", "38 until the day before the 36th birthday"),
        ({"at_most": 35}, born("1990-11-20"), "not_met", "38 the 36th birthday"),
        ({"at_least": 16}, born("2010-11-20"), "met", "42 turns 16 on the day"),
        ({"at_least": 16}, born("2010-11-21"), "not_met", "42 turns 16 tomorrow"),
        (LEAPLING, born("2008-02-29"), "not_met", "39 not yet 18 on 28 February"),
        (LEAPLING | {"on": "2026-03-01"}, born("2008-02-29"), "met", "39 18 on 1 March"),
        (
            LEAPLING | {"leap_birthday": "february"},
            born("2008-02-29"),
            "met",
            "39 or on 28 February, if so stated",
        ),
        (
            {"at_least": 18, "on": "2028-02-29"},
            born("2010-02-28"),
            "met",
            "39 a leap year needs no rule",
        ),
        ({"at_least": 16, "at_most": 60}, born("1966-11-19"), "met", "between the two, 60 still"),
        (
            {"at_most": 35, "on": "2026-01-01"},
            born("1990-11-20"),
            "met",
            "35 on the day stated, 36 today",
        ),
        ({"at_least": 16}, {}, "waiting", "no date of birth is known"),
    ],
}
# The ledger of awards and titles is our own and complete, so a title is never waited for.
NEVER_WAIT = {"has_title"}


@pytest.mark.parametrize(
    ("code", "params", "facts", "answer"),
    [
        pytest.param(code, params, facts, answer, id=f"{code}: {name}")
        for code, rows in ROWS.items()
        for params, facts, answer, name in rows
    ],
)
def test_condition(code, params, facts, answer):
    found = check(code, params, facts)
    assert found.answer is Answer(answer), str(found.because)
    assert found.code == code
    assert str(found.because).endswith((".", "Y1)."))


@pytest.mark.parametrize("code", BY_CODE)
def test_every_condition_is_seen_to_pass_to_fail_and_to_wait(code):
    seen = {answer for _, _, answer, _ in ROWS.get(code, ())}
    assert seen == {"met", "not_met"} | (set() if code in NEVER_WAIT else {"waiting"})


def test_a_policy_can_make_up_somebody_with_every_kind_of_fact():
    told = {into for into, _ in FACTS.values()} | set(PLAIN)
    assert {f.name for f in fields(Record)} - {"names", "issued_on"} == told


@pytest.mark.parametrize(
    ("somebody", "where"),
    [
        pytest.param([], ["has"], id="no table"),
        pytest.param({"award": {}}, ["has.award"], id="a table where a list is wanted"),
        pytest.param({"award": [{}] * 65}, ["has.award"], id="more facts than anybody has"),
        pytest.param({"medal": []}, ["has.medal"], id="no kind of fact"),
    ],
)
def test_somebody_made_up_wrongly_is_refused_with_the_path(somebody, where):
    found = []
    read_record(somebody, "has", found)
    assert [p.where for p in found] == where


@pytest.mark.parametrize("condition", CONDITIONS, ids=lambda c: c.code)
def test_every_parameter_has_a_label_for_its_form(condition):
    assert condition.label
    assert all("label" in f.metadata for f in fields(condition))
    assert set(schema_of(condition)["properties"]) == {f.name for f in fields(condition)}


@pytest.mark.parametrize(
    ("code", "params", "facts", "sentence"),
    [
        pytest.param(
            "holds_qualification",
            BETTER,
            paper(level="4", valid_to="2026-11-30"),
            "Level 3 or better, Welder: you hold Level 4, Welder (No. Y1). Valid until 2026-11-30.",
            id="what is held, beside what is asked",
        ),
        pytest.param(
            "age",
            {"at_least": 16},
            born("2011-03-05"),
            "Age, at least 16 years: 15 on 2026-11-20; met from 2027-03-05.",
            id="42 quotes the rule and the day of turning 16",
        ),
        pytest.param(
            "age",
            {"under": 35, "on": "2026-06-01"},
            born("1991-05-31"),
            "Age, under 35 years, counted on 2026-06-01: 35 on 2026-06-01; was met until 2026-05-30.",
            id="38 quotes the rule and the last day",
        ),
        pytest.param(
            "holds_qualification",
            BETTER,
            papers(paper(occupation="fitter", level="1"), paper(level="4")),
            "Level 3 or better, Welder: you hold Level 4, Welder (No. Y1). Valid without end.",
            id="the right occupation is nearer",
        ),
        pytest.param(
            "holds_qualification",
            BETTER,
            paper(occupation="fitter"),
            "Level 3 or better, Welder: you hold Level 3, Fitter (No. Y1): another occupation.",
            id="another occupation",
        ),
        pytest.param(
            "holds_qualification",
            BETTER,
            paper(verification="unverified"),
            "Level 3 or better, Welder: you hold Level 3, Welder (No. Y1). "
            "Nobody has checked this certificate against its register yet.",
            id="not checked",
        ),
        pytest.param(
            "insured_months",
            TWELVE,
            insured(("2026-01-01", None, "2026-11-01")),
            "11 of 12 insured months are recorded up to 2026-11; 1 more needed.",
            id="one month short",
        ),
        pytest.param(
            "attested",
            ITEM,
            {},
            "Waiting for the attestation “no_violation” by your unit.",
            id="waiting for the unit",
        ),
        pytest.param(
            "won_award",
            {"rank": {"at_most": 3}, "tier": "city"},
            {},
            "An award, place 3 or better, tier city: none is recorded here.",
            id="no award",
        ),
        pytest.param(
            "employed",
            {"months": 36},
            works(since="2024-01-01"),
            "Employed, for 36 months at the same employer: at Plant 1 since 2024-01-01, not yet 36 months.",
            id="not long enough",
        ),
    ],
)
def test_sentences(code, params, facts, sentence):
    assert str(check(code, params, facts).because) == sentence


@pytest.mark.parametrize(
    ("code", "params", "facts", "proof"),
    [
        pytest.param(
            "holds_qualification",
            BETTER,
            papers(paper(level="5"), paper()),
            [("qualification", 2)],
            id="the one that counts",
        ),
        pytest.param(
            "holds_qualification",
            BETTER,
            papers(paper(level="5"), paper(level="4")),
            [("qualification", 2)],
            id="the nearest miss",
        ),
        pytest.param("won_award", {}, won(), [("award", 1)], id="the award"),
        pytest.param("employed", {}, works(), [("employment", 1)], id="the employment"),
        pytest.param(
            "attested", ITEM, said((True, "2026-01-01")), [("attestation", 1)], id="the statement"
        ),
        pytest.param("has_title", MEDAL, {}, [], id="nothing to show"),
    ],
)
def test_proof(code, params, facts, proof):
    assert [(p.kind, p.id) for p in check(code, params, facts).proof] == proof


def test_what_can_be_counted_is():
    found = check("insured_months", TWELVE, insured(("2026-01-01", None, "2026-11-01")))
    assert (found.have, found.need) == (11, 12)


def test_no_figure_before_the_first_date():
    found = check("insured_months", BY_ISSUE, insured(("2010-01-01", None, None)), "2016-12-31")
    assert found.answer is Answer.NOT_MET
    assert "no figure is set for 2016-12-31" in str(found.because)


@given(
    st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), min_size=1, max_size=5),
    st.integers(1, 40),
)
def test_overlapping_spans_count_once(spans, need):
    def month(n):
        return f"{2024 + n // 12}-{n % 12 + 1:02}-01"

    rows = [(month(min(s)), month(max(s)), TODAY) for s in spans]
    expected = len({m for s in spans for m in range(min(s), max(s) + 1)})
    found = check("insured_months", {"at_least": need}, insured(*rows))
    assert found.have == expected
    assert found.answer is (Answer.MET if expected >= need else Answer.NOT_MET)
