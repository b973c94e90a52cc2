"""What SkillHub imports is declared, what is declared is locked, and the lock names no registry."""

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
RUNTIME = [Requirement(line) for line in PROJECT["project"]["dependencies"]]
# These come with the packages that they are the lower half of.
HALVES = {"click", "jinja2", "werkzeug", "markupsafe", "itsdangerous"}
HALVES |= {"alembic", "brotli", "flask-login", "limits"}
HALVES |= {"asn1crypto", "pyhanko-certvalidator", "python-pkcs11"}


def test_what_is_imported_is_declared():
    declared = HALVES | {canonicalize_name(requirement.name) for requirement in RUNTIME}
    homes = packages_distributions()
    undeclared = {
        f"{path.relative_to(ROOT)}: {name}"
        for path in (ROOT / "skillhub").rglob("*.py")
        for name in _imported(path)
        if name not in sys.stdlib_module_names | {"skillhub"}
        and not declared & {canonicalize_name(home) for home in homes.get(name, [])}
    }
    assert not undeclared


def _imported(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.split(".")[0]


def test_what_is_declared_is_locked():
    locked = dict(re.findall(r"^([a-z0-9.-]+)==([^ \\]+)", LOCK, re.MULTILINE))
    wanted = [*RUNTIME, *map(Requirement, PROJECT["dependency-groups"]["dev"])]
    stale = [
        str(requirement)
        for requirement in wanted
        if (name := canonicalize_name(requirement.name)) not in locked
        or not requirement.specifier.contains(locked[name])
    ]
    assert not stale, "run make lock"


def test_the_lock_names_no_registry():
    assert not re.search(r"https?:|file:|index-url|find-links", LOCK)
