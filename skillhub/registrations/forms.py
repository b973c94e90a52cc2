"""The form that says how an event takes entrants."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from flask_babel import gettext
from wtforms import BooleanField, DateField, IntegerField, SelectField, TextAreaField
from wtforms.validators import Length, NumberRange, Optional

from skillhub.competitions.models import Event
from skillhub.eligibility.conditions import read
from skillhub.kernel.fields import MomentField
from skillhub.kernel.forms import HouseForm, chosen_from
from skillhub.kernel.messages import N_, Problem
from skillhub.kernel.web import tr
from skillhub.qualifications.rules import LEVELS
from skillhub.registrations.models import EntryRule
from skillhub.registrations.rules import AsOf

DAYS = {
    AsOf.DEADLINE: N_("The day registration closes"),
    AsOf.EVENT_DAY: N_("The day of the event"),
    AsOf.DATE: N_("The day written below"),
}
YEARS = [Optional(), NumberRange(1, 120)]
MANY = [Optional(), NumberRange(1, 100_000)]


class EntryRuleForm(HouseForm):
    capacity = IntegerField(
        N_("Places"), MANY, description=N_("People or teams in all. Empty: no limit.")
    )
    unit_quota = IntegerField(
        N_("Places of each unit"),
        MANY,
        description=N_("A workshop counts for the enterprise over it. Empty: no limit."),
    )
    waiting_list = BooleanField(
        N_("Keep a waiting list: who leaves is followed by the first in line")
    )
    endorse = BooleanField(N_("Who registers alone needs the agreement of the unit"))
    at_once = BooleanField(N_("Whoever may enter is admitted at once, as long as there are places"))
    youngest = IntegerField(N_("At least so many years old"), YEARS)
    oldest = IntegerField(N_("At most so many years old (that year included)"), YEARS)
    months = IntegerField(
        N_("For so many months at the same employer"), [Optional(), NumberRange(1, 600)]
    )
    level = SelectField(
        N_("Holds this level in the occupation of the event, or a better one"),
        [Optional()],
        choices=chosen_from({code: level.name for code, level in LEVELS.items()}, "–"),
    )
    more = TextAreaField(
        N_("Further conditions"),
        [Optional(), Length(max=20_000)],
        description=N_('As in a policy, in JSON: {"won_award": {"tier": "district"}}'),
        render_kw={"rows": 3, "spellcheck": "false"},
    )
    as_of = SelectField(N_("The conditions count on"), choices=chosen_from(DAYS))
    as_of_on = DateField(N_("Day"), [Optional()])
    substitute_until = MomentField(
        N_("Somebody else may take over a place until"),
        [Optional()],
        description=N_("Empty: until registration closes."),
    )

    @classmethod
    def of(cls, rule: EntryRule) -> EntryRuleForm:
        """Show a rule: the usual conditions in their own fields, any other one as it is written."""
        plain = {name: getattr(rule, name) for name in _PLAIN}
        return cls(
            **plain, **_fields(rule.requirement), as_of=rule.as_of.value, version=rule.version
        )

    def validate(self, **values: Any) -> bool:
        """Check that the conditions can be read, and that a day is named where one is meant."""
        if not super().validate(**values):
            return False
        if self.as_of.data == AsOf.DATE and not self.as_of_on.data:
            self.as_of_on.errors = [gettext(N_("Write the day."))]
            return False
        found: list[Problem] = []
        more = _read(self.more.data)
        if more is None:
            self.more.errors = [gettext(N_("This cannot be read as JSON."))]
            return False
        if more:
            read(more, "more", found)
        self.more.errors = [f"{p.where}: {tr(p.message)}" for p in found]
        return not found

    def values(self, event: Event) -> dict[str, Any]:
        """Give the columns of the rule."""
        plain = {name: getattr(self, name).data for name in _PLAIN}
        as_of = AsOf(self.as_of.data)
        plain["as_of_on"] = self.as_of_on.data if as_of is AsOf.DATE else None
        return {**plain, "as_of": as_of, "requirement": self._requirement(event)}

    def _requirement(self, event: Event) -> dict[str, Any]:
        parts: list[dict[str, Any]] = []
        years = {"at_least": self.youngest.data, "at_most": self.oldest.data}
        if any(years.values()):
            parts.append({"age": {name: n for name, n in years.items() if n}})
        if self.months.data:
            parts.append({"employed": {"months": self.months.data}})
        if self.level.data:
            trade = {"occupation": event.occupation.code} if event.occupation else {}
            parts.append({"holds_qualification": {"level": {"at_most": self.level.data}, **trade}})
        more = _read(self.more.data)
        parts += [more] if more else []
        return {"all": parts} if parts else {}


_PLAIN = (
    *("capacity", "unit_quota", "waiting_list", "endorse", "at_once", "as_of_on"),
    "substitute_until",
)


def _fields(requirement: Mapping[str, Any]) -> dict[str, Any]:
    """Lay out a stored requirement over the fields of the form."""
    known: dict[str, Any] = {}
    rest = []
    for part in requirement.get("all", [requirement] if requirement else []):
        ((name, inside),) = part.items()
        if name == "age" and "youngest" not in known and set(inside) <= {"at_least", "at_most"}:
            known |= {"youngest": inside.get("at_least"), "oldest": inside.get("at_most")}
        elif name == "employed" and set(inside) == {"months"}:
            known["months"] = inside["months"]
        elif name == "holds_qualification" and set(inside) <= {"level", "occupation"}:
            known["level"] = str(inside.get("level", {}).get("at_most", ""))
        else:
            rest.append(part)
    more = rest[0] if len(rest) == 1 else {"all": rest} if rest else None
    return {**known, "more": json.dumps(more, ensure_ascii=False) if more else ""}


def _read(text: str | None) -> dict[str, Any] | None:
    """Read a document; an empty text is an empty one, None is one that cannot be read."""
    if not (text or "").strip():
        return {}
    try:
        document = json.loads(text or "")
    except ValueError:
        return None
    return document if isinstance(document, dict) else None
