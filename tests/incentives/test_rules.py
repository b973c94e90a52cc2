"""Policies as documents: read or refused, chosen by date, tried on their own cases."""

import copy
import json
import tomllib
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import skillhub.sample
from skillhub.eligibility.conditions import BY_CODE, read_record
from skillhub.eligibility.rules import Answer, Record
from skillhub.incentives.rules import (
    Policy,
    clashes,
    describe,
    evaluate,
    failures,
    in_force,
    read,
    schema,
)
from skillhub.kernel.canonical import canonical
from skillhub.kernel.errors import BadInput

SAMPLES = sorted((Path(skillhub.sample.__path__[0]) / "policies").glob("*.toml"))
PLAIN = {
    "policy": "bonus",
    "title": {"en": "Bonus", "zh": "奖励"},
    "source": "House rule 1",
    "effective": {"from": "2019-01-01", "to": "2024-12-31"},
    "basis": "application_date",
    "require": {"holds_qualification": {"level": {"at_most": 3}}},
    "benefit": {"kind": "money", "amount": 1000},
}


def document(**changes):
    """Change the plain document; None takes a part out."""
    merged = copy.deepcopy(PLAIN) | changes
    return {name: part for name, part in merged.items() if part is not None}


def policy(since="2019-01-01", until=None, **changes):
    effective = {"from": since} | ({"to": until} if until else {})
    return read(document(effective=effective, **changes))


def holding(*papers):
    """Somebody with checked certificates: (level, issued on)."""
    rows = [
        {"level": level, "issued_on": issued, "verification": "verified", "verified_on": issued}
        for level, issued in papers
    ]
    found = []
    record = read_record({"qualification": rows}, "has", found)
    assert found == []
    return record


def day(text):
    return date.fromisoformat(text)


@pytest.mark.parametrize("path", SAMPLES, ids=lambda p: p.stem)
def test_samples_hold_on_their_own_cases(path):
    sample = read(tomllib.loads(path.read_text()))
    assert [str(p) for p in failures(sample)] == []
    assert sample.example
    assert "xample" in sample.title.en
    assert "示例" in sample.title.zh
    assert sample.source.startswith("Example after")
    assert sample.code == path.stem
    assert len(sample.cases) >= 4


def test_samples_use_every_condition():
    text = "".join(path.read_text() for path in SAMPLES)
    assert all(code in text for code in set(BY_CODE) - {"age"})  # asked of entrants, not of claims


