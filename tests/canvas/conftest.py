"""A design that is being drawn, and somebody who draws."""

import pytest

from skillhub.designs import queries, services
from skillhub.kernel.access import OPERATOR, Role
from skillhub.kernel.clock import now
from tests import make


@pytest.fixture
def draft(root):
    """The draft of a lying certificate of the root organisation."""
    start = next(one for one in queries.starts() if one.code == "landscape")
    design = services.begin(root, start.title, start.document, start.pictures, OPERATOR, now())
    return design.versions[0]


@pytest.fixture
def drawer(sign_in, root):
    """A browser on which somebody of the certificate staff is signed in."""
    return sign_in(make.user(Role.CERTIFICATE_STAFF, root, login="drawer"))
