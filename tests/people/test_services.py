"""People admitted once, corrected, employed, insured."""

from datetime import date

import pytest
from sqlalchemy import func, select

from skillhub.kernel.access import OPERATOR, Actor, Role
from skillhub.kernel.db import db
from skillhub.kernel.errors import BadInput, Conflict, NotFound
from skillhub.kernel.journal import JournalLine
from skillhub.people import queries, services
from skillhub.people.models import Person
from skillhub.people.rules import read_identity
from tests import make

pytestmark = pytest.mark.postgres
ID = "440308199901101512"


def admit(name="李伟", **values):
    return services.admit({"name": name, **values}, OPERATOR)


def count():
    return db.session.scalar(select(func.count()).select_from(Person))


@pytest.fixture
def works(root):
    return make.organisation("W1", parent=root)


@pytest.fixture
def shop(root):
    return make.organisation("W2", parent=root)


def test_the_number_is_sealed_and_tells_birth_and_sex(app):
    person = admit(id_number="４４０３０８199901101512")
    assert ID.encode() not in person.id_cipher
    assert person.id_index != ID
    assert (person.birth_date, person.sex) == (date(1999, 1, 10), "male")
    assert queries.identity_of(person) == "4***************12"
    line = db.session.scalars(select(JournalLine)).one()
    assert ID not in str(line.changes)


def test_what_was_said_wins_over_what_the_number_tells(app):
    assert admit(id_number=ID, birth_date=date(1999, 1, 11)).birth_date == date(1999, 1, 11)


@pytest.mark.parametrize(
    "again", [ID, "440308199901101512 ", "４４０３０８１９９９０１１０１５１２"]
)
def test_the_same_number_is_the_same_person(app, again):
    first = admit(id_number=ID)
    assert admit(id_number=again, number="00417") is first
    assert first.number == "00417"
    assert count() == 1


def test_15_and_18_digits_are_one_person(app):
    assert admit(id_number="610104620927690") is admit(id_number="610104196209276908")


def test_the_same_name_is_not_the_same_person(app):
    assert admit() is not admit()
    assert len(queries.namesakes(admit(), OPERATOR)) == 2


def test_a_number_keeps_its_zeros(app):
    one, other = admit(number="00417"), admit(number="417")
    assert one is not other
    assert admit(number="00417") is one
    with pytest.raises(BadInput, match="李伟 has this worker number"):
        admit("王芳", number="417")


def test_names_stay_as_written(app):
    for name in ("van der BERG", "ÉMILE  o'Neil", "欧阳㑇宇", "O\u2019Brien-\u1e9e"):
        assert admit(name).name == name


def test_a_wrong_number_is_refused_at_its_field(app):
    with pytest.raises(BadInput) as refused:
        admit(id_number="440308199901101513")
    assert [p.where for p in refused.value.problems] == ["id_number"]


def test_edit_keeps_to_versions_and_to_others_numbers(app):
    one, other = admit(number="1", id_number=ID), admit("王芳", number="2")
    services.edit(other, {"name": "王 芳", "phone": "138"}, other.version, OPERATOR)
    assert (other.name, other.number, other.sought) == ("王 芳", "2", "王 芳")
    for values in ({"number": "1"}, {"id_number": ID}):
        with pytest.raises(BadInput):
            services.edit(other, values, other.version, OPERATOR)
    with pytest.raises(Conflict):
        services.edit(one, {"name": "x"}, one.version + 1, OPERATOR)


def test_reading_a_whole_number_is_journaled(app):
    person = admit(id_number=ID)
    assert services.unmask(person, OPERATOR) == ID
    last = db.session.scalars(select(JournalLine).order_by(JournalLine.id.desc())).first()
    assert (last.verb, last.subject) == ("people.unmask", f"people:{person.id}")
    assert ID not in str(last.changes)


@pytest.mark.parametrize(
    ("day", "employer"),
    [
        pytest.param(date(2019, 12, 31), None, id="the day before the first"),
        pytest.param(date(2020, 1, 1), "W1", id="the first day"),
        pytest.param(date(2026, 4, 30), "W1", id="the last day of the old"),
        pytest.param(date(2026, 5, 1), "W2", id="the first day of the new"),
    ],
)
def test_employer_on_a_day(works, shop, day, employer):
    person = admit()
    services.employ(person, works, date(2020, 1, 1), OPERATOR)
    services.employ(person, shop, date(2026, 5, 1), OPERATOR, post="Welder")
    found = queries.employers_on([person.id], day).get(person.id)
    assert (found.code if found else None) == employer
    assert queries.path_of(person_id=person.id) == shop.path


