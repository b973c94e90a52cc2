"""One real press, warm for all tests of a worker."""

from tests.designs.conftest import one_press, warm

__all__ = ["one_press", "warm"]
