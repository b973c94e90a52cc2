"""Registered qualifications as rows."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from skillhub.kernel.db import Model, choice
from skillhub.kernel.exact import Key
from skillhub.kernel.messages import N_
from skillhub.occupations.models import Occupation
from skillhub.people.models import Person
from skillhub.qualifications.rules import QualificationKind, Status, Verification

KINDS = {
    QualificationKind.SKILL_LEVEL: N_("Skill level certificate"),
    QualificationKind.VOCATIONAL_QUALIFICATION: N_("Vocational qualification"),
    QualificationKind.SPECIAL_OPERATION: N_("Special-operation permit"),
    QualificationKind.SPECIAL_EQUIPMENT: N_("Special-equipment operator"),
    QualificationKind.PROFESSIONAL_TITLE: N_("Professional title"),
    QualificationKind.FOREIGN: N_("Foreign certificate"),
    QualificationKind.INTERNAL: N_("Certificate of the employer"),
}
CHECKS = {
    Verification.UNVERIFIED: N_("not checked"),
    Verification.VERIFIED: N_("verified"),
    Verification.MISMATCH: N_("differs"),
    Verification.NOT_FOUND: N_("not found"),
    Verification.FORGED: N_("forged"),
}
STATES = {
    Status.VALID: N_("valid"),
    Status.EXPIRING: N_("expiring soon"),
    Status.REVIEW_DUE: N_("review due"),
    Status.REVIEW_OVERDUE: N_("review overdue"),
    Status.EXPIRED: N_("expired"),
    Status.REVOKED: N_("withdrawn"),
    Status.NOT_YET: N_("not valid yet"),
}


class Qualification(Model):
    """One certificate that somebody else issued to one person; whether it is valid is computed for a day."""

    __tablename__ = "qualifications"
    __table_args__ = (
        CheckConstraint("valid_to IS NULL OR valid_to >= issued_on", name="order"),
        CheckConstraint(
            "(verification = 'unverified') = (verified_on IS NULL)", name="verified_when"
        ),
    )

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id), index=True)
    kind: Mapped[QualificationKind] = mapped_column(choice(QualificationKind))
    occupation_id: Mapped[int | None] = mapped_column(ForeignKey(Occupation.id), index=True)
    level: Mapped[str | None]  # the level's code on the occupation's scale
    number: Mapped[str]
    number_key: Mapped[str] = mapped_column(unique=True)  # width-normalised and case-folded
    issuer: Mapped[str]
    issued_on: Mapped[date]
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    review_every_months: Mapped[int | None]
    last_review_on: Mapped[date | None]
    revoked_on: Mapped[date | None]
    evidence: Mapped[str] = mapped_column(default="")  # where the paper or the query result is kept
    verification: Mapped[Verification] = mapped_column(
        choice(Verification), default=Verification.UNVERIFIED
    )
    verified_on: Mapped[date | None]
    verified_by: Mapped[str] = mapped_column(default="")
    version: Mapped[int] = mapped_column()

    person: Mapped[Person] = relationship()
    occupation: Mapped[Occupation | None] = relationship()

    __mapper_args__ = {"version_id_col": version}
