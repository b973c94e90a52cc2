"""The cast of the contest year: who takes part with which hat, what is loaded, and what judges and clerks write."""

import json
import re
from uuid import uuid4

from tests import make
from tests.story.visitor import Visitor

LAST_YEAR = """
[competition]
code = "cup2025"
name = "北区职工技能大赛"
name_en = "Northside Workers' Cup"
year = 2025
tier = "district"
host = "root"
starts_on = "2025-05-20"
ends_on = "2025-05-20"
place = "Hall 7"
checking = "look_over"
weights = "percent"
filing = true
registers = true
blind = true
notice_days = 5
appeal_hours = 2
registration_opens_at = "2025-04-01T09:00"
registration_closes_at = "2025-04-30T18:00"
announcement = "全区焊工比武，欢迎报名。"

[organisations]
by = "points"

[[event]]
code = "welding"
name = "焊工"
name_en = "Welding"
occupation = "welder"
group = "worker"
held_on = "2025-05-20"
min_entries = 4
ranking = { keys = ["total desc", "work desc"], remaining_tie = "must_resolve", decimals = 2 }
awards = { scheme = "counts", titles = [[["金奖", "Gold"], "1"], [["银奖", "Silver"], "1"], [["铜奖", "Bronze"], "1"]] }

[[event.components]]
code = "theory"
name = "理论"
max = "100"
weight = "30"

[[event.components]]
code = "work"
name = "实操"
max = "100"
weight = "70"
"""
CITY = """
[competition]
code = "city2026"
name = "全市焊工大赛"
name_en = "City Welding Final"
year = 2026
tier = "city"
host = "root"
starts_on = "2026-09-10"

[[event]]
code = "welding"
name = "焊工"
name_en = "Welding"
held_on = "2026-09-10"
components = [{ code = "work", name = "实操", max = "100", weight = "1" }]
ranking = { keys = ["total desc"], remaining_tie = "share", decimals = 2 }
awards = { scheme = "counts", titles = [["Gold", "1"]] }
"""
OFFICE = {
    "sun": "organiser", "he": "organiser", "clerk": "organiser", "zhou": "checker", "tang": "chief_judge",
    "ren": "code_officer", "gu": "appeals_panel", "fatima": "auditor", "lin": "certificate_staff",
}  # fmt: skip
WORKERS = (
    *(("li", "Li Wei", "plant"), ("wang", "Wang Fang", "plant"), ("zhang", "Zhang Qiang", "plant")),
    *(("qian", "Qian Duo", "plant"), ("chen", "Chen Jie", "yard"), ("ortiz", "Ana Ortiz", "yard")),
    ("zhao", "Zhao Min", "yard"),
)

SCHEME = (
    ("measurement", {"code": "A1", "name": "Dimensions", "max": "40", "allowed": "0\n20\n30\n40"}),
    ("judgement", {"code": "B1", "name": "Look of the seam", "max": "30", "judges": "3"}),
    ("panel", {"code": "C1", "name": "Design", "max": "30", "judges": "5"}),
)

# What is measured, how three judges see the seam, what five give the design; judge 5 steps aside for colleagues.
MARKS = {
    "Li Wei": ("40", (3, 3, 2), (92, 90, 94, 88, None)),
    "Chen Jie": ("30", (2, 2, 3), (85, 88, 80, 90, 86)),
    "Ana Ortiz": ("30", (2, 3, 2), (86, 84, 88, 85, 90)),
    "Zhao Min": ("20", (3, 1, 2), (75, 70, 72, 78, 71)),
    "Qian Duo": ("20", (1, 1, 2), (60, 62, 66, 58, None)),
}
COLLEAGUES = ("Li Wei", "Qian Duo")
THEORY = {"Li Wei": "91", "Chen Jie": "78", "Ana Ortiz": "80", "Zhao Min": "70", "Qian Duo": "66"}


class Year:
    """Who takes part, what they may do, and where the year's event stands; each chapter reads on from the last."""

    def __init__(self, app, root, sign_in):
        self._app, self._sign_in, self.users = app, sign_in, {}
        self.plant = make.organisation("plant", name="Northern Heavy Machinery", parent=root)
        self.yard = make.organisation("yard", name="Binhai Shipyard", parent=root)
        make.occupation("welder")
        for login, role in OFFICE.items():
            self.users[login] = make.user(role, root, login=login)
        for login, unit in (("ma", self.plant), ("yao", self.yard)):
            self.users[login] = make.user("organiser", unit, login=login)
        for n in range(1, 6):
            employer = self.plant if n == 5 else None  # who must step aside for colleagues
            person = make.person(f"Judge {n}", employer=employer, number=f"J{n}")
            self.users[f"judge{n}"] = make.user("judge", root, login=f"judge{n}", person=person)
        for login, name, unit in WORKERS:
            employer = getattr(self, unit)
            person = make.person(name, employer=employer, number=f"{login}-{unit}")
            self.users[login] = make.user("worker", employer, login=login, person=person)

    def by(self, login):
        """Let somebody sit down in front of the pages."""
        return Visitor(self._sign_in(self.users[login]))

    def nobody(self):
        """Let a stranger come by."""
        return Visitor(self._app.test_client())

    @property
    def event_id(self):
        return self.event.rpartition("/")[2]

    def desk(self, unit):
        """Where a unit registers its people for the year's event."""
        return f"/organisations/{unit.id}/registrations/{self.event_id}"

    def keys(self, *logins):
        return [self.users[login].person_id for login in logins]

    @staticmethod
    def table(page):
        """What the page of the score table gives its script."""
        return json.loads(re.search(r'id="table-page">(.*?)</script>', page.html, re.DOTALL)[1])

    @staticmethod
    def types(visitor, table, code, column, text, status=200):
        """Type into one cell, as the script of the table sends it."""
        (row,) = (row for row in table["rows"] if row["number"] == code)
        version = row["cells"][column][1]
        cell = {
            "key": uuid4().hex,
            "entry": row["entry"],
            "column": column,
            "text": text,
            "version": version,
        }
        answer = visitor.browser.post(table["save"], data={"cells": json.dumps([cell])})
        assert answer.status_code == status, answer.text
        return answer.json
