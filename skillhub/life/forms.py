"""The forms of steps that ask for a word, of a longer registration, and of the check-in."""

from __future__ import annotations

from wtforms import StringField
from wtforms.validators import InputRequired, Length, Optional

from skillhub.kernel.fields import MomentField
from skillhub.kernel.forms import HouseForm
from skillhub.kernel.messages import N_


class StepForm(HouseForm):
    why = StringField(N_("Reason"), [Optional(), Length(max=500)])


class WhyForm(HouseForm):
    why = StringField(N_("Reason"), [InputRequired(), Length(max=500)])


class ExtendForm(WhyForm):
    until = MomentField(N_("Registration closes"), [InputRequired()])


class CheckInForm(HouseForm):
    """Only the version; who is there comes as ticks beside the entries."""
