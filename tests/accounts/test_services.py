"""Accounts opened, given roles, closed: within the own part of the tree, and never without an administrator."""

import pytest

from skillhub.accounts import queries, services
from skillhub.accounts.models import User
from skillhub.kernel import journal
from skillhub.kernel.access import Role
from skillhub.kernel.db import db, get_or_404
from skillhub.kernel.errors import BadInput, Conflict, HouseError, NotAllowed, NotFound
from skillhub.kernel.journal import JournalLine
from tests import make

PASSWORD = "three words suffice"


@pytest.fixture
def works(root):
    return make.organisation("works", parent=root)


@pytest.fixture
def other(root):
    return make.organisation("other", parent=root)


@pytest.fixture
def chief(root):
    return make.user("administrator", root, login="chief")


@pytest.fixture
def foreman(works):
    """The administrator of the works only."""
    return make.user("administrator", works, login="foreman")


def open_for(actor, place, login="li.wei", password=PASSWORD, role=Role.JUDGE, **values):
    return services.open_account(login, password, role, place, actor, **values)


def last():
    return db.session.query(JournalLine).order_by(JournalLine.id.desc()).first()


def where(refused):
    return [problem.where for problem in refused.value.problems]


def test_an_account_is_opened_with_its_first_role(works, foreman):
    user = open_for(foreman.as_actor(), works, " Li.Wei ", email="Wei@Works.cn", name="李伟")
    assert (user.username, user.email, user.name) == ("li.wei", "wei@works.cn", "李伟")
    assert user.as_actor().may(Role.JUDGE, works.path)
    assert (last().verb, last().actor, last().subject) == (
        *("accounts.open", "foreman", f"users:{user.id}"),
    )
    assert "argon2" not in str(last().changes)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        pytest.param({"login": "x"}, "login", id="a login of one letter"),
        pytest.param({"login": "li wei"}, "login", id="a login with a space"),
        pytest.param({"login": "<b>li"}, "login", id="a login of signs"),
        pytest.param({"login": "FOREMAN"}, "login", id="a login that is taken, whatever its case"),
        pytest.param({"password": "elevensigns"}, "password", id="eleven characters"),
        pytest.param({"password": "abababababab"}, "password", id="two characters again and again"),
        pytest.param(
            {"login": "lihua12345", "password": "lihua12345!!"}, "password", id="the login itself"
        ),
        pytest.param({"email": "taken@works.cn"}, "email", id="an e-mail that is taken"),
    ],
)
def test_what_an_account_cannot_be(works, foreman, values, field):
    open_for(foreman.as_actor(), works, "first", email="taken@works.cn")
    with pytest.raises(BadInput) as refused:
        open_for(foreman.as_actor(), works, **values)
    assert where(refused) == [field]


@pytest.mark.parametrize("password", ["twelve signs", "密码要有十二个字符才能通过"])
def test_the_shortest_passwords_that_pass(works, foreman, password):
    assert open_for(foreman.as_actor(), works, password=password)


def test_an_administrator_stays_within_the_own_part(works, other, foreman):
    actor, theirs = foreman.as_actor(), make.user("judge", other)
    mine = make.user("judge", works)
    for attempt in (
        lambda: open_for(actor, other),
        lambda: services.grant(mine, Role.JUDGE, other, actor),
        lambda: services.grant(theirs, Role.JUDGE, works, actor),
        lambda: services.edit(theirs, "x", "", None, theirs.version, actor),
        lambda: services.set_password(theirs, PASSWORD, actor),
        lambda: services.disable(theirs, "x", actor),
        lambda: services.enable(theirs, actor),
        lambda: services.withdraw(theirs, theirs.roles[0], actor),
    ):
        with pytest.raises(NotFound):
            attempt()


def test_an_account_with_a_role_elsewhere_belongs_to_whoever_is_over_both(
    works, other, chief, foreman
):
    both = make.user("judge", works, login="both")
    services.grant(both, Role.CHECKER, other, chief.as_actor())
    with pytest.raises(NotFound):
        services.set_password(both, PASSWORD, foreman.as_actor())
    assert "both" not in [u.username for u in queries.listed(foreman.as_actor()).items]
    assert "both" in [u.username for u in queries.listed(chief.as_actor()).items]
    services.set_password(both, PASSWORD, chief.as_actor())


