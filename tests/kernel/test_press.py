"""The press prints, keeps its walls, names what fails, and goes on."""

import threading

import pypdfium2
import pytest

from skillhub.kernel import fonts
from skillhub.kernel.errors import BadInput
from skillhub.kernel.paper import template_of
from skillhub.kernel.pdf import Limits, Press, RenderRefused
from tests.kernel.paper_samples import ABOUT, FACTS, sample


@pytest.fixture(scope="module")
def press():
    with Press() as press:
        yield press


def words(pdf):
    document = pypdfium2.PdfDocument(pdf)
    text = "".join(page.get_textpage().get_text_bounded() for page in document)
    document.close()
    return text


def test_same_facts_same_bytes_in_any_process(press):
    with Press() as other:
        assert press.render(sample(), FACTS) == other.render(sample(), FACTS)


def test_other_facts_other_identifier(press):
    assert press.render(sample(), FACTS) != press.render(sample(), {"holder_name": "王建军"})


def test_says_how_far_its_walls_reach(press):
    press.render(sample(), FACTS)
    assert press.walls["network"] in {"namespace", "fetcher"}
    assert press.walls["files"] in {"landlock", "fetcher"}


def test_prints_from_many_threads(press):
    names = [f"王建国{n}" for n in range(8)]
    printed = {}

    def one(name):
        printed[name] = words(press.render(sample(), {"holder_name": name}))

    threads = [threading.Thread(target=one, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(name in printed[name] for name in names)


def test_is_replaced_when_it_is_worn():
    with Press(Limits(renders=1)) as press:
        first = press.render(sample(), FACTS)
        old = press._process
        assert press.render(sample(), FACTS) == first
        assert press._process is not old


def test_survives_a_process_killed_from_outside(press):
    first = press.render(sample(), FACTS)
    press._process.child.kill()
    press._process.child.wait()
    assert press.render(sample(), FACTS) == first


def test_own_art_is_drawn(press):
    art = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9v9z"/></svg>'
    with_art = sample(
        '<img src="template:mark.svg" alt="m">', "img { width: 9mm }", files={"mark.svg": art}
    )
    assert len(press.render(with_art, FACTS)) > 0


@pytest.mark.parametrize(
    ("template", "facts", "code"),
    [
        pytest.param(
            sample('<p style="break-before:page">x</p>'), FACTS, "pages", id="a page too many"
        ),
        pytest.param(sample(), {"holder_name": "王" * 60}, "overflow", id="a name too long"),
        pytest.param(sample(), {"holder_name": "\U00012000"}, "glyph", id="no glyph"),
        pytest.param(
            sample("<p>\ue000</p>"), FACTS, "glyph", id="a private character of the template"
        ),
        pytest.param(sample("{% if %}"), FACTS, "template", id="broken Jinja"),
        pytest.param(sample("{{ nobody }}"), FACTS, "template", id="a fact nobody declared"),
        pytest.param(sample(css="p { colour: red }"), FACTS, "engine", id="a misspelt property"),
        pytest.param(
            sample('<img src="template:no.svg" alt="n">'),
            FACTS,
            "fetch",
            id="art that is not there",
        ),
        pytest.param(
            sample(css=".f-holder_name { display: none }"),
            FACTS,
            "text",
            id="a name that is not drawn",
        ),
        pytest.param(
            sample('<p class="room">x</p><p class="room" style="margin-top:-3mm">y</p>'),
            FACTS,
            "overflow",
            id="two parts overlap",
        ),
        pytest.param(
            sample(css=".f-holder_name { width: 9mm }"), FACTS, "overflow", id="a box too small"
        ),
    ],
)
def test_names_what_fails_and_goes_on(press, template, facts, code):
    with pytest.raises(RenderRefused) as refused:
        press.render(template, facts)
    assert refused.value.code == code
    assert "王建国" in words(press.render(sample(), FACTS))


def test_refuses_a_family_nobody_bundled(press):
    other = sample(about=ABOUT.replace("HanaMinA", "Comic Sans"))
    with pytest.raises(RenderRefused, match="Comic Sans"):
        press.render(other, FACTS)


def test_does_not_start_without_fonts(tmp_path):
    with Press(folder=tmp_path) as press, pytest.raises(RenderRefused) as refused:
        press.render(sample(), FACTS)
    assert refused.value.code == "start"


def test_every_face_is_read():
    assert {"Noto Serif SC", "Noto Sans SC", "Cormorant Garamond", "HanaMinA"} <= fonts.families()


@pytest.mark.parametrize(
    "files",
    [
        pytest.param({"page.html": b""}, id="files missing"),
        pytest.param({"../evil.svg": b"", **sample().files}, id="a path"),
        pytest.param({"run.py": b"", **sample().files}, id="a program"),
        pytest.param({**sample().files, "about.toml": b"title = 3"}, id="about.toml without facts"),
        pytest.param({**sample().files, "big.svg": bytes(5_000_000)}, id="too big"),
    ],
)
def test_refuses_what_is_no_template(files):
    with pytest.raises(BadInput):
        template_of("bad", files)
