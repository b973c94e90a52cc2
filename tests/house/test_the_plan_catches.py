"""Each rule of the house is seen to catch: a small tree that keeps the rule, and one planted breach at a time."""

import shutil

import pytest

from tests.house import findings
from tests.house.test_plan import ROOT, contracts_of

SOUND = {
    "skillhub/__init__.py": '"""SkillHub."""',
    "skillhub/app.py": (
        '"""The app."""\nfrom skillhub.awards import views\n\nFEATURES = ("results", "awards")\n'
    ),
    "skillhub/kernel/__init__.py": '"""Kernel."""',
    "skillhub/kernel/db.py": '"""Database."""\nimport sqlalchemy\n',
    "skillhub/kernel/clock.py": '"""Clock."""',
    "skillhub/kernel/messages.py": '"""Words."""',
    "skillhub/results/__init__.py": '"""Results."""',
    "skillhub/results/rules.py": '"""Rules."""\nfrom skillhub.kernel import messages\n',
    "skillhub/results/models.py": '"""Rows."""\nfrom skillhub.kernel import db\n',
    "skillhub/results/views.py": '"""Pages."""\n',
    "skillhub/awards/__init__.py": '"""Awards."""',
    "skillhub/awards/rules.py": '"""Rules."""\nfrom skillhub.results import rules\n',
    "skillhub/awards/models.py": '"""Rows."""\nfrom skillhub.awards import rules\n',
    "skillhub/awards/queries.py": '"""Reading."""\nfrom skillhub.awards import models\n',
    "skillhub/awards/services.py": (
        '"""Writing."""\n'
        "from skillhub.awards import queries\n"
        "from skillhub.kernel import db\n\n\n"
        "@transaction()\n"
        "def confer(event):\n"
        '    """Confer."""\n'
        "    db.session.add(event)\n"
    ),
    "skillhub/awards/forms.py": '"""Forms."""\nimport wtforms\n',
    "skillhub/awards/views.py": (
        '"""Pages."""\n'
        "from flask import render_template\n"
        "from skillhub.awards import forms, services\n\n\n"
        '@bp.route("/awards")\n'
        "@allow(Role.ORGANISER)\n"
        "def confer():\n"
        '    return render_template("awards/confer.html")\n'
    ),
    "skillhub/awards/schemes/__init__.py": (
        '"""The list."""\nfrom skillhub.awards.schemes.places import Places\n\nSCHEMES = (Places,)\n'
    ),
    "skillhub/awards/schemes/places.py": (
        '"""Places."""\nfrom skillhub.awards import rules\n\n\nclass Places:\n    code = "places"\n'
    ),
    "templates/awards/confer.html": '<script src="/static/js/a.js"></script><p class="x">{{ x }}</p>\n',
}

VIEWS, SERVICES = "skillhub/awards/views.py", "skillhub/awards/services.py"


@pytest.fixture
def tree(tmp_path):
    """A small tree that keeps every rule; `plant` adds to its files."""
    for name, text in SOUND.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def plant(tree, name, text):
    path = tree / name
    path.parent.mkdir(parents=True, exist_ok=True)
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    path.write_text(f"{before}\n{text}\n", encoding="utf-8")


def test_a_sound_tree_passes(tree):
    run = contracts_of(tree)
    assert run.returncode == 0, run.stdout + run.stderr


@pytest.mark.parametrize(
    ("name", "text", "contract"),
    [
        pytest.param(
            "skillhub/results/queries.py",
            "from skillhub.awards import models",
            "Floors",
            id="upward",
        ),
        pytest.param(
            "skillhub/results/queries.py",
            "def late():\n    from skillhub.awards import models",
            "Floors",
            id="upward, hidden in a function",
        ),
        pytest.param(
            "skillhub/kernel/db.py",
            "from skillhub.results import rules",
            "Floors",
            id="kernel knows a feature",
        ),
        pytest.param(
            "skillhub/gadgets/__init__.py", '"""New."""', "Floors", id="a package without a floor"
        ),
        pytest.param(
            SERVICES, "from skillhub.awards import forms", "Rooms", id="service uses a form"
        ),
        pytest.param(
            "skillhub/awards/models.py",
            "from skillhub.awards import services",
            "Rooms",
            id="model uses a service",
        ),
        pytest.param(
            "skillhub/awards/rules.py",
            "import sqlalchemy",
            "Rules are pure",
            id="rule reads the database",
        ),
        pytest.param(
            "skillhub/awards/rules.py",
            "from skillhub.kernel import db",
            "Rules are pure",
            id="rule reads the database by way of the kernel",
        ),
        pytest.param(
            "skillhub/awards/rules.py",
            "from skillhub.results import models",
            "Rules are pure",
            id="rule reads rows of a lower floor",
        ),
        pytest.param(
            "skillhub/awards/schemes/places.py",
            "import flask",
            "Rules are pure",
            id="scheme knows the web",
        ),
        pytest.param(
            SERVICES, "from flask import request", "Only doors", id="service knows the web"
        ),
        pytest.param(
            "skillhub/awards/rules.py",
            "from skillhub.kernel import clock",
            "The clock",
            id="rule reads the clock",
        ),
    ],
)
def test_a_wrong_arrow_is_caught(tree, name, text, contract):
    plant(tree, name, text)

    run = contracts_of(tree)

    assert run.returncode == 1
    broken = [line for line in run.stdout.splitlines() if line.endswith("BROKEN")]
    assert any(line.startswith(contract) for line in broken), run.stdout + run.stderr


