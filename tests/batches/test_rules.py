"""Orders and pieces."""

import pytest

from skillhub.batches.rules import Paper, arranged, pieces


def paper(key, name="", unit="", event="A", level=1, place=1, on_top=False):
    return Paper(key, event, level, on_top, place, name, unit, (1, key))


@pytest.mark.parametrize(
    ("order", "papers", "expected"),
    [
        pytest.param(
            "organisation",
            [paper(1, "Bo", "Z"), paper(2, "Cy", "A"), paper(3, "Al", "Z")],
            [2, 3, 1],
            id="unit, then name",
        ),
        pytest.param(
            "organisation",
            [paper(1, "张伟", "重机"), paper(2, "李伟", "船厂"), paper(3, "Ana", "船厂")],
            [3, 2, 1],
            id="Chinese by its reading: chuan before zhong",
        ),
        pytest.param(
            "organisation",
            [paper(2, "李伟", "A"), paper(1, "李伟", "A")],
            [1, 2],
            id="two of one name by their numbers",
        ),
        pytest.param(
            "ceremony",
            [
                paper(1, level=1, place=1),
                paper(2, level=2, place=2),
                paper(3, level=3, place=3),
                paper(4, level=3, place=4),
            ],
            [4, 3, 2, 1],
            id="the lowest award first, the best last",
        ),
        pytest.param(
            "ceremony",
            [paper(1, event="B", level=3), paper(2, event="A", level=1)],
            [2, 1],
            id="event by event",
        ),
        pytest.param("number", [paper(3), paper(1), paper(2)], [1, 2, 3], id="by number"),
    ],
)
def test_orders(order, papers, expected):
    assert [one.key for one in arranged(papers, order)] == expected


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (0, []),
        (1, [(1, 0, 1)]),
        (50, [(1, 0, 50)]),
        (51, [(1, 0, 50), (2, 50, 51)]),
        (101, [(1, 0, 50), (2, 50, 100), (3, 100, 101)]),
    ],
)
def test_pieces(count, expected):
    assert list(pieces(count)) == expected
