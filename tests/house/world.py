"""A small world for the test of all pages: four organisations, each with a row of every kind in an address."""

from datetime import date
from decimal import Decimal

from skillhub.appeals.models import Appeal, AppealPhoto, Notice
from skillhub.appeals.queries import key_of
from skillhub.awards.models import Award
from skillhub.badges.models import StatusList
from skillhub.batches.models import Batch
from skillhub.certificates.models import Certificate, CertificateState, Series, TemplateVersion
from skillhub.certificates.queries import FOLDER
from skillhub.checking.models import Second
from skillhub.commendations.models import Commendation
from skillhub.competitions.models import ContestSeries
from skillhub.copies.models import Copy, Sending
from skillhub.corrections.models import Correction, CorrectionChange
from skillhub.designs import queries as designs
from skillhub.designs.models import Design, DesignFile, DesignVersion, Making
from skillhub.doctor.models import Answer
from skillhub.drafting.models import Amendment
from skillhub.incentives.models import Policy, PolicyVersion
from skillhub.kernel.access import Role
from skillhub.kernel.clock import now
from skillhub.kernel.db import db
from skillhub.kernel.jobs import Job
from skillhub.kernel.journal import JournalLine
from skillhub.kernel.paper import load_template, packed
from skillhub.kernel.uploads import Upload
from skillhub.ladder.models import Advancement, LadderSeat
from skillhub.people.models import Employment, Relation
from skillhub.qualifications.models import Qualification
from skillhub.registrations.models import Registrant, Registration
from skillhub.results.models import ResultLine, ResultVersion
from skillhub.stock.models import PaperRun, PaperStock, Printer
from skillhub.telling.models import Announcement
from tests import make

PAPER = packed(load_template(FOLDER / "award"))
PLACES = ("parent", "own", "child", "sibling")
WITHIN = ("own", "child")
FREE = {  # arguments that name no row
    "filename": "css/tokens.css",
    "portal.language:code": "en",
    "portal.theme:name": "dark",
    "portal.theme:choice": "dark",
    "planning.add_scheme:code": "counts",
    "finding": "0" * 32,
    "life.take:verb": "cancel",
    "life.together:verb": "prepare",
    "batches.take:verb": "pause",
    "batches.file:name": "all.pdf",
    "copies.take:verb": "confirm",
    "copies.together:verb": "confirm",
    "place": 0,
    "publishing.competition:competition": "cup-own",
    "competition": "cup-own",
    "event": "01",
    "mark": "1-00000000000000000000",
    "file": "lines.json",
    "kind": "csv",
    "badges.file:ending": "svg",
    "kid": "0" * 16,
    "badges.context:name": "credentials-v2.json",
    "size": 1,
    "paper": "participation",
    "designs.start:code": "landscape",
}


class World:
    """The organisations, the addresses of their rows, and a user for each role over "own"."""

    def __init__(self):
        parent = make.organisation("parent", kind="union")
        own = make.organisation("own", parent=parent)
        self.organisations = {
            "parent": parent,
            "own": own,
            "child": make.organisation("child", parent=own),
            "sibling": make.organisation("sibling", parent=parent),
        }
        self.occupation = make.occupation()
        # Each part keeps an administrator, so that none of the others is the last one.
        make.user("administrator", parent, login="chief")
        self.users = {
            role: make.user(
                role, own, login=f"the-{role}", person=make.person(f"Person {role}", employer=own)
            )
            for role in Role
        }
        self.keys = {role: user.fs_uniquifier for role, user in self.users.items()}
        self.rows = {place: rows_of(o, self.occupation) for place, o in self.organisations.items()}

    def arguments(self, rule, place):
        """Give the arguments of an address, all from one organisation; a KeyError names what is unknown."""
        return {
            name: self.value(rule.endpoint, name, place)
            for name in rule.arguments - set(rule.defaults or {})
        }

    def value(self, endpoint, name, place):
        for known in (FREE, self.rows[place]):
            for key in (f"{endpoint}:{name}", name):
                if key in known:
                    return known[key]
        raise KeyError(
            f"{endpoint}: give the test a row for the argument {name} (tests/house/world.py)"
        )


