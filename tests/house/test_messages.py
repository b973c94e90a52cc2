"""Every sentence for people is marked, stands in the catalogue, and says in Chinese what it says in English."""

import ast
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from babel.support import Translations
from jinja2 import Environment

from skillhub.entries import sheet as entries
from skillhub.kernel.sheets.columns import Header, propose
from skillhub.people import sheet as people
from tests.house import findings

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = ROOT / "templates"
FOLDER = ROOT / "skillhub" / "translations"
CHINESE = FOLDER / "zh" / "LC_MESSAGES"
PAPERS = {
    p.parent
    for shelf in ("certificates", "batches", "stock", "sending")
    for p in TEMPLATES.glob(f"{shelf}/*/about.toml")
}

BLANK = re.compile(r"%\(\w+\)[sd]|%%")
NAMELESS = re.compile(r"%(?![(%])[sdrf]\b")
TAG = re.compile(r"<[^<>]*>|&\w+;|[?&]\w+=")
SPOKEN = re.compile(r"\b(?:aria-label|alt|title|placeholder)=\"([^\"{]*[A-Za-z]{3}[^\"{]*)\"")
WORD = re.compile(r"[A-Za-z]{3,}|[\u3400-\u9fff]+")
NAMES = {"SkillHub", "CSV", "Excel"}  # the same in every language


@pytest.fixture(scope="module")
def wanted(tmp_path_factory):
    """The sentences that stand in the code today, as `make messages` finds them."""
    found = tmp_path_factory.mktemp("messages") / "messages.pot"
    pybabel = [sys.executable, "-m", "babel.messages.frontend", "-q", "extract"]
    marks = ["-F", "pyproject.toml", "-k", "N_", "-k", "_l", "-o", str(found), "."]
    subprocess.run([*pybabel, *marks], cwd=ROOT, check=True)
    return catalogue(found)


@pytest.fixture(scope="module")
def chinese():
    """The Chinese catalogue."""
    return catalogue(CHINESE / "messages.po")


def test_every_sentence_is_translated(wanted, chinese):
    empty = [key for key in wanted if key not in chinese or not all(said(chinese[key]))]
    assert empty == [], "make messages, then fill in messages.po"


def test_the_catalogue_holds_nothing_that_nobody_says(wanted, chinese):
    assert [key for key in chinese if key not in wanted] == [], "make messages"


@pytest.mark.parametrize("domain", ["messages", "flask_security"])
def test_no_translation_is_a_guess(domain):
    assert [m.id for m in catalogue(CHINESE / f"{domain}.po").values() if m.fuzzy] == []


@pytest.mark.parametrize("domain", ["messages", "flask_security"])
def test_a_translation_fills_the_same_blanks(domain):
    odd = [
        message.id
        for message in catalogue(CHINESE / f"{domain}.po").values()
        if any(blanks(sentence) != blanks(english(message)) for sentence in said(message))
    ]
    assert odd == []


def test_blanks_have_names(wanted):
    """Another language may put them in another order."""
    assert [m.id for m in wanted.values() if NAMELESS.search(english(m))] == []


@pytest.mark.parametrize("domain", ["messages", "flask_security"])
def test_what_is_read_is_what_was_written(domain):
    """The .mo is in git, so that a fresh clone speaks Chinese; it may not lag behind."""
    with (CHINESE / f"{domain}.mo").open("rb") as file:
        compiled = {(context_of(m), as_one(m.id)): m.string for m in read_mo(file) if m.id}
    written = {key: m.string for key, m in catalogue(CHINESE / f"{domain}.po").items()}
    both = [{key: as_one(s) for key, s in one.items()} for one in (compiled, written)]
    assert both[0] == both[1], "make messages"


def test_what_the_sign_in_library_says_is_still_what_it_says():
    template = Path(find_spec("flask_security").origin).parent / "translations/flask_security.pot"
    known = catalogue(template)
    assert [key for key in catalogue(CHINESE / "flask_security.po") if key not in known] == []


def test_every_sentence_in_the_code_is_marked(wanted):
    known = {english(message) for message in wanted.values()}
    unmarked = [
        findings.at(ROOT, path, node.lineno, node.value)
        for path, tree in findings.modules(ROOT)
        for node in sentences(tree)
        if node.value not in known
    ]
    assert unmarked == []


