"""What is said of the columns of a marking scheme."""

from skillhub.drafting.sheet import SCHEME
from skillhub.scoring.kinds import KINDS


def test_whoever_writes_a_scheme_learns_every_type_by_name():
    note = next(column.note for column in SCHEME if column.name == "kind")
    for kind in KINDS:
        assert kind.kind in note


def test_codes_and_levels_say_what_they_hold():
    told = {column.name for column in SCHEME if column.note}
    assert told >= {"criterion", "sub", "aspect", "kind", "level0", "level3", "more"}