@pytest.mark.parametrize("path", SAMPLES, ids=lambda p: p.stem)
def test_the_stored_form_reads_like_the_file(path):
    written = tomllib.loads(path.read_text())
    stored = canonical(written)
    assert read(json.loads(stored)) == read(written)
    assert canonical(json.loads(stored)) == stored


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        pytest.param({"policy": None}, "policy", id="no code"),
        pytest.param({"limits": {"per_year": 3}}, "limits", id="a part that is not known yet"),
        pytest.param({"title": {"en": "Bonus"}}, "title.zh", id="no Chinese title"),
        pytest.param({"title": "Bonus"}, "title", id="one title for both"),
        pytest.param(
            {"effective": {"from": "2025-01-01", "to": "2024-12-31"}},
            "effective.to",
            id="ends before it begins",
        ),
        pytest.param({"effective": {"from": "2025-02-29"}}, "effective.from", id="no such day"),
        pytest.param({"effective": {}}, "effective.from", id="no beginning"),
        pytest.param({"basis": "birthday"}, "basis", id="an unknown basis"),
        pytest.param({"subject": "organisation"}, "subject", id="organisations come later"),
        pytest.param({"require": {"height": {}}}, "require.height", id="an unknown condition"),
        pytest.param(
            {"require": {"any": [{"holds_qualification": {"grade": 3}}]}},
            "require.any[0].holds_qualification.grade",
            id="an unknown parameter",
        ),
        pytest.param({"require": {"all": [{"employed": {}}] * 65}}, "require.all", id="65 parts"),
        pytest.param(
            {"require": {"all": [{"any": [{"employed": {}}] * 33}] * 2}},
            "require",
            id="66 conditions in two parts",
        ),
        pytest.param(
            {
                "require": {
                    "insured_months": {
                        "at_least": {"by": "issued_on", "values": {"2020-01-01": 12}}
                    }
                }
            },
            "basis",
            id="figures by issue date in a policy by application date",
        ),
        pytest.param({"benefit": {"kind": "gold"}}, "benefit.kind", id="an unknown benefit"),
        pytest.param(
            {"benefit": {"kind": "money", "amount": 12.5}}, "benefit.amount", id="a binary fraction"
        ),
        pytest.param(
            {"benefit": {"kind": "money", "amount": {"by": "level", "table": {"9": 1}}}},
            "benefit.amount.table.9",
            id="an amount for level 9",
        ),
        pytest.param(
            {"benefit": {"kind": "money", "amount": {"by": "rank", "table": {"1": 1}}}},
            "benefit.amount",
            id="amounts by something else",
        ),
        pytest.param(
            {
                "cases": [
                    {
                        "name": "x",
                        "as_of": "2024-01-01",
                        "has": {"wings": []},
                        "expect": {"answer": "met"},
                    }
                ]
            },
            "cases[0].has.wings",
            id="a case with unknown facts",
        ),
        pytest.param(
            {
                "cases": [
                    {
                        "name": "x",
                        "as_of": "2024-01-01",
                        "has": {"qualification": [{"level": 3}]},
                        "expect": {"answer": "met"},
                    }
                ]
            },
            "cases[0].has.qualification[0].issued_on",
            id="a certificate without its day",
        ),
        pytest.param(
            {
                "cases": [
                    {"name": "x", "as_of": "2024-01-01", "has": {}, "expect": {"answer": "yes"}}
                ]
            },
            "cases[0].expect.answer",
            id="yes is no answer",
        ),
        pytest.param({"cases": [7]}, "cases[0]", id="a case that is a number"),
        pytest.param({"cases": {}}, "cases", id="cases that are no list"),
        pytest.param({"source": "x" * 70_000}, "", id="70 KB"),
        pytest.param({"source": float("nan")}, "", id="not a number"),
        pytest.param({"source": {1, 2}}, "", id="nothing JSON can hold"),
    ],
)
def test_refused_with_the_path(changes, where):
    with pytest.raises(BadInput) as refused:
        read(document(**changes))
    assert [p.where for p in refused.value.problems] == [where]


@pytest.mark.parametrize("junk", [None, [], 7, "policy", {"all": {}}], ids=str)
def test_junk_is_refused(junk):
    with pytest.raises(BadInput):
        read(junk)


def test_depth_beyond_any_reason_is_refused():
    deep = {}
    for _ in range(100_000):
        deep = {"not": deep}
    with pytest.raises(BadInput):
        read(document(require=deep))


def problems(written):
    """List what keeps a document from being read; a refusal without a problem would be a bug."""
    try:
        read(written)
    except BadInput as refused:
        return refused.problems or pytest.fail("refused without a reason")
    return ()


SCRAPS = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-5, 700)
    | st.sampled_from(["", "3", "met", "2024-02-29", "level"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    *BY_CODE,
                    "all",
                    "any",
                    "not",
                    "at_least",
                    "n",
                    "of",
                    "by",
                    "values",
                    "table",
                    "has",
                    "as_of",
                ]
            ),
            inner,
            max_size=3,
        )
    ),
    max_leaves=8,
)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from([*sorted(PLAIN), "cases", "subject", "example"]), SCRAPS)
def test_whatever_is_written_it_is_read_or_refused_with_sentences(part, scrap):
    found = problems(PLAIN | {part: scrap})
    assert all(str(p.message) for p in found)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from([*BY_CODE, "all", "any", "not", "at_least"]), SCRAPS)
def test_whatever_is_required_it_is_read_or_refused(name, scrap):
    written = PLAIN | {"require": {name: scrap}}
    found = problems(written)
    assert all(p.where.startswith("require") or p.where == "basis" for p in found)
    if not found:
        outcome = evaluate([read(written)], Record(), date(2020, 1, 1))
        assert json.dumps(outcome.verdict.as_json())


def test_every_mistake_at_once():
    with pytest.raises(BadInput) as refused:
        read(document(basis="x", title={"en": "", "zh": ""}, colour="red"))
    assert {p.where for p in refused.value.problems} == {"basis", "title.en", "title.zh", "colour"}


