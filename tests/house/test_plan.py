"""The plan of the house, kept true: the contracts of pyproject.toml, and what imports cannot say."""

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.house import findings

ROOT = Path(__file__).resolve().parents[2]


def contracts_of(root: Path) -> subprocess.CompletedProcess[str]:
    """Run import-linter over the package that stands in a folder."""
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()"]
    return subprocess.run(
        [*command, "--config", str(root / "pyproject.toml"), "--no-cache", "--no-logo"],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root), "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_arrows_point_downward():
    run = contracts_of(ROOT)
    assert run.returncode == 0, run.stdout + run.stderr


def floors_drawn(readme: str) -> list[str]:
    """Read the floors off the picture, from the top down."""
    lines = readme.partition(" what a person does ")[2].partition("```")[0].splitlines()
    left = len(" what a person does ") + lines[0].index("floor")
    names = [re.findall(r"[a-z]+", line[left : left + 28]) for line in lines[2:-1]]
    return [name for line in names for name in line]


def test_the_picture_shows_the_floors_as_they_stand():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    plan = contracts["tool"]["importlinter"]["contracts"][0]["layers"]
    assert floors_drawn(readme) == [name for layer in plan for name in re.findall(r"[a-z]+", layer)]


@pytest.mark.parametrize(
    "rule",
    [
        pytest.param(findings.writes_outside_services, id="only services write"),
        pytest.param(findings.services_without_transaction, id="a service is one transaction"),
        pytest.param(findings.opened_doors, id="doors are private"),
        pytest.param(findings.unknown_rooms, id="a feature has only the known rooms"),
        pytest.param(findings.dumps, id="nothing is called utils"),
        pytest.param(findings.big_rooms, id="files and functions stay small"),
        pytest.param(findings.unlisted_variants, id="everything on a shelf is listed"),
        pytest.param(findings.pages_without_rule, id="every page says who may open it"),
        pytest.param(findings.misnamed_templates, id="every page has the template named after it"),
        pytest.param(findings.inline_code, id="no script or style inside a page"),
        pytest.param(findings.unmounted_features, id="every page and every table is mounted"),
        pytest.param(findings.unfinished_work, id="unfinished work is an issue"),
    ],
)
def test_the_house_keeps(rule):
    found = rule(ROOT)
    assert not found, "\n".join(found)


def test_every_address_is_guarded(request):
    if not (ROOT / "skillhub" / "app.py").exists():
        return
    app = request.getfixturevalue("app")
    # Flask-Security guards its own pages; static files are public.
    unguarded = [
        rule.rule
        for rule in app.url_map.iter_rules()
        if not rule.build_only
        and not hasattr(app.view_functions[rule.endpoint], "_allow")
        and rule.endpoint.split(".")[0] not in {"static", "security"}
    ]
    assert not unguarded