def rows_of(organisation, occupation):
    """Make one row of every kind in an organisation, and say by which argument an address names it."""
    code = organisation.code
    person = make.person(f"Worker of {code}", employer=organisation)
    user = make.user("judge", organisation, login=f"judge-of-{code}")
    employment = db.session.query(Employment).filter_by(person_id=person.id).one()
    series = make.keep(ContestSeries(code=f"series-{code}", name="Cup", organisation=organisation))
    competition = make.competition(organisation, code=f"cup-{code}", series=series)
    event = make.event(competition, occupation=occupation)
    entry = make.entry(
        event, "1", person=person, organisation=organisation, marks={"score": 90}, entered_by=user
    )
    award = award_of(event, entry)
    notice, appeal, objection = asked_about(event, entry)
    correction = make.keep(
        Correction(
            event=event, number=1, reason="The sheet says 91.", opened_by_id=user.id, opened_at=now(),
            changes=[
                CorrectionChange(kind="mark", entry=entry, component=event.components[0], before="90", after="91")
            ],
        )
    )  # fmt: skip
    amendment = make.keep(
        Amendment(event=event, number=1, reason="20/80.", opened_by_id=user.id, opened_at=now())
    )
    certificate = certificate_of(award, organisation)
    copy = make.keep(
        Copy(
            certificate=certificate, number=1, position=1, sheet=1, serial="", words="", marked=False,
            sending=Sending(key=f"sending-{code}", issuer=organisation, day=make.DAY, printer="", paper="",
                            copies=1, operator="x", sent_by="x", sent_at=now()),
        )
    )  # fmt: skip
    qualification = make.keep(
        Qualification(
            person=person, kind="skill_level", occupation=occupation, level="3", number=f"Q-{code}",
            number_key=f"q-{code}", issuer="Centre", issued_on=date(2024, 1, 1),
        )
    )  # fmt: skip
    policy = make.keep(Policy(code=f"policy-{code}", owner=organisation))
    wording = make.keep(
        PolicyVersion(
            policy=policy, effective_from=date(2026, 1, 1), document=make.wording(policy.code), sha256="0" * 64,
            adopted_by="operator", adopted_at=now(),
        )
    )  # fmt: skip
    registration = make.keep(
        Registration(
            event=event, reference="01-R001", name=person.name, organisation=organisation, unit=organisation,
            road="unit", state="eligible", registered_by="x", registered_at=now(),
            people=[Registrant(event_id=event.id, person=person)],
        )
    )  # fmt: skip
    higher = make.event(competition, code="90", locked=False)
    advancement = make.keep(Advancement(source=event, target=higher, top_n=1, offered_at=now()))
    fed = make.keep(Advancement(source=higher, target=event, top_n=1))
    seat = make.keep(
        LadderSeat(
            advancement=advancement, entry=entry, position=1, state="offered", offered_at=now(),
            because={"text": "First.", "values": {}},
        )
    )  # fmt: skip
    upload = make.keep(
        Upload(kind="entries", subject_id=event.id, filename="a.csv", sha256="0" * 64, content=b"a",
               answers={}, user_id=user.id, at=now())
    )  # fmt: skip
    work = {"competition": competition.id, "events": None}
    job = make.keep(
        Job(
            kind="certificates.issue", arguments={"work": work}, path=organisation.path, asked_by="operator",
            asked_at=now(),
        )
    )  # fmt: skip
    batch = make.keep(
        Batch(
            key=f"key-{code}", competition=competition, template="award", arrangement="number", signatories=[],
            operator="operator", begun_at=now(),
            job=Job(kind="batches.run", arguments={"work": {}, "by": {}}, path=organisation.path,
                    asked_by="operator", asked_at=now()),
        )
    )  # fmt: skip
    sheets = {
        "part": event.components[0].id,
        "only": "",
        "as": "pdf",
        "language": "en",
        "without": [],
    }
    blanks = make.keep(
        Job(
            kind="blanks.print", arguments={"work": sheets}, path=organisation.path, asked_by="operator",
            asked_at=now(),
        )
    )  # fmt: skip
    answer = make.keep(
        Answer(event=event, finding=f"finding-{code}", check="no_day", subject="day", reason="x", said_by="x",
               said_at=now())
    )  # fmt: skip
    commendation = make.keep(
        Commendation(
            competition=competition, organisation=organisation, title="T", rank=1, score=Decimal(90), parts=[],
            conferred_by="x", conferred_at=now(),
        )
    )  # fmt: skip
    told = make.keep(
        Announcement(about=f"tests:{code}", person_id=person.id, competition_id=competition.id,
                     sentence={"text": "x", "values": {}}, at=now())
    )  # fmt: skip
    kin = make.person(f"Kin of {code}", employer=organisation)
    relation = make.keep(Relation(person=person, other=kin, kind="kin"))
    second = make.keep(
        Second(
            entry_id=entry.id, component_id=event.components[0].id, points=Decimal(9), seen=1,
            entered_by_id=user.id, entered_at=now(),
        )
    )  # fmt: skip
    line = db.session.query(JournalLine).order_by(JournalLine.id.desc()).first()
    return {
        "organisation_id": organisation.id,
        "occupation_id": occupation.id,
        "person_id": person.id,
        "employment_id": employment.id,
        "user_id": user.id,
        "grant_id": user.roles[0].id,
        "line_id": line.id,
        "relation_id": relation.id,
        "second_id": second.id,
        "commendation_id": commendation.id,
        "competition_id": competition.id,
        "series_id": series.id,
        "event_id": event.id,
        "component_id": event.components[0].id,
        "entry_id": entry.id,
        "award_id": award.id,
        "answer_id": answer.id,
        "notice_id": notice.id,
        "appeal_id": appeal.id,
        "announcement_id": told.id,
        "amendment_id": amendment.id,
        "key": key_of(objection),
        "correction_id": correction.id,
        "change_id": correction.changes[0].id,
        "certificate_id": certificate.id,
        "copy_id": copy.id,
        "sending_id": copy.sending_id,
        "list_id": make.keep(StatusList(issuer=organisation)).id,
        "code": certificate.code,
        "number": certificate.number,
        "qualification_id": qualification.id,
        "policy_id": policy.id,
        "version_id": wording.id,
        "upload_id": upload.id,
        "registration_id": registration.id,
        "advancement_id": advancement.id,
        "ladder.consent:advancement_id": fed.id,
        "seat_id": seat.id,
        "job_id": job.id,
        "design_id": design_of(organisation).id,
        "designs.sample:number": 1,
        "studio.export:number": 1,
        "name": "art.svg",
        "batch_id": batch.id,
        "print_id": blanks.id,
    } | stock_of(organisation)


