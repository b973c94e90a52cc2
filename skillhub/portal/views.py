"""The pages of a worker's own standing, the door for strangers, and the reader's language and colours."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from urllib.parse import urlsplit

import segno
from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from markupsafe import Markup

from skillhub.appeals import queries as appeals
from skillhub.appeals.models import KIND_LABELS, OUTCOME_LABELS, SUBJECT_LABELS
from skillhub.board import services as board
from skillhub.certificates import queries as kept
from skillhub.certificates.models import Certificate
from skillhub.competitions.models import Event
from skillhub.copies import queries as copies
from skillhub.corrections import queries as corrections
from skillhub.deeds import queries as deeds
from skillhub.entries.models import Entry
from skillhub.incentives import queries as incentives
from skillhub.kernel.access import PUBLIC, Role, allow, current_actor
from skillhub.kernel.clock import now, today
from skillhub.kernel.db import get_or_404
from skillhub.kernel.errors import NotAllowed, NotFound
from skillhub.kernel.messages import N_, say
from skillhub.kernel.settings import settings
from skillhub.kernel.web import LANGUAGES, THEMES, tr
from skillhub.people import queries as people
from skillhub.people.models import Person
from skillhub.portal import queries, rules
from skillhub.publishing import queries as publishing
from skillhub.publishing import works as publish
from skillhub.publishing.rules import slug
from skillhub.road import queries as road
from skillhub.telling import queries as told
from skillhub.telling import services as telling
from skillhub.telling.models import Announcement

bp = Blueprint("portal", __name__)

YEAR = 365 * 24 * 3600
MOST_NEWS = 3  # on the first page
WORDS = {"kinds": KIND_LABELS, "subjects": SUBJECT_LABELS, "outcomes": OUTCOME_LABELS}
READERS = (Role.ORGANISER, Role.INCENTIVE_REVIEWER, Role.CERTIFICATE_STAFF, Role.AUDITOR)


@bp.get("/")
@allow(PUBLIC)
def home() -> ResponseReturnValue:
    actor = current_actor()
    if actor.user_id is None:
        return render_template("portal/home.html")
    roles = {role for role, _ in actor.grants}
    return redirect(url_for("portal.standing" if roles == {Role.WORKER} else "desk.index"))


@bp.get("/language/<code>")
@allow(PUBLIC)
def language(code: str) -> ResponseReturnValue:
    if code not in LANGUAGES:
        raise NotFound
    return _chosen("language", code)


@bp.get("/theme/<choice>")
@allow(PUBLIC)
def theme(choice: str) -> ResponseReturnValue:
    if choice not in THEMES:
        raise NotFound
    return _chosen("theme", choice)


@bp.get("/standing")
@allow(Role.WORKER)
def standing() -> ResponseReturnValue:
    own = _own()
    shown = queries.standing_of(own, now(), _names())
    latest, news = rules.latest_of(shown.results), _told(own, unread=True, most=MOST_NEWS + 1)
    return render_template(
        "portal/standing.html",
        shown=shown,
        at_hand=copies.at_hand([paper.id for paper in shown.papers[:3]], settings.zone),
        latest=latest,
        news=news[:MOST_NEWS],
        more=len(news) > MOST_NEWS,
        offers=road.offers_of(own.id, now()),
        as_of=now(),
    )


@bp.get("/people/<int:person_id>/standing")
@allow(*READERS, scope=people.path_of)
def person(person_id: int) -> ResponseReturnValue:
    shown = queries.standing_of(get_or_404(Person, person_id), now(), _names())
    return render_template("portal/person.html", shown=shown, as_of=now())


@bp.get("/standing/results")
@allow(Role.WORKER)
def results() -> ResponseReturnValue:
    found = queries.results_of(_own().id, now())
    return render_template("portal/results.html", results=found, as_of=now())


@bp.get("/standing/results/<int:entry_id>")
@allow(Role.WORKER)
def result(entry_id: int) -> ResponseReturnValue:
    own = _own()
    found = queries.result_of(own.id, entry_id, now())
    entry = get_or_404(Entry, entry_id)
    event, filed = entry.event, appeals.filed_about(entry)
    return render_template(
        "portal/result.html",
        result=found,
        filed=filed,
        photos=appeals.with_photo(filed),
        windows=corrections.windows(event, now()),
        zone=event.competition.host.zone,
        release=publishing.release_of(event.competition),
        edition=publishing.current(event),
        public=_public_address(event),
        withheld=(entry_id, own.id) in publishing.withheld([entry_id]),
        as_of=now(),
        **WORDS,
    )


@bp.post("/standing/results/<int:entry_id>/name")
@allow(Role.WORKER)
def name(entry_id: int) -> ResponseReturnValue:
    """Keep one's own name out of the public result, or let it stand there again."""
    own = _own()
    queries.result_of(own.id, entry_id, now())
    entry = get_or_404(Entry, entry_id)
    if (entry_id, own.id) in publishing.withheld([entry_id]):
        publish.withhold(entry, own, current_actor(), now(), again=True)
        flash(N_("Your name stands in the public result again."), "success")
    else:
        publish.withhold(entry, own, current_actor(), now())
        board.silence(entry, own, current_actor())
        flash(N_("Your name is no longer in the public result. Your place stays."), "success")
    return redirect(url_for("portal.result", entry_id=entry_id))


