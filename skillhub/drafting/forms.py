"""The forms of a marking scheme, drawn from the parameters of its kinds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from zlib import crc32

from wtforms import IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from skillhub.kernel.canonical import canonical
from skillhub.kernel.forms import (
    ExactField,
    HouseForm,
    LinesField,
    chosen_from,
    document,
    form_for,
    typed,
)
from skillhub.kernel.messages import N_
from skillhub.scoring.kinds import plain_aspect
from skillhub.scoring.rules import Aspect, Rounding, Scheme

ROUNDINGS = {
    Rounding.END: N_("The total alone"),
    Rounding.PART: N_("The points of this component"),
    Rounding.ASPECT: N_("The points of each aspect"),
}


class SettingsForm(HouseForm):
    rounding = SelectField(N_("What is rounded, half up"), choices=chosen_from(ROUNDINGS))
    decimals = IntegerField(N_("Decimals"), [InputRequired(), NumberRange(0, 4)])
    raise_to = ExactField(
        N_("Raise the sum to"), description=N_("Such as 100; empty where the sum counts as it is.")
    )
    zero_reasons = LinesField(
        N_("Reasons that a judged 0 must carry"),
        [Optional()],
        rows=True,
        keyed=True,
        description=N_("One letter a line: N = not attempted. A judge then types 0N."),
    )
    sections = TextAreaField(
        N_("Sections of the standards"),
        [Optional(), Length(max=5000)],
        description=N_("One a line: code = planned points = name"),
        render_kw={"rows": 6},
    )

    def settings(self) -> dict[str, Any]:
        """Give the answers as a scheme's document."""
        rows = [
            [c.strip() for c in line.split("=", 2)]
            for line in (self.sections.data or "").splitlines()
        ]
        sections = [
            {k: v for k, v in zip(("code", "planned", "name"), row, strict=False) if v}
            for row in rows
            if row[0]
        ]
        raised = self.raise_to.data
        return {
            "rounding": self.rounding.data,
            "decimals": self.decimals.data,
            "raise_to": None if raised is None else f"{raised:f}",
            "zero_reasons": self.zero_reasons.data or {},
            "sections": sections,
        }


def settings_form(scheme: Scheme, version: int) -> SettingsForm:
    """Give the form of what holds for a whole scheme."""
    rows = [
        " = ".join([s.code, "" if s.planned is None else f"{s.planned:f}", s.name])
        for s in scheme.sections
    ]
    return SettingsForm(
        rounding=scheme.rounding.value,
        decimals=scheme.decimals,
        raise_to=scheme.raise_to,
        zero_reasons=dict(scheme.zero_reasons),
        sections="\n".join(rows),
        version=version,
    )


def version_of(written: Mapping[str, Any]) -> int:
    """Give a number that changes with the scheme, so that an edit knows from which one it began."""
    return crc32(canonical(written).encode())


def aspect_form(
    kind: type[Aspect], aspect: Aspect | None, place: Sequence[str], version: int
) -> Any:
    """Draw the form of one aspect from its parameters, with the criterion and sub-criterion it stands in."""
    above = {
        "criterion": StringField(
            N_("Criterion"),
            [Optional(), Length(max=100)],
            description=N_("Code and name: A Assembly"),
        ),
        "sub": StringField(
            N_("Sub-criterion"),
            [Optional(), Length(max=100)],
            description=N_("Code and name: A1 Wiring"),
        ),
    }
    drawn = type("AspectForm", (form_for(kind),), above)
    stored = typed(plain_aspect(aspect), kind) if aspect else {}
    stored.pop("kind", None)
    return drawn(**stored, criterion=place[0], sub=place[1], version=version)


def aspect_document(form: HouseForm, kind: type[Aspect]) -> dict[str, Any]:
    """Give the answers of an aspect's form as its table."""
    return {"kind": kind.kind, **document(form, kind)}
