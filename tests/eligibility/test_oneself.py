"""Nobody states about themselves what an incentive counts on."""

from datetime import date

import pytest

from skillhub.eligibility import services as eligibility
from skillhub.kernel.access import Actor, Role
from skillhub.kernel.errors import NotAllowed
from skillhub.people import services as people
from skillhub.qualifications import services as qualifications
from skillhub.qualifications.rules import Verification
from tests import make

DAY = date(2026, 5, 20)


@pytest.mark.parametrize(
    "state",
    [
        pytest.param(
            lambda p, a: eligibility.attest(p, "no_violation", True, DAY, "", a),
            id="attest",
        ),
        pytest.param(
            lambda p, a: people.insure(p, "unemployment", DAY, DAY, a), id="enter insured months"
        ),
        pytest.param(
            lambda p, a: qualifications.verify(
                make.qualification(p), Verification.VERIFIED, DAY, "register", a, DAY
            ),
            id="verify a qualification",
        ),
    ],
)
def test_a_reviewer_may_not(root, state):
    worker, colleague = make.person("Ann"), make.person("Bo")
    own = Actor("ann", "Ann", 1, worker.id, ((Role.INCENTIVE_REVIEWER, root.path),))
    with pytest.raises(NotAllowed, match="Nobody states this about themselves"):
        state(worker, own)
    state(colleague, own)
