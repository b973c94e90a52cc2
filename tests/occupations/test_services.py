"""The catalogue of trades."""

import pytest

from skillhub.kernel.access import OPERATOR
from skillhub.kernel.errors import BadInput
from skillhub.occupations import queries, services


def test_the_catalogue_is_loaded_once(app):
    first = services.load_catalogue(OPERATOR)
    assert first >= 60
    assert services.load_catalogue(OPERATOR) == 0
    rows = queries.everything()
    assert len({row.code for row in rows}) == len({row.name_zh for row in rows}) == first
    assert {row.scale for row in rows} == {"cn5", "cn8"}
    assert queries.by_code("Welder").name_zh == "焊工"


def test_what_was_corrected_stays(app):
    services.load_catalogue(OPERATOR)
    welder = queries.by_code("welder")
    values = {"name": "Welding", "name_zh": "焊接", "trade_group": "manufacturing", "scale": "cn5"}
    services.edit(welder, values, welder.version, OPERATOR)
    assert services.load_catalogue(OPERATOR) == 0
    assert queries.by_code("welder").name == "Welding"
    with pytest.raises(BadInput, match="taken"):
        services.add({**values, "code": "WELDER"}, OPERATOR)


@pytest.mark.parametrize(
    ("word", "group", "first"),
    [("焊", "", "welder"), ("WELD", "", "welder"), ("", "arts", "potter"), ("%", "", None)],
)
def test_search(app, word, group, first):
    services.load_catalogue(OPERATOR)
    found = queries.sought(word, group)
    assert (first in [row.code for row in found]) if first else not found
