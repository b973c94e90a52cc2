"""The form of an event's teams."""

from __future__ import annotations

from typing import Any, Self

from wtforms import BooleanField, IntegerField, SelectField
from wtforms.validators import InputRequired, NumberRange, Optional

from skillhub.competitions.models import Event
from skillhub.entries.rules import Take, TeamRule, WhenOut
from skillhub.kernel.forms import HouseForm, chosen_from
from skillhub.kernel.messages import N_

TAKES = {
    Take.SUM: N_("The sum of its members' points"),
    Take.MEAN: N_("The mean of its members' points"),
    Take.BEST: N_("The points of its best member"),
}
OUT = {
    WhenOut.TEAM: N_("The team is disqualified with them"),
    WhenOut.ZERO: N_("They bring nothing, the team stays"),
}
NAMES = ("take", "best", "disqualified", "best_member", "least", "reserves", "one_unit")


class TeamForm(HouseForm):
    team_size = IntegerField(
        N_("People in a full team"),
        [InputRequired(), NumberRange(1, 50)],
        description=N_("1 for single competitors: then nothing below counts."),
    )
    least = IntegerField(
        N_("People in the smallest team"),
        [Optional(), NumberRange(1, 50)],
        description=N_(
            "A smaller one is not registered. Empty: the doctor warns, nothing is refused."
        ),
    )
    reserves = IntegerField(
        N_("Reserves beside a full team"),
        [Optional(), NumberRange(0, 10)],
        description=N_("They compete only in somebody's place, and bring no points."),
    )
    one_unit = BooleanField(N_("All of a team work for one unit"))
    take = SelectField(
        N_("Members who are marked alone bring their team"), choices=chosen_from(TAKES)
    )
    best = IntegerField(
        N_("Only so many of them count, the best ones"),
        [Optional(), NumberRange(1, 50)],
        description=N_("Empty: all of them."),
    )
    disqualified = SelectField(N_("When a member is disqualified"), choices=chosen_from(OUT))
    best_member = SelectField(
        N_("The component that shows the best member alone"),
        [Optional()],
        description=N_("As a key of the ranking it separates teams of equal totals."),
    )

    @classmethod
    def of(cls, event: Event, rule: TeamRule) -> Self:
        """Show the teams of an event."""
        known = {name: getattr(rule, name) for name in NAMES}
        form = cls(**known, team_size=event.team_size, version=event.version)
        carried = [(c.code, c.name) for c in event.components if c.kind == "carried"]
        form.best_member.choices = [("", "–"), *carried]
        return form

    def document(self) -> dict[str, Any]:
        """Give the rule as a competition file writes it: what is usual is left out."""
        usual, said = TeamRule(), {name: getattr(self, name).data for name in NAMES}
        if self.team_size.data == 1:
            return {}
        return {n: v for n, v in said.items() if v is not None and v != getattr(usual, n)}
