"""The forms that decide a tie, and that take an award or a result back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from wtforms import FieldList, SelectField, StringField
from wtforms.validators import InputRequired, Length

from skillhub.awards.rules import Title
from skillhub.kernel.forms import HouseForm
from skillhub.kernel.messages import N_, say
from skillhub.kernel.web import tr

OPEN = "?"  # not chosen yet


class WhyForm(HouseForm):
    why = StringField(
        N_("Reason"),
        [InputRequired(), Length(max=500)],
        description=N_("It stays in the journal beside your name."),
    )


class DecideForm(HouseForm):
    titles = FieldList(SelectField(validate_choice=False))
    why = StringField(
        N_("What the committee decided, and why"),
        [InputRequired(), Length(max=500)],
        description=N_("It stands beside each of these names, wherever an award says why."),
    )

    def offer(
        self, titles: Sequence[Title], names: Sequence[str], given: Sequence[str | None]
    ) -> None:
        """Offer the titles for each name; what was decided before is chosen."""
        choices: list[Any] = [(OPEN, "–"), *((str(title), str(title)) for title in titles)]
        for n, name in enumerate(names):
            if n == len(self.titles):
                self.titles.append_entry(OPEN if given[n] is None else given[n])
            self.titles[n].label.text = name
            self.titles[n].choices = [*choices, ("", tr(N_("no award by this rule")))]

    def validate(self, **values: Any) -> bool:
        fine = super().validate(**values)
        left = [one.label.text for one in self.titles if one.data in (OPEN, None)]
        if left:
            text = N_("Choose what each of them is given: %(names)s.")
            self.form_errors = [*self.form_errors, tr(say(text, names=", ".join(left)))]
        return fine and not left
