"""What is sent to a printer: certificates as they were kept, or their words alone, on the paper that is in the tray."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from sqlalchemy import select

from skillhub.certificates import queries as certificates
from skillhub.certificates.models import Certificate, CertificateState, TemplateVersion
from skillhub.kernel import areas, prints
from skillhub.kernel.areas import Area, Placing
from skillhub.kernel.calibration import sheet_for
from skillhub.kernel.db import batched, db, get_or_404
from skillhub.kernel.errors import BadInput, Conflict
from skillhub.kernel.fonts import legible
from skillhub.kernel.imposition import Shift, impose
from skillhub.kernel.messages import N_, say
from skillhub.kernel.paper import Template, bare, unpacked
from skillhub.kernel.pdf import Press, RenderRefused
from skillhub.kernel.press.kept import own_plans
from skillhub.kernel.settings import ROOT
from skillhub.stock import queries
from skillhub.stock.models import PaperStock, Printer

GROUP = 50  # how many are joined at once
TEST_SHEET = ROOT / "templates" / "stock" / "calibration"


def placing_of(template: Template, paper: PaperStock) -> Placing:
    """Say how a template lies on a paper; raises BadInput when the paper is not for it, or it does not fit."""
    code = template.code.partition(".")[0]
    if paper.templates and code not in paper.templates:
        text = N_("The paper “%(paper)s” is kept for other templates. Choose another paper.")
        raise BadInput(say(text, paper=paper.name))
    return areas.placing(areas.read(template.about.size), queries.upright(paper), paper.lies)


@dataclass(slots=True)
class PrintFile:
    """The file that is sent to a printer: these issued certificates in this order, on a paper.

    Pre-printed paper gets the words alone. `stacked` puts two on a sheet so that, once cut, one pile laid on the other
    is in order. When it is done, `sheets` says which certificates are on each sheet, as they leave the printer. It
    reads the database and writes nothing there; what is kept stays as it is.
    """

    keys: Sequence[int]
    paper: PaperStock
    printer: Printer | None
    target: Path
    stacked: bool = False
    finish: Callable[[int, bytes], bytes] = lambda key, page: page  # the last hand on a page
    sheets: list[tuple[int, ...]] = field(default_factory=list)

    def steps(self) -> Iterator[tuple[int, int]]:
        """Look at all, then print; yields how many are through of how many. The file appears when it is whole.

        Raises BadInput for a paper they do not fit, Conflict for one that is not in force or cannot be printed so.
        """
        placed = self.placing()
        shift = Shift(*queries.adjustment(self.printer))
        order = areas.sheets(len(self.keys), placed.each, self.stacked)
        duplex = self.printer.duplex.value if self.printer else ""
        self.target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=self.target.parent, prefix=".send-") as scratch:
            parts = []
            for part in self._parts(Path(scratch)):
                parts.append(part)
                yield min(len(parts) * GROUP, len(self.keys)), len(self.keys)
            whole, ready = Path(scratch) / "whole.pdf", Path(scratch) / "ready.pdf"
            prints.join(parts, whole)
            impose(whole, ready, placed.sheet, order, shift, duplex)
            ready.replace(self.target)
        self.sheets = [tuple(self.keys[n] for n in some) for some in order]

    def placing(self) -> Placing:
        """Say how these certificates lie on the paper; raises BadInput or Conflict when they cannot be printed so."""
        versions: set[int] = set()
        for some in batched(self.keys, 500):
            rows = select(Certificate.id, Certificate.state, Certificate.template_version_id)
            found = db.session.execute(rows.where(Certificate.id.in_(some))).all()
            if len(found) < len(some) or {state for _, state, _ in found} != ISSUED:
                raise Conflict(say(N_("Only certificates in force are printed. Choose them anew.")))
            versions |= {version for *_, version in found}
        if not versions:
            raise Conflict(say(N_("There is nothing to print.")))
        placed = [placing_of(_template(version), self.paper) for version in sorted(versions)]
        if any(other != placed[0] for other in placed):
            text = N_(
                "These certificates lie on the paper in different ways. Print one kind at a time."
            )
            raise BadInput(say(text))
        return placed[0]

    def _parts(self, scratch: Path) -> Iterator[Path]:
        """Join in groups, so that memory does not grow with their number."""
        with ExitStack() as open_:
            press = open_.enter_context(Press(plans=own_plans())) if self.paper.preprinted else None
            known: dict[int, Template] = {}
            for at, some in enumerate(batched(self.keys, GROUP)):
                part = scratch / f"{at}.pdf"
                made = [self.finish(key, _page(key, press, known)) for key in some]
                prints.join([io.BytesIO(page) for page in made], part)
                yield part


ISSUED = {CertificateState.ISSUED}


def _page(key: int, press: Press | None, known: dict[int, Template]) -> bytes:
    """Give what is printed of a certificate: its kept bytes, or its words alone where a press is given."""
    if press is None:
        return certificates.pdf_of(key)
    certificate = get_or_404(Certificate, key)
    version = certificate.template_version_id
    if version not in known:
        known[version] = bare(_template(version))
    try:
        return press.render(known[version], certificate.facts)
    except RenderRefused as refusal:
        text = N_("The words of %(number)s alone cannot be printed: %(why)s")
        raise Conflict(say(text, number=certificate.number, why=refusal.message)) from refusal


def _template(version_id: int) -> Template:
    version = get_or_404(TemplateVersion, version_id)
    return unpacked(version.code, version.files)


def calibration(printer: Printer, paper: Area, day: date) -> bytes:
    """Print the test sheet of a printer for sheets of a size: its cross is moved as everything else will be."""
    told = queries.adjustment(printer)
    facts = {
        "printer": printer.name,
        "place": printer.place,
        "x": f"{told.x:+f}",
        "y": f"{told.y:+f}",
        "scale": f"{told.scale:f}",
        "paper": str(paper),
        "day": day.isoformat(),
    }
    with Press() as press, tempfile.TemporaryDirectory() as scratch:
        plain, moved = Path(scratch) / "plain.pdf", Path(scratch) / "moved.pdf"
        plain.write_bytes(press.render(sheet_for(TEST_SHEET, paper), legible(facts)))
        impose(plain, moved, paper, [(0,)], Shift(*told))
        return moved.read_bytes()
