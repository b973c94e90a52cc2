"""The language of a page: what may be written, and that nothing else may."""

import pytest

from skillhub.kernel.pdf import Press, RenderRefused
from tests.kernel.paper_samples import sample

PAYLOADS = [
    "{{ ''.__class__ }}",
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ ''['__class__'] }}",
    "{{ holder_name.__class__ }}",
    "{{ holder_name.__class__.__base__ }}",
    "{{ holder_name.__init__.__globals__ }}",
    "{{ members.__class__.__init__ }}",
    "{{ members.append('x') }}",
    "{{ members.pop() }}",
    "{{ self.__init__.__globals__ }}",
    "{{ self._TemplateReference__context }}",
    "{{ config }}",
    "{{ request }}",
    "{{ cycler.__init__.__globals__.os }}",
    "{{ lipsum.__globals__['os'] }}",
    "{{ joiner() }}",
    "{{ namespace(a=1) }}",
    "{{ dict(a=1) }}",
    "{{ range(9) }}",
    "{{ holder_name|attr('__class__') }}",
    "{{ [holder_name]|map(attribute='__class__')|list }}",
    "{{ holder_name|pprint }}",
    "{{ holder_name|safe }}",
    "{{ 'x'|center(300000000) }}",
    "{{ '%099999999d'|format(1) }}",
    "{{ '%099999999d' % 1 }}",
    "{{ 'a' * 200000000 }}",
    "{{ 9 ** 9 ** 9 }}",
    "{{ holder_name.center(300000000) }}",
    "{{ holder_name.format(1) }}",
    "{{ '{0.__class__}'.format(holder_name) }}",
    "{{ holder_name.encode() }}",
    "{% include 'about.toml' %}",
    "{% import 'page.css' as x %}",
    "{% extends '/etc/passwd' %}",
    "{% for x in members %}{{ loop.__init__ }}{% endfor %}",
    "{% macro m() %}{% endmacro %}{{ m.__init__ }}",
    "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
]


@pytest.fixture(scope="module")
def press():
    with Press() as press:
        yield press


FACTS = {"holder_name": "王建国", "members": ["甲", "乙"]}


@pytest.mark.parametrize("payload", PAYLOADS)
def test_refuses(press, payload):
    with pytest.raises(RenderRefused) as refused:
        press.render(sample(f"<p>{payload}</p>"), FACTS)
    assert refused.value.code == "template"


@pytest.mark.parametrize(
    "harmless",
    [
        "{% if members %}{% for m in members %}{{ loop.index }} {{ m }}{% endfor %}{% endif %}",
        "{% macro m(x) %}{{ x }}{% endmacro %}{{ m(holder_name) }}",
        "{{ members[0] }}{{ members[9] }}<b>{{ holder_name|qr }}</b>",
        "{{ organisation or holder_name }}",
    ],
)
def test_allows(press, harmless):
    assert press.render(sample(harmless, "svg { width: 20mm; height: 20mm }"), FACTS).startswith(
        b"%PDF"
    )


def test_facts_are_text_not_markup(press):
    facts = {"holder_name": "王<b>建</b>国"}
    assert press.render(sample(), facts).startswith(b"%PDF")
