"""The forms of policies."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from flask_wtf.file import FileField
from wtforms import BooleanField, DateField, HiddenField, SelectField, TextAreaField
from wtforms.validators import InputRequired, Optional

from skillhub.kernel.forms import HouseForm
from skillhub.kernel.messages import N_
from skillhub.organisations.models import Organisation


class AdoptForm(HouseForm):
    owner = SelectField(N_("Whose policy it is"), coerce=int, validators=[InputRequired()])
    file = FileField(N_("Policy document"), description=N_("A .toml or .json file."))
    text = TextAreaField(
        N_("Or write it here"),
        description=N_("TOML or JSON. A file that you choose replaces what stands here."),
        render_kw={"rows": 18, "spellcheck": "false"},
    )
    seen = HiddenField()
    agreed = BooleanField(N_("I have read the rule and its cases above; adopt it."))

    def __init__(self, owners: list[Organisation], *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        self.owner.choices = [(o.id, o.name) for o in owners]

    def take_file(self) -> None:
        """Put the text of a chosen file where it can be read and mended."""
        if self.file.data:
            self.text.data = self.file.data.read().decode("utf-8-sig", errors="replace")

    def agrees(self) -> bool:
        """Tell whether the text was agreed to that was shown before; from now on this one is shown."""
        shown = sha256((self.text.data or "").encode()).hexdigest()
        agreed = bool(self.agreed.data) and self.seen.data == shown
        self.seen.data, self.agreed.data = shown, False
        return agreed


class DayForm(HouseForm):
    class Meta:
        csrf = False

    on = DateField(N_("On the day"), [Optional()])
