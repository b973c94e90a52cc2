"""What there are papers for beside awards, and what such a paper says: the same facts, written the same way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from skillhub.deeds.rules import Deed, Named, facts_of
from skillhub.kernel.messages import N_

Facts = Mapping[str, str | list[str]]
NOTHING = Named("")
JUDGE, ORGANISER = Named("裁判员", "Judge"), Named("组织工作", "Organising")


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of paper: its name, the letters in its numbers, the template that suits it, who gets it."""

    code: str
    label: str
    sign: str
    template: str
    who: str
    nobody: str


KINDS = {
    kind.code: kind
    for kind in (
        Kind(
            "participation",
            N_("Certificate of participation"),
            "PART",
            "participation",
            N_("Everybody with a place in a final result."),
            N_("They can be printed once the result of an event is final."),
        ),
        Kind(
            "thanks",
            N_("Letters of thanks"),
            "THX",
            "thanks",
            N_("Who sits on a panel of the competition, and who organises it."),
            N_("Give the panels their judges, then come back."),
        ),
        Kind(
            "commendation",
            N_("Commended units"),
            "UNIT",
            "organisation",
            N_("The units commended for how well they organised."),
            N_("Commend the first units on the page of organisers, then come back."),
        ),
        Kind(
            "qualification",
            N_("Qualifications from the contest"),
            "QUAL",
            "completion",
            N_(
                "Verified qualifications that the host issued to competitors since the contest ended."
            ),
            N_("Register and verify what the host issued to competitors, then come back."),
        ),
    )
}


@dataclass(frozen=True, slots=True)
class Honour:
    """One paper there could be: what it is for, in a word that never changes, and what it says today.

    What it says is mended in the record of the person or the unit, or in the entries of the event.
    """

    subject: str
    facts: Facts
    person_id: int | None = None
    organisation_id: int | None = None
    event_id: int | None = None


@dataclass(frozen=True, slots=True)
class Setting:
    """What the papers of one competition have in common."""

    competition: Named
    issuer: Named
    day: date
    venue: str = ""
    first_day: date | None = None
    last_day: date | None = None


def subject_of(kind: str, competition_id: int, what: str, key: int) -> str:
    """Name what a paper is for."""
    return f"{kind}:{competition_id}:{what}:{key}"


def kind_and_key(subject: str) -> tuple[str, int, int]:
    """Read the name of a paper: its kind, the competition, and the key of what it is for; ("", 0, 0) for another's."""
    kind, *rest = subject.split(":")
    if kind in KINDS and len(rest) == 3 and rest[0].isdecimal() and rest[2].isdecimal():
        return kind, int(rest[0]), int(rest[2])
    return "", 0, 0


def deed_of(
    setting: Setting, holder: Named, latin: str = "", organisation: Named = NOTHING
) -> Deed:
    """Begin what a paper says: who, in which competition, by whom and when."""
    return Deed(
        holder=holder.name,
        holder_latin=latin or holder.english,
        members=(),
        organisation=organisation,
        competition=setting.competition,
        event=NOTHING,
        award=NOTHING,
        place=None,
        field=0,
        awarded_on=setting.day,
        venue=setting.venue,
        issuer=setting.issuer,
        first_day=setting.first_day,
        last_day=setting.last_day,
    )


def took_part(deed: Deed, event: Named, members: tuple[str, ...], latin: tuple[str, ...]) -> Facts:
    """Say that somebody took part in an event."""
    return facts_of(replace(deed, event=event, members=members, members_latin=latin))


def thanked(deed: Deed, role: Named) -> Facts:
    """Thank somebody for what they did."""
    return facts_of(replace(deed, award=role))


def commended(deed: Deed, title: Named) -> Facts:
    """Commend a unit."""
    return facts_of(replace(deed, award=title))


def qualified(deed: Deed, occupation: Named, level: str) -> Facts:
    """Say what somebody is qualified for, and on which level."""
    return facts_of(replace(deed, event=occupation)) | {"level": level, "period": ""}
