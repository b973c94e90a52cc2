"""Questions about the use of designs."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select

from skillhub.certificates.models import Certificate, TemplateVersion
from skillhub.designs.models import Design, DesignVersion
from skillhub.kernel.db import db


def used(designs: Sequence[Design]) -> dict[int, dict[int, int]]:
    """Count the papers that have been numbered on designs: by design and number of its version."""
    of = {seal: row for one in designs for row in one.versions for seal in row.prints}
    rows = (
        select(TemplateVersion.sha256, func.count())
        .join(Certificate, Certificate.template_version_id == TemplateVersion.id)
        .where(TemplateVersion.sha256.in_(of))
        .group_by(TemplateVersion.sha256)
    )
    found: dict[int, dict[int, int]] = {one.id: {} for one in designs}
    for seal, count in db.session.execute(rows) if of else ():
        row = of[seal]
        found[row.design_id][row.number] = found[row.design_id].get(row.number, 0) + count
    return found


def drew(row: DesignVersion) -> set[str | None]:
    """Name everybody who had a hand in a version: none of them publishes it."""
    return {*row.hands, row.drawn_by, row.sent_by}