@bp.get("/standing/certificates")
@allow(Role.WORKER)
def certificates() -> ResponseReturnValue:
    found = queries.papers_of(_own().id, now())
    return render_template("portal/certificates.html", papers=found, as_of=now())


@bp.get("/standing/certificates/<int:certificate_id>")
@allow(Role.WORKER)
def certificate(certificate_id: int) -> ResponseReturnValue:
    own = _own()
    found = queries.paper_of(own.id, certificate_id, now())
    address = kept.on_paper(found.number, found.code)["verify_url"]
    drawing = segno.make(address, error="m", micro=False).svg_inline(
        scale=1, border=4, dark="#000", omitsize=True, svgclass="qr-code", lineclass=None
    )
    return render_template(
        "portal/certificate.html",
        person=own,
        paper=found,
        at_hand=copies.at_hand([found.id], settings.zone),
        address=address,
        qr=Markup(drawing),  # noqa: S704  (drawn by us from an address of ours)
        as_of=now(),
    )


@bp.get("/standing/certificates/<int:certificate_id>.pdf")
@allow(Role.WORKER)
def download(certificate_id: int) -> ResponseReturnValue:
    found = queries.paper_of(_own().id, certificate_id, now())
    deeds.refuse_waiting([get_or_404(Certificate, found.id).award])
    answer = make_response(kept.pdf_of(found.id))
    answer.mimetype = "application/pdf"
    answer.headers.set("Content-Disposition", "attachment", filename=f"{found.number}.pdf")
    return answer


@bp.get("/standing/qualifications")
@allow(Role.WORKER)
def qualifications() -> ResponseReturnValue:
    found = queries.endings_of(_own(), _day())
    return render_template("portal/qualifications.html", endings=found, as_of=now())


@bp.get("/standing/incentives/<int:policy_id>")
@allow(Role.WORKER)
def incentive(policy_id: int) -> ResponseReturnValue:
    found = queries.incentive_of(_own().id, policy_id, _day(), _names())
    return render_template("portal/incentive.html", incentive=found, as_of=now())


@bp.get("/standing/changes")
@allow(Role.WORKER)
def changes() -> ResponseReturnValue:
    own = _own()
    found = queries.changes_of(own, now())
    return render_template("portal/changes.html", changes=found, told=_told(own), as_of=now())


@bp.post("/standing/told/<int:announcement_id>")
@allow(Role.WORKER)
def put_away(announcement_id: int) -> ResponseReturnValue:
    """Put away what one has read; it stays in the list of all one was told."""
    telling.put_away(told.own(_own(), announcement_id), current_actor(), now())
    return redirect(url_for(".standing"))


def _told(own: Person, **chosen: Any) -> Sequence[Announcement]:
    """Give what a person was told, but for results that are held back from them."""
    return told.told_to(own, publishing.hiding_own(now()), **chosen)


def _public_address(event: Event) -> str:
    """Give where the public result of an event stands."""
    competition = event.competition
    return url_for(
        "publishing.event",
        competition=slug(competition.code, competition.id),
        event=slug(event.code, event.id),
    )


def _own() -> Person:
    """Find the person behind the account; whoever has none is told what to do."""
    known = current_actor().person_id
    if known is None:
        text = N_(
            "This account does not belong to a worker. Ask your office to link it to your worker number."
        )
        raise NotAllowed(say(text))
    return get_or_404(Person, known)


def _day() -> date:
    return today(settings.zone)


def _names() -> dict[str, str]:
    return incentives.names_for(str(get_locale()), tr)


def _chosen(cookie: str, value: str) -> ResponseReturnValue:
    """Keep a choice for a year and go back to where it was made."""
    answer = make_response(redirect(_local(request.args.get("next", ""))))
    answer.set_cookie(
        cookie, value, max_age=YEAR, secure=settings.secure_cookies, httponly=True, samesite="Lax"
    )
    return answer


def _local(address: str) -> str:
    """Give an address of this house, or the home page for any other."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return url_for("portal.home")
    inside = address.startswith("/") and not address.startswith("//") and address.isprintable()
    stranger = parts.scheme or parts.netloc or "\\" in address or " " in address
    return address if inside and not stranger else url_for("portal.home")