@pytest.mark.parametrize(
    ("rule", "name", "text", "expected"),
    [
        pytest.param(
            findings.writes_outside_services,
            VIEWS,
            "db.session.add(row)",
            "db.session.add",
            id="view adds a row",
        ),
        pytest.param(
            findings.writes_outside_services,
            "skillhub/awards/queries.py",
            "db.session.commit()",
            "commit",
            id="query commits",
        ),
        pytest.param(
            findings.writes_outside_services,
            "skillhub/app.py",
            "from sqlalchemy import update\ndb.session.execute(update(Award).values(x=1))",
            "update()",
            id="app updates by a statement",
        ),
        pytest.param(
            findings.writes_outside_services,
            "skillhub/cli/award.py",
            'db.session.execute(text("DELETE FROM awards"))',
            "writing SQL",
            id="command deletes by text",
        ),
        pytest.param(
            findings.services_without_transaction,
            SERVICES,
            "def revoke(award):\n    award.state = 1",
            "revoke lacks",
            id="service without a transaction",
        ),
        pytest.param(
            findings.opened_doors,
            VIEWS,
            "from skillhub.results import views",
            "skillhub.results.views is a private door",
            id="view of another floor",
        ),
        pytest.param(
            findings.opened_doors,
            "skillhub/cli/award.py",
            "from skillhub.awards.forms import AwardForm",
            "skillhub.awards.forms",
            id="command uses a form",
        ),
        pytest.param(
            findings.unknown_rooms,
            "skillhub/awards/tools.py",
            "x = 1",
            "not a known room",
            id="an unknown room",
        ),
        pytest.param(
            findings.unknown_rooms,
            "skillhub/awards/conditions/__init__.py",
            "",
            "more than one shelf",
            id="a second shelf",
        ),
        pytest.param(
            findings.unknown_rooms,
            "skillhub/awards/__init__.py",
            "from skillhub.awards import views",
            "one sentence",
            id="a package that opens with imports",
        ),
        pytest.param(
            findings.dumps,
            "skillhub/kernel/utils.py",
            "",
            "say what it is about",
            id="a dump in the kernel",
        ),
        pytest.param(
            findings.big_rooms,
            SERVICES,
            "\n" * 300,
            "divide the room",
            id="a module of over 300 lines",
        ),
        pytest.param(
            findings.big_rooms,
            SERVICES,
            "def _long():\n" + "    x = 1\n" * 40,
            "_long has 41 lines",
            id="a function of 41 lines",
        ),
        pytest.param(
            findings.unlisted_variants,
            "skillhub/awards/schemes/shares.py",
            'class Shares:\n    code = "shares"',
            "not in the list",
            id="a scheme nobody lists",
        ),
        pytest.param(
            findings.unlisted_variants,
            "skillhub/awards/schemes/__init__.py",
            "from skillhub.awards.schemes.shares import Shares",
            "",
            id="a scheme imported and not listed",
        ),
        pytest.param(
            findings.unlisted_variants,
            "skillhub/awards/schemes/quota.py",
            'class Quota:\n    code = "share"',
            "not named after its code",
            id="a scheme not named after its code",
        ),
        pytest.param(
            findings.pages_without_rule,
            VIEWS,
            '@bp.route("/x")\ndef open_to_all():\n    return ""',
            "open_to_all lacks @allow",
            id="a page without a rule",
        ),
        pytest.param(
            findings.pages_without_rule,
            VIEWS,
            '@bp.post("/x")\n@cached\n@allow(PUBLIC)\ndef far():\n    return ""',
            "far lacks @allow",
            id="a rule that does not stand under the route",
        ),
        pytest.param(
            findings.misnamed_templates,
            VIEWS,
            'def show():\n    return render_template("awards/confer.html")',
            "awards.show renders awards/confer.html",
            id="a template of another page",
        ),
        pytest.param(
            findings.misnamed_templates,
            VIEWS,
            "def show(name):\n    return render_template(name)",
            "a computed name",
            id="a template whose name is computed",
        ),
        pytest.param(
            findings.misnamed_templates,
            VIEWS,
            'def show():\n    return render_template("awards/show.html")',
            "does not exist",
            id="a template that is missing",
        ),
        pytest.param(
            findings.inline_code,
            "templates/a/b.html",
            "<p>\n<script>x()</script>",
            "b.html:3",
            id="an inline script",
        ),
        pytest.param(
            findings.inline_code,
            "templates/a/b.html",
            '<p style="color:red">',
            "an inline style",
            id="an inline style",
        ),
        pytest.param(
            findings.inline_code,
            "templates/a/b.html",
            '<p onclick="x()">',
            "an inline handler",
            id="a handler",
        ),
        pytest.param(
            findings.inline_code,
            "templates/a/b.html",
            '<script src="https://cdn.example/x.js"></script>',
            "a file from elsewhere",
            id="a script from elsewhere",
        ),
        pytest.param(
            findings.unmounted_features,
            "skillhub/gadgets/views.py",
            '"""Pages."""',
            "gadgets: not in app.FEATURES",
            id="a feature that is not mounted",
        ),
        pytest.param(
            findings.unfinished_work,
            "static/js/a.js",
            "// TODO: later",
            "an issue",
            id="a remark in the code",
        ),
    ],
)
def test_a_breach_is_caught(tree, rule, name, text, expected):
    assert rule(tree) == [], "the sound tree keeps this rule"
    if not expected:  # a scheme that is imported but stands in no list
        plant(tree, "skillhub/awards/schemes/shares.py", 'class Shares:\n    code = "shares"')
        expected = "not in the list"

    plant(tree, name, text)

    assert expected in "\n".join(rule(tree))
