"""What a standing tells a worker, without a database."""

import pytest

from skillhub.eligibility.conditions import BY_CODE
from skillhub.portal.rules import STEPS


@pytest.mark.parametrize("code", BY_CODE)
def test_every_condition_tells_a_worker_what_to_do(code):
    not_met, _ = STEPS[code]
    assert not_met
