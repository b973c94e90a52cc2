"""Plans kept on disk: the next process stamps at once and alike to the byte; what is torn or foreign is not read."""

import os
import time

import pytest

from skillhub.certificates.queries import FOLDER
from skillhub.kernel import pdf
from skillhub.kernel.paper import load_template, template_named
from skillhub.kernel.pdf import Limits, Press, RenderRefused
from skillhub.kernel.press import kept
from skillhub.kernel.press.kept import Plans
from skillhub.kernel.press.shape import Shapes
from tests.kernel.paper_samples import ABOUT, FACTS, sample
from tests.kernel.test_stamp import moved

PERSONAL = ABOUT.replace("required = true", "required = true, personal = true")
COMPARES = '{% if holder_name == "王建国" %}<p>x</p>{% endif %}'


@pytest.fixture
def plans(tmp_path):
    return Plans(tmp_path / "plans")


@pytest.fixture(scope="module")
def made():
    """Give a template, facts, and the file that a press without plans makes of them."""
    template = load_template(FOLDER / "award")
    with Press() as press:
        return template, template.about.example, press.stamped(template, template.about.example)


def printed(plans, template, facts):
    """Print with a press of its own; gives the file and whether it took the engine."""
    with Press(plans=plans) as press:
        return press.stamped(template, facts), press._process is not None


def test_another_process_stamps_at_once_and_alike(plans, made):
    template, facts, file = made
    assert printed(plans, template, facts) == (file, True)
    assert printed(plans, template, facts) == (file, False)


def torn(data):
    return data[:-1]


def turned(data):
    return data[:-400] + bytes([data[-400] ^ 1]) + data[-399:]


def foreign(data):
    return b"%PDF-1.7 somebody else's"


def empty(data):
    return b""


@pytest.mark.parametrize("harm", [torn, turned, foreign, empty])
def test_what_is_not_as_it_was_written_is_made_anew(plans, made, harm):
    template, facts, file = made
    printed(plans, template, facts)
    (path,) = plans.folder.iterdir()
    path.write_bytes(harm(path.read_bytes()))
    assert printed(plans, template, facts) == (file, True)
    assert printed(plans, template, facts) == (file, False)


def test_the_plan_of_another_is_not_taken(plans, made):
    template, facts, file = made
    printed(plans, template, facts)
    (path,) = plans.folder.iterdir()
    other = facts | {"event": "焊接项目"}
    printed(plans, template, other)
    (second,) = set(plans.folder.iterdir()) - {path}
    path.write_bytes(second.read_bytes())
    assert printed(plans, template, facts) == (file, True)


def named(template, facts, room=0):
    given = pdf.complete(template.about, facts)
    shapes = Shapes(template.about, pdf.fonts.FOLDER)
    return kept.name_of(template, shapes.shape(shapes.key(given)), room)


def test_a_plan_is_named_after_all_that_makes_it(monkeypatch):
    template = template_named(FOLDER, "award")
    facts, names = template.about.example, set()
    names.add(named(template, facts))
    assert named(template, facts | {"holder_name": "王建国", "number": "NS-1"}) in names
    names.add(named(template, facts | {"event": "焊接项目"}))
    names.add(named(template, facts, room=2000))
    names.add(named(template_named(FOLDER, "award.en"), facts))
    monkeypatch.setattr(kept, "made_by", lambda: "another state of the engine")
    names.add(named(template, facts))
    assert len(names) == 5


def test_the_makers_tell_engine_fonts_and_code(monkeypatch, tmp_path):
    before = list(kept._makers())
    assert any(b"weasyprint" in part for part in before)
    assert any(b"pango" in part and b"1." in part for part in before)
    assert any(b"NotoSerifSC-Bold.ttf" in part for part in before)
    assert (kept.HOUSE / "press" / "plate.py").read_bytes() in before
    (tmp_path / "Other.ttf").write_bytes(b"")
    monkeypatch.setattr(kept.fonts, "FOLDER", tmp_path)
    assert list(kept._makers()) != before


def test_a_shape_that_is_not_stamped_is_not_tried_again(plans):
    template = sample(COMPARES, about=PERSONAL)
    asked = []

    class Press(pdf.Press):
        def _ask(self, template, do, *rest):
            asked.append(do)
            return super()._ask(template, do, *rest)

    for _ in range(2):
        with Press(plans=plans) as press:
            assert press.stamped(template, FACTS).block == b""
    assert asked == ["plan", "print", "print"]


def test_a_failing_engine_leaves_no_plan(plans):
    with Press(Limits(memory=0), plans=plans) as press, pytest.raises(RenderRefused):
        press.stamped(sample(about=PERSONAL), FACTS)
    assert not plans.folder.exists()


def test_old_plans_are_swept(plans, monkeypatch):
    plans.keep("one", ({"error": "shape"}, b""))
    plans.keep("two", ({"error": "shape"}, b""))
    long_ago = time.time() - kept.LASTS - 60
    os.utime(plans.folder / "one", (long_ago, long_ago))
    plans.keep("three", ({"error": "shape"}, b""))
    assert {path.name for path in plans.folder.iterdir()} == {"two", "three"}

    monkeypatch.setattr(kept, "MOST", 2)
    os.utime(plans.folder / "three", (long_ago + 120, long_ago + 120))
    assert plans.find("three")  # which makes it the latest used
    plans.keep("four", ({"error": "shape"}, b""))
    assert {path.name for path in plans.folder.iterdir()} == {"three", "four"}


def test_prints_where_nothing_can_be_kept(tmp_path, made):
    template, facts, file = made
    (tmp_path / "plans").write_bytes(b"a file in the way")
    assert printed(Plans(tmp_path / "plans"), template, facts) == (file, True)


def test_a_plan_that_draws_otherwise_is_forgotten(plans, monkeypatch):
    monkeypatch.setattr(pdf, "EVERY", 1)
    template = sample(about=PERSONAL)
    with Press(plans=plans) as press:
        right = press.render(template, FACTS)
        for stamp in press._stamps.values():
            moved(stamp)
        assert press.stamped(template, {"holder_name": "李小明"}).block == b""
    assert list(plans.folder.iterdir()) == []
    assert printed(plans, template, FACTS)[1]
    with Press(plans=plans) as press:
        assert press.render(template, FACTS) == right


def test_the_engine_is_let_go_when_a_job_has_its_plans(monkeypatch):
    monkeypatch.setattr(pdf, "REST", 2)
    monkeypatch.setattr(pdf, "EVERY", 4)
    template = sample(about=PERSONAL)
    alive, files = [], []
    with Press() as press:
        for _ in range(5):
            files.append(press.stamped(template, FACTS))
            alive.append(press._process.alive)
    assert alive == [True, False, False, True, True]  # and asked again for the comparison
    assert len(set(files)) == 1
