"""What the schemes are told of the people behind the entries."""

from datetime import date

from skillhub.awards import queries
from skillhub.people.models import Employment
from skillhub.results import queries as results
from tests import make


def test_who_was_on_the_line_is_asked_of_the_day_of_the_contest(root):
    """An event without a day of its own takes the competition's, for ages and for employments alike."""
    cup = make.competition(root, ends_on=date(2025, 5, 20))
    event = make.event(cup, held_on=None)
    person = make.person(birth_date=date(1990, 5, 21))
    spans = [(date(2020, 1, 1), date(2025, 5, 20), True), (date(2025, 5, 21), None, False)]
    for since, until, line in spans:
        job = {"since": since, "until": until, "is_line_worker": line}
        make.keep(Employment(person=person, organisation=root, **job))
    make.entry(event, person=person, marks={"score": 9})

    field = queries.field(results.computed(event))

    assert field.held_on == cup.ends_on
    assert field.contenders[0].traits.line_worker is True