@pytest.mark.parametrize(
    ("on", "amount"),
    [
        pytest.param("2018-12-31", None, id="the day before the first version"),
        pytest.param("2019-01-01", 500, id="first day of the old version"),
        pytest.param("2021-12-31", 500, id="last day of the old version"),
        pytest.param("2022-01-01", None, id="53 first day of the gap: no rule, not the nearest"),
        pytest.param("2022-12-31", None, id="53 last day of the gap"),
        pytest.param("2023-01-01", 800, id="first day of the new version"),
        pytest.param("2099-01-01", 800, id="the new version has no end"),
    ],
)
def test_version_in_force(on, amount):
    old = policy("2019-01-01", "2021-12-31", benefit={"kind": "money", "amount": 500})
    new = policy("2023-01-01", benefit={"kind": "money", "amount": 800})
    assert clashes([new, old]) == []
    chosen = in_force([new, old], day(on))
    assert (chosen.benefit.amount[0][1] if chosen else None) == amount


@pytest.mark.parametrize(
    ("until", "clash"),
    [
        pytest.param("2022-12-31", False, id="ends the day before"),
        pytest.param("2023-01-01", True, id="ends on the first day of the next"),
        pytest.param(None, True, id="never ends"),
    ],
)
def test_versions_may_not_overlap(until, clash):
    versions = [policy("2023-01-01"), policy("2019-01-01", until)]
    assert bool(clashes(versions)) is clash


def test_versions_go_by_the_same_day():
    versions = [policy("2019-01-01", "2019-12-31"), policy("2020-01-01", basis="issue_date")]
    assert [p.where for p in clashes(versions)] == ["basis"]


OLD = {"since": "2017-01-01", "until": "2018-12-31", "source": "old rate"}
NEW = {"since": "2019-01-01", "source": "new rate"}


@pytest.mark.parametrize(
    ("basis", "issued", "on", "source", "answer"),
    [
        pytest.param(
            "issue_date",
            "2018-12-20",
            "2019-03-01",
            "old rate",
            "met",
            id="52 issued under the old rate, filed under the new: old",
        ),
        pytest.param(
            "application_date",
            "2018-12-20",
            "2019-03-01",
            "new rate",
            "met",
            id="52 by application date: new",
        ),
        pytest.param(
            "issue_date",
            "2018-12-31",
            "2019-03-01",
            "old rate",
            "met",
            id="issued on the last day of the old",
        ),
        pytest.param(
            "issue_date",
            "2019-01-01",
            "2019-03-01",
            "new rate",
            "met",
            id="issued on the first day of the new",
        ),
        pytest.param(
            "issue_date",
            "2016-12-31",
            "2019-03-01",
            None,
            "not_met",
            id="53 issued before any rule",
        ),
        pytest.param(
            "application_date",
            "2016-12-31",
            "2016-12-31",
            None,
            "not_met",
            id="53 filed before any rule",
        ),
    ],
)
def test_the_basis_chooses_the_version(basis, issued, on, source, answer):
    versions = [policy(basis=basis, **OLD), policy(basis=basis, **NEW)]
    outcome = evaluate(versions, holding(("3", issued)), day(on))
    assert (outcome.policy.source if outcome.policy else None) == source
    assert outcome.verdict.answer is Answer(answer)


@pytest.mark.parametrize(
    ("won", "source", "answer"),
    [
        pytest.param(["2018-12-31"], "old rate", "met", id="won on the last day of the old"),
        pytest.param(["2019-01-01"], "new rate", "met", id="won on the first day of the new"),
        pytest.param(["2018-12-31", "2019-01-01"], "new rate", "met", id="both: the newest"),
        pytest.param([], "new rate", "not_met", id="nothing won: what is missing, by today's"),
        pytest.param(["2016-12-31"], None, "not_met", id="won before any rule"),
        pytest.param(["2019-03-02"], "new rate", "not_met", id="won after the day asked about"),
    ],
)
def test_by_event_date_each_award_is_asked_by_itself(won, source, answer):
    asked = {"basis": "event_date", "require": {"won_award": {}}}
    versions = [policy(**asked, **OLD), policy(**asked, **NEW)]
    record = read_record({"award": [{"awarded_on": on} for on in won]}, "has", [])
    outcome = evaluate(versions, record, day("2019-03-01"))
    assert (outcome.policy.source if outcome.policy else None) == source
    assert outcome.verdict.answer is Answer(answer)


def test_by_event_date_awards_of_different_days_are_not_added_up():
    asked = policy(basis="event_date", require={"won_award": {"at_least": 2}})
    record = read_record(
        {"award": [{"awarded_on": "2020-01-01"}, {"awarded_on": "2020-01-02"}]}, "has", []
    )
    assert evaluate([asked], record, day("2020-02-01")).verdict.answer is Answer.NOT_MET