def stock_of(organisation):
    paper = PaperStock(
        organisation=organisation, name="foil", size="A4", width=210, height=297, lies="portrait", preprinted=True,
        templates=[],
    )  # fmt: skip
    run = make.keep(
        PaperRun(
            paper=paper,
            prefix="A",
            first=1,
            last=9,
            digits=1,
            received_on=make.DAY,
            received_by="x",
        )
    )
    printer = make.keep(Printer(organisation=organisation, name="laser"))
    return {"paper_id": run.paper_id, "run_id": run.id, "printer_id": printer.id}


def asked_about(event, entry):
    notice = make.keep(
        Notice(
            event=event, number=1, working_days=5, from_day=make.DAY, until_day=make.DAY, zone="Asia/Shanghai",
            closes_at=now(), contact_name="Office", contact="1234", opened_by="x", opened_at=now(),
        )
    )  # fmt: skip
    appeal = make.keep(
        Appeal(
            event=event, entry=entry, kind="query", subject="score", reason="I had 91.", filed_by="x",
            filed_at=now(),
        )
    )  # fmt: skip
    make.keep(AppealPhoto(appeal_id=appeal.id, sha256="0" * 64, content=b"a"))
    objection = make.keep(
        Appeal(
            event=event, notice=notice, kind="objection", subject="score", reason="He had 91.", filed_by="y",
            contact="1234", filed_at=now(),
        )
    )  # fmt: skip
    return notice, appeal, objection


def award_of(event, entry):
    version = ResultVersion(
        event=event, number=1, input_hash="0" * 64, content_hash="0" * 64, frozen_by="x",
        frozen_at=now(), signed_by="x", signed_at=now(),
        lines=[ResultLine(entry=entry, position=1, total=Decimal(90), rank=1, keys=[], note=None)],
    )  # fmt: skip
    return make.keep(
        Award(
            event=event, entry=entry, result_version=version, title="Gold", position=1, scheme="counts",
            place=1, because={"text": "First.", "values": {}}, awarded_on=make.DAY, conferred_by="x",
            conferred_at=now(),
        )
    )  # fmt: skip


def design_of(organisation):
    start = next(one for one in designs.starts() if one.code == "landscape")
    picture = DesignFile(name="art.svg", content=start.pictures["art.svg"][0], sha256="0" * 64)
    version = DesignVersion(
        number=1, making=Making.DRAWN, document=dict(start.document), drawn_by="x", drawn_at=now(), hands=["x"],
        pictures=[picture],
    )  # fmt: skip
    return make.keep(
        Design(
            code=f"design-{organisation.code}", title_zh="证书", title_en="Paper", owner=organisation,
            versions=[version],
        )
    )  # fmt: skip


def certificate_of(award, organisation):
    series = Series(issuer=organisation, year=2026, prefix=f"SH-{organisation.code}", last=1)
    template = TemplateVersion(
        code="award", title="Award", sha256=organisation.code * 2, files=PAPER
    )
    return make.keep(
        Certificate(
            award=award, series=series, serial=1, number=f"SH-{organisation.code}-2026-000001",
            folded=f"SH{organisation.code}2026000001",
            code=f"{organisation.code}-code-of-a-certificate", template_version=template, facts={},
            facts_sha256="0" * 64, state=CertificateState.RESERVED, issued_by="x", issued_at=now(),
        )
    )  # fmt: skip
