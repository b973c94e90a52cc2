"""From a results spreadsheet to a printed certificate and a worker's standing: read this first."""

from datetime import UTC, date, datetime

from skillhub.accounts import queries as accounts
from skillhub.awards import services as awards
from skillhub.certificates import queries as certificates
from skillhub.certificates import works
from skillhub.entries import services as entries
from skillhub.entries import sheet as entry_sheet
from skillhub.kernel.paper import template_named
from skillhub.kernel.sheets import load
from skillhub.marking import queries as marking
from skillhub.marking import services as marks
from skillhub.marking import sheet as mark_sheet
from skillhub.results import services as results
from tests import make

COMPETITION = """
[competition]
code = "cup"
name = "北区职工技能大赛"
name_en = "Northside Workers' Cup"
year = 2026
tier = "district"
checking = "look_over"

[[event]]
code = "welding"
name = "焊工"
name_en = "Welding"
held_on = "2026-05-20"
components = [
  { code = "theory", name = "理论", max = "100", weight = "0.3", pass_mark = "60" },
  { code = "practical", name = "实操", max = "100", weight = "0.7", pass_mark = "60" },
]
ranking = { keys = ["total desc", "practical desc"], remaining_tie = "share", decimals = 2 }
awards = [{ scheme = "counts", titles = [[["一等奖", "First Prize"], "1"], [["二等奖", "Second Prize"], "1"]] }]
"""
ENTRIES = "参赛号,姓名,工号\n01,李伟,00417\n02,王芳,00418\n03,张强,00419\n".encode("gb18030")
MARKS = "参赛号;理论;实操\n01;90,5;88\n02;58;97\n03;71;缺考\n".encode()
MOMENT = datetime(2026, 5, 20, 9, 0, tzinfo=UTC)


def test_from_a_spreadsheet_to_a_certificate_and_a_standing(root, sign_in):
    workshop = make.organisation("w1", name="焊接车间", parent=root)
    worker = make.person("李伟", number="00417", employer=workshop)
    make.person("王芳", number="00418", employer=workshop)
    make.person("张强", number="00419", employer=workshop)
    make.user("organiser", root, login="organiser")
    make.user("checker", root, login="checker")
    phone = sign_in(make.user("worker", workshop, login="liwei", person=worker))
    organiser, checker = accounts.actor_of("organiser"), accounts.actor_of("checker")

    # A competition is announced by its file, and entries come from a sheet in whatever encoding it was saved.
    cup = awards.load(COMPETITION, organiser).competition
    table = load(ENTRIES, "entries.csv", entry_sheet.COLUMNS)
    entries.import_sheet(cup, entry_sheet.drafts(table.rows, "welding"), "entries.csv", organiser)

    # Marks come from another; a second person confirms them, since nobody checks what they entered.
    table = load(MARKS, "marks.csv", mark_sheet.columns(cup))
    drafts = mark_sheet.drafts(table.rows, mark_sheet.components(cup), "welding")
    marks.import_sheet(cup, drafts, "marks.csv", organiser, MOMENT)
    (welding,) = cup.events
    seen = {sheet.id: sheet.version for sheet in marking.to_check(welding)}
    marks.confirm(welding, seen, checker, MOMENT)

    # The result is signed, awards are conferred, and each line says why: 王芳 has more points, but failed theory.
    result = results.finalise(welding, organiser.name, organiser, MOMENT)
    assert [(line.entry.name, str(line.total), line.rank) for line in result.lines] == [
        *[("李伟", "88.75", 1), ("王芳", "85.3", 2), ("张强", "None", None)],
    ]
    (first,) = awards.confer(welding, organiser, MOMENT, date(2026, 5, 20))
    assert (first.entry.name, first.title) == ("李伟", "一等奖")

    # Its certificate has a number, frozen facts, kept bytes, and a page that proves it to a stranger.
    issuing = works.Issuing(cup, None, template_named(certificates.FOLDER, "award"), organiser)
    list(issuing.steps())
    assert (issuing.issued, issuing.left_out, issuing.failed) == (1, [], [])
    (certificate,) = certificates.to_print(cup)
    assert certificates.pdf_of(certificate.id).startswith(b"%PDF")
    proof = phone.application.test_client().get(f"/v/{certificate.code}")
    assert "李伟" in proof.text
    assert "一等奖" in proof.text

    # And the worker finds it all on a phone, in Chinese.
    phone.get("/language/zh")
    standing = phone.get("/standing").text
    for word in ("北区职工技能大赛", "一等奖", certificate.number):
        assert word in standing