def test_no_other_role_manages_accounts(works, foreman):
    for role in set(Role) - {Role.ADMINISTRATOR}:
        with pytest.raises(NotFound):
            open_for(make.user(role, works).as_actor(), works)


def test_the_last_administrator_stays(root, chief, operator):
    services.grant(chief, Role.AUDITOR, root, operator)
    held = next(g for g in chief.roles if g.role == Role.ADMINISTRATOR)
    with pytest.raises(Conflict, match="last administrator of District federation"):
        services.withdraw(chief, held, chief.as_actor())
    with pytest.raises(Conflict, match="last administrator"):
        services.disable(chief, "left", chief.as_actor())

    second = make.user("administrator", root, login="second")
    services.disable(chief, "left", second.as_actor())
    assert not get_or_404(User, chief.id).active


def test_a_disabled_administrator_does_not_count(root, chief, operator):
    second = make.user("administrator", root, login="second")
    services.disable(second, "left", operator)
    with pytest.raises(Conflict, match="last administrator"):
        services.disable(chief, "left", operator)


def test_an_administrator_above_is_enough(chief, foreman):
    services.disable(foreman, "left", chief.as_actor())
    assert not foreman.active


def test_the_only_role_is_not_withdrawn(works, foreman):
    user = make.user("judge", works)
    with pytest.raises(Conflict, match="Disable the account"):
        services.withdraw(user, user.roles[0], foreman.as_actor())


def test_a_role_is_given_once_and_taken_back(works, foreman):
    user = make.user("judge", works)
    given = services.grant(user, Role.CHECKER, works, foreman.as_actor())
    with pytest.raises(Conflict, match="already"):
        services.grant(user, Role.CHECKER, works, foreman.as_actor())
    services.withdraw(user, given, foreman.as_actor())
    assert [g.role for g in get_or_404(User, user.id).roles] == [Role.JUDGE]


def test_a_person_of_another_workplace_is_not_linked(works, other, foreman):
    stranger = make.person("Stranger", employer=other)
    with pytest.raises(BadInput) as refused:
        open_for(foreman.as_actor(), works, person=stranger)
    assert where(refused) == ["person"]
    nobody = make.person("Nobody's")
    with pytest.raises(BadInput):
        open_for(foreman.as_actor(), works, person=nobody)


def test_a_person_has_one_account(works, foreman):
    worker = make.person("Worker", employer=works)
    user = open_for(foreman.as_actor(), works, role=Role.WORKER, person=worker)
    assert user.as_actor().person_id == worker.id
    with pytest.raises(BadInput) as refused:
        open_for(foreman.as_actor(), works, "second", role=Role.WORKER, person=worker)
    assert where(refused) == ["person"]


def test_an_edit_from_an_older_state_is_refused(works, foreman):
    user = make.user("judge", works)
    services.edit(user, "New", "", None, user.version, foreman.as_actor())
    with pytest.raises(Conflict):
        services.edit(user, "Newer", "", None, user.version - 1, foreman.as_actor())


def test_who_acts_at_the_command_line(works, foreman, operator):
    assert queries.actor_of(" FOREMAN ").may(Role.ORGANISER, works.path)
    with pytest.raises(HouseError, match=r'no account "formann".* foreman'):
        queries.actor_of("formann")
    second = make.user("judge", works, login="second")
    services.disable(second, "left", operator)
    with pytest.raises(NotAllowed, match="disabled"):
        queries.actor_of("second")


def test_the_journal_of_a_part_shows_what_its_accounts_did(root, works, other, chief, foreman):
    open_for(foreman.as_actor(), works, "mine")
    open_for(chief.as_actor(), other, "theirs")
    auditor = make.user("auditor", works).as_actor()
    assert {line.actor for line in queries.journal(auditor).items} == {"foreman"}
    everything = queries.journal(make.user("auditor", root).as_actor()).items
    assert {line.actor for line in everything} >= {"foreman", "chief", "operator"}
    with pytest.raises(NotFound):
        queries.journal_line(auditor, everything[-1].id)


def test_a_trace_tells_of_own_rows_only(works, foreman):
    mine, others = make.person("Li", employer=works), make.person("Wang", employer=works)
    told = journal.about([mine])
    assert told
    assert {address for trace in told for address, _, _ in trace.changes} == {f"people:{mine.id}"}
    assert not any(f"people:{others.id}" in str(trace) for trace in told)