def test_no_rule_in_force_says_so():
    outcome = evaluate([policy(**NEW)], Record(), day("2018-12-31"))
    assert str(outcome.verdict.because) == "No rule is in force on 2018-12-31."
    assert outcome.policy is None


def test_by_issue_date_each_certificate_is_asked_by_itself():
    versions = [policy(basis="issue_date", **OLD), policy(basis="issue_date", **NEW)]
    outcome = evaluate(
        versions, holding(("3", "2018-05-01"), ("5", "2019-04-01")), day("2019-05-01")
    )
    assert (outcome.basis_on, outcome.policy.source) == (day("2018-05-01"), "old rate")
    assert outcome.verdict.answer is Answer.MET


def test_by_issue_date_without_a_certificate_todays_version_says_what_is_missing():
    outcome = evaluate([policy(basis="issue_date", **NEW)], Record(), day("2020-01-01"))
    assert outcome.policy is not None
    assert outcome.verdict.answer is Answer.NOT_MET


def test_54_a_retroactive_version_changes_nothing_that_was_answered():
    before = [policy(**NEW)]
    answered = evaluate(before, holding(("3", "2019-05-01")), day("2019-06-01"))
    after = [policy("2019-01-01", "2019-05-31"), policy("2019-06-01", source="retroactive")]
    assert answered.policy.source == "new rate"
    assert (
        evaluate(after, holding(("3", "2019-05-01")), day("2019-06-01")).policy.source
        == "retroactive"
    )


@pytest.mark.parametrize(
    ("issued", "months", "on", "answer"),
    [
        pytest.param(
            "2024-02-29",
            12,
            "2025-02-28",
            "met",
            id="55 issued on 29 February: 28 February is in time",
        ),
        pytest.param(
            "2024-02-29",
            12,
            "2025-03-01",
            "not_met",
            id="55 issued on 29 February: 1 March is late",
        ),
        pytest.param(
            "2024-01-31", 1, "2024-02-29", "met", id="55 31 January and a month: 29 February"
        ),
        pytest.param(
            "2024-01-31",
            1,
            "2024-03-01",
            "not_met",
            id="55 31 January and a month: 1 March is late",
        ),
    ],
)
def test_filing_within_months(issued, months, on, answer):
    require = {"holds_qualification": {"within_months": months}}
    outcome = evaluate([policy(require=require)], holding(("3", issued)), day(on))
    assert outcome.verdict.answer is Answer(answer)


def case(level, answer, **facts):
    row = {"level": level, "issued_on": "2024-01-01"} | facts
    has = {"qualification": [row]}
    return {
        "name": f"level {level}",
        "as_of": "2024-06-01",
        "has": has,
        "expect": {"answer": answer},
    }


@pytest.mark.parametrize(
    ("cases", "where"),
    [
        pytest.param([case(3, "met"), case(4, "not_met")], [], id="both sides of the border"),
        pytest.param(
            [case(3, "met"), case(4, "met")],
            ["cases[1]", "cases"],
            id="a wrong expectation, and no other no",
        ),
        pytest.param([case(3, "met")], ["cases"], id="only yes"),
        pytest.param([], ["cases"], id="none"),
        pytest.param(
            [case(3, "waiting", verification="unverified"), case(3, "met"), case(5, "not_met")],
            [],
            id="all three",
        ),
    ],
)
def test_a_policy_is_tried_on_its_cases(cases, where):
    assert [p.where for p in failures(policy(cases=cases))] == where


def test_a_policy_reads_as_sentences():
    table = {"by": "level", "table": {"3": 2000, "2": 3000}}
    lines = describe(policy(until="2024-12-31", benefit={"kind": "money", "amount": table}), {})
    assert [str(line) for _, line in lines] == [
        "In force from 2019-01-01 to 2024-12-31.",
        "The day of the application decides which version applies.",
        "Level 3 or better, any occupation",
        "Promises: money.",
        "Level 2: 3000 CNY",
        "Level 3: 2000 CNY",
    ]


def test_the_schema_names_every_part():
    found = schema()
    required = {"policy", "title", "source", "effective", "basis", "require", "benefit"}
    assert set(found["required"]) == required
    assert set(found["properties"]) == required | {"subject", "cases", "example"}
    assert found["properties"]["effective"]["required"] == ["from"]
    assert json.loads(json.dumps(found)) == found


def test_a_policy_is_a_value():
    assert policy() == policy()
    assert isinstance(policy(), Policy)
