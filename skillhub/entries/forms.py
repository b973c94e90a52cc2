"""The forms of one entry."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext
from wtforms import BooleanField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from skillhub.entries.models import STATUS_LABELS
from skillhub.kernel.forms import HouseForm, chosen_from
from skillhub.kernel.messages import N_


class EntryForm(HouseForm):
    name = StringField(
        N_("Name"),
        [Optional(), Length(max=200)],
        description=N_("Of the person or the team, as it stands on the certificate."),
    )
    person = StringField(
        N_("Worker number"),
        [Optional(), Length(max=64)],
        description=N_("Ties the entry to the person, who then sees result and certificate."),
    )
    organisation = StringField(
        N_("Organisation"),
        [Optional(), Length(max=200)],
        description=N_("Its code or its full name. Empty: the person's employer on the day."),
    )
    members = TextAreaField(
        N_("Members"),
        [Optional(), Length(max=5000)],
        description=N_(
            "Of a team: one name a line, the worker number in brackets behind it: 李伟 (00417)."
        ),
        render_kw={"rows": 4},
    )
    guest = BooleanField(
        N_("Guest"),
        description=N_("A guest competes outside the ranking and earns no award."),
    )

    @property
    def names(self) -> list[str]:
        """Give the members, one a line."""
        return [line.strip() for line in (self.members.data or "").splitlines() if line.strip()]

    def validate(self, **values: Any) -> bool:
        if not super().validate(**values):
            return False
        if not (self.name.data or "").strip() and not (self.person.data or "").strip():
            self.name.errors = [gettext(N_("Give a name or a worker number."))]
            return False
        return True


class NewEntryForm(EntryForm):
    code = StringField(
        N_("Entry number"),
        [InputRequired(), Length(max=32)],
        description=N_("As it stands on the paper sheets, such as 07."),
    )


class RuleForm(HouseForm):
    status = SelectField(
        N_("How it came through"), choices=chosen_from(STATUS_LABELS), validators=[InputRequired()]
    )
    why = StringField(
        N_("Reason"),
        [Optional(), Length(max=500)],
        description=N_("Needed unless the entry competes or did not start."),
    )