def test_two_primary_employers_on_one_day_are_refused(works, shop):
    person = admit()
    services.employ(person, works, date(2020, 1, 1), OPERATOR, until=date(2022, 6, 30))
    with pytest.raises(Conflict, match="is the primary employer"):
        services.employ(person, shop, date(2022, 6, 30), OPERATOR)
    services.employ(person, shop, date(2022, 1, 1), OPERATOR, is_primary=False)
    services.employ(person, shop, date(2022, 7, 1), OPERATOR)
    again = services.employ(person, shop, date(2022, 7, 1), OPERATOR, post="Fitter")
    assert len(queries.employments_of(person)) == 3
    services.leave(again, date(2023, 1, 1), OPERATOR)
    assert queries.path_of(person_id=person.id) == shop.path
    with pytest.raises(BadInput):
        services.leave(again, date(2022, 6, 30), OPERATOR)


def test_insured_months_are_carried_on(app):
    person = admit()
    services.insure(person, "unemployment", date(2023, 5, 20), date(2026, 3, 5), OPERATOR)
    span = services.insure(person, "unemployment", date(2023, 5, 1), date(2026, 4, 5), OPERATOR)
    assert [(s.since, s.known_to) for s in queries.spans_of(person)] == [
        (date(2023, 5, 1), date(2026, 4, 1))
    ]
    assert span.until is None
    with pytest.raises(BadInput):
        services.insure(person, "pension", date(2023, 5, 1), date(2023, 4, 1), OPERATOR)


def test_who_sees_whom(root, works, shop):
    now_here, once_here, elsewhere, nowhere = (admit(n) for n in ("甲", "乙", "丙", "丁"))
    services.employ(now_here, works, date(2020, 1, 1), OPERATOR)
    services.employ(once_here, works, date(2020, 1, 1), OPERATOR)
    services.employ(once_here, shop, date(2021, 1, 1), OPERATOR)
    services.employ(elsewhere, shop, date(2020, 1, 1), OPERATOR)

    def seen(*grants, person=None):
        actor = Actor("a", person_id=person, grants=grants)
        return "".join(sorted(p.name for p in db.session.scalars(queries.search(actor))))

    assert seen((Role.ORGANISER, works.path)) == "乙甲"
    assert seen((Role.ADMINISTRATOR, root.path)) == "丁丙乙甲"
    assert seen((Role.JUDGE, root.path)) == ""
    assert seen(person=elsewhere.id) == "丙"
    with pytest.raises(NotFound):
        queries.seen_by(Actor("a", grants=((Role.ORGANISER, works.path),)), nowhere.id)


@pytest.mark.parametrize(
    ("word", "found"),
    [
        pytest.param("ｍｕｌｌｅｒ", "José Müller", id="full width, accent-free"),
        pytest.param("muller JOSE", "José Müller", id="reversed"),
        pytest.param("00417", "José Müller", id="number"),
        pytest.param("417", None, id="not another number"),
        pytest.param("440308199901101512", "李伟", id="identity"),
        pytest.param("4403081999 0110 1512", "李伟", id="identity with spaces"),
        pytest.param("li", "李伟", id="latin name"),
        pytest.param("%", None, id="a sign of the database"),
    ],
)
def test_search(app, word, found):
    admit("José Müller", number="00417")
    admit("李伟", name_latin="Li Wei", id_number=ID)
    identity = word.startswith("440308")  # looked for only when asked: it stands in no address
    search = queries.search(OPERATOR, word, identity=identity)
    assert [p.name for p in db.session.scalars(search)] == ([found] if found else [])
    if identity:
        assert not db.session.scalars(queries.search(OPERATOR, word)).all()


def test_found_by_identity(app):
    person = admit(id_number=ID)
    assert queries.by_identity(read_identity("resident", ID)) is person
    assert queries.by_identity(read_identity("passport", "E1")) is None


@pytest.mark.parametrize(
    "tried",
    [
        pytest.param({"name": "guess", "number": "77"}, id="by guessing a worker number"),
        pytest.param(
            {"name": "guess", "number": "78", "id_number": ID}, id="by trying an identity number"
        ),
    ],
)
def test_nobody_learns_who_has_a_number_elsewhere(works, shop, tried):
    services.employ(admit("李伟", number="77", id_number=ID), shop, date(2020, 1, 1), OPERATOR)
    admit("王芳", number="78")
    organiser = make.user(Role.ORGANISER, works).as_actor()
    with pytest.raises((BadInput, Conflict)) as refused:
        services.take_in(tried, None, organiser)
    assert "organisation that is not yours" in str(refused.value.message)
    assert "李伟" not in str(refused.value.message)