@pytest.mark.parametrize(
    "path", sorted(TEMPLATES.rglob("*.html")), ids=lambda p: str(p.relative_to(TEMPLATES))
)
def test_a_page_holds_no_words_of_its_own(path):
    if path.parent in PAPERS:
        return  # a paper is written in the languages it is printed in
    text = path.read_text(encoding="utf-8")
    assert unspoken(text) == []


@pytest.mark.parametrize(
    ("template", "left"),
    [
        pytest.param(
            '<p class="lead">{{ _("Sign in") }}</p>', [], id="marked words are translated"
        ),
        pytest.param("<p>Sign in</p>", ["Sign"], id="English in a page is found"),
        pytest.param("<p>登录 {{ name }}</p>", ["登录"], id="Chinese in a page is found"),
        pytest.param('<a title="Go back">{{ x }}</a>', ["back"], id="so are words only heard"),
        pytest.param("{# Sign in #}<!-- here --> SkillHub", [], id="a remark is not for readers"),
    ],
)
def test_words_of_a_page_are_found(template, left):
    assert unspoken(template) == left


def test_words_of_the_code_are_found():
    code = 'say("One"); say(N_("Two")); flash("Three"); {"label": "Four", "kind": "Five"}'
    assert [node.value for node in sentences(ast.parse(code))] == ["One", "Three", "Four"]


@pytest.mark.parametrize("columns", [entries.COLUMNS, people.COLUMNS], ids=["entries", "people"])
def test_a_sheet_with_headers_in_chinese_is_read_back(columns):
    """Exports carry the reader's headers and may come back."""
    speak = Translations.load(FOLDER, ["zh"]).ugettext
    headers = [Header(n, (speak(column.label),)) for n, column in enumerate(columns)]
    matching = propose(headers, columns)
    assert not matching.problems
    assert matching.columns == {column.name: n for n, column in enumerate(columns)}


def test_a_page_says_one_word_differently_of_people_and_of_things(app):
    page = app.jinja_env.from_string('{{ _("Name") }} {{ pgettext("of a thing", "Name") }}')
    with app.test_request_context(headers={"Accept-Language": "zh-CN"}):
        assert page.render() == "姓名 名称"


def test_a_refused_sign_in_is_refused_in_chinese(client):
    answer = client.post(
        "/sign-in",
        data={"username": "nobody", "password": "nothing at all"},
        headers={"Accept-Language": "zh-CN,zh;q=0.9"},
    )
    page = answer.get_data(as_text=True)
    assert "登录失败：登录名或密码" in page
    assert "Authentication failed" not in page


def catalogue(path):
    with path.open("rb") as file:
        read = read_po(file, locale="zh" if path.suffix == ".po" else None)
    return {(m.context, as_one(m.id)): m for m in read if m.id}


def context_of(message):
    """Babel reads the context of a compiled sentence as bytes."""
    return message.context.decode() if isinstance(message.context, bytes) else message.context


def as_one(text):
    """A sentence with a plural is known by its singular; Chinese has one form for both."""
    return text if isinstance(text, str) else text[0]


def english(message):
    return message.id if isinstance(message.id, str) else message.id[-1]


def said(message):
    return [message.string] if isinstance(message.string, str) else list(message.string) or [""]


def blanks(sentence):
    return sorted(set(BLANK.findall(sentence)))


def sentences(tree):
    """Give the texts that people read: those handed to say and flash, and the labels of parameters."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in {"say", "flash"}:
            yield from texts(node.args[:1])
        elif isinstance(node, ast.Dict):
            keys = [getattr(key, "value", None) for key in node.keys]
            yield from texts(
                v for k, v in zip(keys, node.values, strict=True) if k in {"label", "help"}
            )


def texts(nodes):
    return (
        n for n in nodes if isinstance(n, ast.Constant) and isinstance(n.value, str) and n.value
    )


def unspoken(text):
    """Give the words of a template that no translation reaches."""
    tokens = list(Environment(autoescape=True).lex(findings.UNSEEN.sub("", text)))
    plain = "".join(
        value if kind == "data" else " " if kind.endswith("_begin") else ""
        for _, kind, value in tokens
    )
    spoken = SPOKEN.findall(plain)
    return [
        word
        for part in [TAG.sub(" ", plain), *spoken]
        for word in WORD.findall(part)
        if word not in NAMES
    ]
