"""The forms of the studio."""

from __future__ import annotations

from flask_wtf.file import FileField
from wtforms import SelectField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from skillhub.kernel.forms import HouseForm
from skillhub.kernel.messages import N_


class LookForm(HouseForm):
    """Yes, or back with the reason."""

    why = TextAreaField(
        N_("What is to be changed"), [Optional(), Length(max=500)], render_kw={"rows": 3}
    )


class RawForm(HouseForm):
    """The files of a template as texts."""

    about = TextAreaField("about.toml", [InputRequired(), Length(max=100_000)])
    page = TextAreaField("page.html", [InputRequired(), Length(max=100_000)])
    style = TextAreaField("page.css", [InputRequired(), Length(max=100_000)])


class BringForm(HouseForm):
    """A file that was exported, and for whose papers it is."""

    file = FileField(N_("File"), description=N_("A .zip that was exported here or elsewhere."))
    owner = SelectField(N_("For the papers of"), coerce=int)
