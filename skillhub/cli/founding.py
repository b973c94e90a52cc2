"""What a new instance begins with: an organisation at the top, and an administrator without a password."""

from __future__ import annotations

import secrets

from skillhub.accounts import queries as accounts
from skillhub.accounts import services as account_services
from skillhub.kernel.access import OPERATOR, Role
from skillhub.kernel.db import transaction
from skillhub.occupations import services as occupations
from skillhub.organisations import queries as organisations
from skillhub.organisations import services as organisation_services


def found() -> None:
    """Make the top of the tree, the catalogue of occupations and the account "admin", once."""
    if organisations.root() is None:
        _found()


@transaction()
def _found() -> None:
    if organisations.root() is not None:
        return
    root = organisation_services.root("SkillHub", OPERATOR)
    occupations.load_catalogue(OPERATOR)
    if accounts.by_login("admin") is None:
        unknown = secrets.token_urlsafe(32)  # `skillhub accounts password admin` sets a known one
        account_services.open_account(
            "admin", unknown, Role.ADMINISTRATOR, root, OPERATOR, name="Administrator"
        )
