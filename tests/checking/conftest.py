"""One event with two components, and those who enter and look twice."""

import pytest

from skillhub.kernel.access import Role
from tests import make


@pytest.fixture
def event(root):
    cup = make.competition(root)
    return make.event(cup, parts=(("theory", 100, 1), ("practice", 25, 1)))


@pytest.fixture
def twice(root):
    """An event whose marks are entered twice."""
    cup = make.competition(root, checking="double")
    return make.event(cup, parts=(("theory", 100, 1), ("practice", 25, 1)))


@pytest.fixture
def clerk(root):
    return make.user(Role.JUDGE, root, login="clerk").as_actor()


@pytest.fixture
def second(root):
    return make.user(Role.CHECKER, root, login="second").as_actor()


@pytest.fixture
def third(root):
    return make.user(Role.CHECKER, root, login="third").as_actor()
