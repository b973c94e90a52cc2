"""Who signs in to the sample year: one account for each hat, all with one password that only this instance knows."""

from __future__ import annotations

import secrets

import click

from skillhub.accounts import queries as accounts
from skillhub.accounts import services
from skillhub.kernel.access import OPERATOR, Role
from skillhub.kernel.settings import settings
from skillhub.organisations import queries as organisations
from skillhub.people import queries as people

# Login, name, hat, where, worker number, and what it is for; without that it is not told.
SIGN_INS = (
    ("organiser", "孙丽 Sun Li", Role.ORGANISER, "north", "", "enters results and makes them final"),
    ("deputy", "郑兰 Zheng Lan", Role.ORGANISER, "north", "", "approves what the organiser files or corrects"),
    ("company", "吴刚 Wu Gang", Role.ORGANISER, "heavy", "", "registers the people of one company"),
    ("checker", "何建国 He Jianguo", Role.CHECKER, "north", "", "confirms marks as a second person"),
    ("chief", "Tang Shulan", Role.CHIEF_JUDGE, "north", "", "seats the judges and signs for their marks"),
    ("judge", "Anders Holm", Role.JUDGE, "north", "", "marks on a tablet; judge2 to judge5 sit beside"),
    ("judge2", "徐敏康", Role.JUDGE, "north", "", ""),
    ("judge3", "谭磊慧", Role.JUDGE, "north", "", ""),
    ("judge4", "陶子丽", Role.JUDGE, "north", "", ""),
    ("judge5", "苏晓", Role.JUDGE, "north", "00514", ""),  # of the docks: must step aside for theirs
    ("codes", "任静 Ren Jing", Role.CODE_OFFICER, "north", "", "draws the codes and keeps them"),
    ("panel", "顾明 Gu Ming", Role.APPEALS_PANEL, "north", "", "decides objections, queries and appeals"),
    ("printer", "林欣 Lin Xin", Role.CERTIFICATE_STAFF, "north", "", "issues and prints certificates"),
    ("writer", "方晓 Fang Xiao", Role.TEMPLATE_WRITER, "north", "", "writes templates of papers as HTML"),
    ("reviewer", "马超 Ma Chao", Role.INCENTIVE_REVIEWER, "north", "", "looks after qualifications and incentives"),
    ("auditor", "Fatima Noor", Role.AUDITOR, "north", "", "reads everything, changes nothing"),
    ("liwei", "李伟", Role.WORKER, "heavy-w1", "00417", "a worker: opens the standing page on a phone"),
    ("administrator", "高敏 Gao Min", Role.ADMINISTRATOR, "north", "", "opens accounts and organisations"),
)  # fmt: skip


def open_accounts() -> None:
    """Open the accounts that are not there yet."""
    password = _password()
    for login, name, role, code, number, _ in SIGN_INS:
        if accounts.by_login(login) is None:
            person = people.by_number(number) if number else None
            over = organisations.find(code)
            services.open_account(login, password, role, over, OPERATOR, name=name, person=person)


def tell() -> None:
    """Print how to sign in."""
    click.echo("\nSign in with one of these; the password of each is " + _password())
    for login, _, role, *_, what in SIGN_INS:
        if what:
            click.echo(f"  {login:<14} {role.value:<19} {what}")
    click.echo()


def _password() -> str:
    """Give the password of the sample accounts; made once and kept beside the settings."""
    path = settings.instance / "sample-password"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text("-".join(secrets.token_hex(2) for _ in range(4)) + "\n", encoding="ascii")
    return path.read_text(encoding="ascii").strip()
