"""What is said of a cell that holds no points."""

import pytest

from skillhub.marking.rules import no_number


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("缺考", "is a state of the entry"),
        (" ABS ", "is a state of the entry"),
        ("DNF", "is a state of the entry"),
        ("absinthe", "is no number"),
        ("八十", "is no number"),
        ("87,5", None),
        ("", None),
    ],
)
def test_who_was_away_is_sent_to_the_state_and_not_to_a_number(typed, told):
    said = no_number(typed, "Theory")
    assert (said is None) if told is None else told in said.text
