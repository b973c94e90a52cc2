"""The pages of paper and printers."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from skillhub.certificates.queries import STAFF
from skillhub.designs import queries as designs
from skillhub.kernel.access import allow, current_actor
from skillhub.kernel.areas import MM, WAYS, Area, Size
from skillhub.kernel.clock import now, today
from skillhub.kernel.db import get_or_404
from skillhub.kernel.downloads import named
from skillhub.kernel.errors import Conflict, HouseError, NotFound
from skillhub.kernel.forms import HouseForm
from skillhub.kernel.messages import N_
from skillhub.kernel.stationery import titled
from skillhub.organisations import queries as organisations
from skillhub.organisations.models import Organisation
from skillhub.stock import forms, queries, services, works
from skillhub.stock.models import PaperRun, PaperStock, Printer
from skillhub.stock.queries import path_of_paper, path_of_printer, path_of_run
from skillhub.stock.rules import balance

bp = Blueprint("stock", __name__, url_prefix="/stock")

PAPER, PRINTER = "/papers/<int:paper_id>", "/printers/<int:printer_id>"


@bp.get("")
@allow(*STAFF)
def index() -> ResponseReturnValue:
    actor = current_actor()
    papers = queries.papers(actor)
    runs = queries.counted_of(papers)
    return render_template(
        "stock/index.html",
        papers=[(paper, balance(runs[paper.id], [])) for paper in papers],
        printers=queries.printers(actor),
        ways=WAYS,
        area=queries.upright,
        may=actor.has(*STAFF),
    )


@bp.route("/papers/add", methods=["GET", "POST"])
@allow(*STAFF)
def add_paper() -> ResponseReturnValue:
    form, owners = forms.NewPaperForm(), _owners()
    form.of(list(owners.values()))
    form.of_templates(_titles(next((one.path for one in owners.values()), "/")))

    def add() -> PaperStock:
        return services.stock(owners[form.organisation.data], form.answers, current_actor())

    if form.validate_on_submit() and (paper := _done(form, add)):
        flash(N_("The paper was added."), "success")
        return redirect(url_for("stock.paper", paper_id=paper.id))
    return render_template("stock/add_paper.html", form=form)


@bp.get(PAPER)
@allow(*STAFF, scope=path_of_paper)
def paper(paper_id: int) -> ResponseReturnValue:
    row = get_or_404(PaperStock, paper_id)
    names = dict(_titles(row.organisation.path))
    return render_template(
        "stock/paper.html",
        paper=row,
        area=queries.upright(row),
        way=WAYS[row.lies],
        templates=[names.get(code, code) for code in row.templates],
        runs=[(run, queries.as_rule(run)) for run in queries.runs_of(row)],
        balance=balance(queries.counted(row), []),
        may=current_actor().may(STAFF, row.organisation.path),
    )


@bp.route(f"{PAPER}/edit", methods=["GET", "POST"])
@allow(*STAFF, scope=path_of_paper)
def edit_paper(paper_id: int) -> ResponseReturnValue:
    row = get_or_404(PaperStock, paper_id)
    form = forms.PaperStockForm(obj=row)
    form.of_templates(_titles(row.organisation.path))
    if not form.is_submitted() and row.size is not Size.OWN:
        form.width.data = form.height.data = None  # asked only for a size of its own

    def save() -> bool:
        services.describe(row, form.answers, form.version.data or 0, current_actor())
        return True

    if form.validate_on_submit() and _done(form, save, row):
        flash(N_("Saved."), "success")
        return redirect(url_for("stock.paper", paper_id=paper_id))
    return render_template("stock/edit_paper.html", form=form, paper=row)


@bp.route(f"{PAPER}/receive", methods=["GET", "POST"])
@allow(*STAFF, scope=path_of_paper)
def receive(paper_id: int) -> ResponseReturnValue:
    row = get_or_404(PaperStock, paper_id)
    form = forms.RunForm(received_on=today(row.organisation.zone))

    def take_in() -> PaperRun:
        ends = form.first.data, form.last.data
        return services.receive(row, *ends, form.received_on.data, current_actor())

    if form.validate_on_submit() and (run := _done(form, take_in)):
        n = len(queries.as_rule(run))
        text = ngettext("%(num)s sheet was received.", "%(num)s sheets were received.", n)
        flash(text, "success")
        return redirect(url_for("stock.paper", paper_id=paper_id))
    return render_template("stock/receive.html", form=form, paper=row)


@bp.route("/runs/<int:run_id>/strike", methods=["GET", "POST"])
@allow(*STAFF, scope=path_of_run)
def strike(run_id: int) -> ResponseReturnValue:
    run, form = get_or_404(PaperRun, run_id), forms.StrikeForm()

    def take_out() -> bool:
        services.strike(run, form.why.data, current_actor(), now())
        return True

    if form.validate_on_submit() and _done(form, take_out):
        flash(N_("The run is struck out: its sheets count no more."), "success")
        return redirect(url_for("stock.paper", paper_id=run.paper_id))
    return render_template("stock/strike.html", form=form, run=run, told=queries.as_rule(run))


@bp.route("/printers/add", methods=["GET", "POST"])
@allow(*STAFF)
def add_printer() -> ResponseReturnValue:
    form, owners = forms.NewPrinterForm(), _owners()
    form.of(list(owners.values()))

    def add() -> Printer:
        answers = {name: value for name, value in form.answers.items() if name != "organisation"}
        return services.install(owners[form.organisation.data], answers, current_actor())

    if form.validate_on_submit() and (printer := _done(form, add)):
        flash(N_("The printer was added. Print its test sheet next."), "success")
        return redirect(url_for("stock.printer", printer_id=printer.id))
    return render_template("stock/add_printer.html", form=form)


@bp.get(PRINTER)
@allow(*STAFF, scope=path_of_printer)
def printer(printer_id: int) -> ResponseReturnValue:
    row = get_or_404(Printer, printer_id)
    form = forms.TestSheetForm(request.args)
    form.of([(key, label) for key, (label, _) in _sizes(row).items()])
    return render_template(
        "stock/printer.html",
        printer=row,
        form=form,
        duplex=forms.DUPLEX_WORDS[row.duplex],
        history=queries.told_before(row),
        may=current_actor().may(STAFF, row.organisation.path),
    )


@bp.get(f"{PRINTER}/test.pdf")
@allow(*STAFF, scope=path_of_printer)
def test_sheet(printer_id: int) -> Response:
    """Print the test sheet of a printer."""
    row = get_or_404(Printer, printer_id)
    sizes = _sizes(row)
    _, area = sizes.get(request.args.get("paper", next(iter(sizes))), (None, None))
    if area is None:
        raise NotFound()
    pdf = works.calibration(row, area, today(row.organisation.zone))
    answer = Response(pdf, mimetype="application/pdf")
    return named(answer, f"{row.name}-test.pdf", f"printer-{row.id}-test.pdf")


@bp.route(f"{PRINTER}/edit", methods=["GET", "POST"])
@allow(*STAFF, scope=path_of_printer)
def edit_printer(printer_id: int) -> ResponseReturnValue:
    row = get_or_404(Printer, printer_id)
    form = forms.PrinterForm(obj=row)

    def save() -> bool:
        services.rename(row, form.answers, form.version.data or 0, current_actor())
        return True

    if form.validate_on_submit() and _done(form, save, row):
        flash(N_("Saved."), "success")
        return redirect(url_for("stock.printer", printer_id=printer_id))
    return render_template("stock/edit_printer.html", form=form, printer=row)


@bp.route(f"{PRINTER}/measured", methods=["GET", "POST"])
@allow(*STAFF, scope=path_of_printer)
def measured(printer_id: int) -> ResponseReturnValue:
    row = get_or_404(Printer, printer_id)
    form = forms.MeasureForm(version=row.version)

    def tell() -> bool:
        services.measure(row, form.measured, form.version.data or 0, current_actor(), now())
        return True

    if form.validate_on_submit() and _done(form, tell, row):
        flash(N_("Saved. Print the test sheet once more to see."), "success")
        return redirect(url_for("stock.printer", printer_id=printer_id))
    return render_template("stock/measured.html", form=form, printer=row)


@bp.route(f"{PRINTER}/calibrate", methods=["GET", "POST"])
@allow(*STAFF, scope=path_of_printer)
def calibrate(printer_id: int) -> ResponseReturnValue:
    row = get_or_404(Printer, printer_id)
    form = forms.CalibrateForm(obj=row)

    def tell() -> bool:
        services.calibrate(row, form.told, form.version.data or 0, current_actor(), now())
        return True

    if form.validate_on_submit() and _done(form, tell, row):
        flash(N_("Saved. Print the test sheet once more to see."), "success")
        return redirect(url_for("stock.printer", printer_id=printer_id))
    return render_template("stock/calibrate.html", form=form, printer=row)


def _done(form: HouseForm, do: Callable[[], Any], row: Any = None) -> Any:
    """Do what was asked; None when it was refused, with the refusal on the form and what was typed still there."""
    try:
        return do()
    except HouseError as refusal:
        form.refuse(refusal)
        if row is not None and isinstance(refusal, Conflict):
            form.catch_up(row)
    return None


def _owners() -> dict[int, Organisation]:
    """Give the organisations for which the reader may add paper and printers."""
    return {one.id: one for one in organisations.visible_to(current_actor(), *STAFF)}


def _titles(path: str) -> list[tuple[str, str]]:
    """Give the templates for papers of an organisation: code and title in the reader's language."""
    known = designs.offered(path)
    return [(template.code, titled(template.title, template.code)) for template in known]


def _sizes(printer: Printer) -> dict[str, tuple[str, Area]]:
    """Give what a test sheet can be printed on, by key: the papers at hand, and the usual sizes."""
    found = {}
    papers, _ = queries.at_hand(printer.organisation)
    for paper in papers:
        area = queries.upright(paper)
        lying = area.turned() if paper.lies == "landscape" else area
        found[f"paper-{paper.id}"] = (paper.name, lying)
    for size in (Size.A4, Size.A3, Size.A5):
        usual = Area(*map(Decimal, MM[size]))
        found[size.value] = (size.value, usual)
    return found
