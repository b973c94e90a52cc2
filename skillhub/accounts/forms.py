"""The forms of accounts and of the journal."""

from __future__ import annotations

import secrets
from functools import cache
from typing import Any

from flask_security import hash_password
from flask_security.forms import LoginForm
from wtforms import DateField, PasswordField, SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional

from skillhub.accounts import queries
from skillhub.accounts.models import User
from skillhub.accounts.rules import fold_login
from skillhub.kernel.access import ROLE_LABELS
from skillhub.kernel.forms import HouseForm, chosen_from
from skillhub.kernel.messages import N_

ORGANISATION_HELP = N_("Its code or its full name. The role holds there and everywhere below.")


class SignInForm(LoginForm):
    remember = None  # a session ends; it is not revived by a cookie

    def validate(self, **values: Any) -> bool:
        login = self.username.data = fold_login(self.username.data or "")
        known = queries.by_login(login)
        self.ifield = self.username
        # Whoever is unknown meets a password too, so that the time tells nothing.
        self.user = known if known and known.password else User(password=_nobodys_password())
        return bool(super().validate(**values))


@cache
def _nobodys_password() -> str:
    return str(hash_password(secrets.token_hex(32)))


class GrantForm(HouseForm):
    role = SelectField(N_("Role"), choices=chosen_from(ROLE_LABELS), validators=[InputRequired()])
    organisation = StringField(
        N_("Organisation"), [InputRequired(), Length(max=200)], description=ORGANISATION_HELP
    )


class AccountForm(HouseForm):
    name = StringField(N_("Name"), [InputRequired(), Length(max=200)])
    email = StringField(N_("E-mail"), [Optional(), Length(max=200)])
    person = StringField(
        N_("Worker number"),
        [Optional(), Length(max=64)],
        description=N_("For a worker's own account: it opens the records of this person."),
    )


class NewAccountForm(AccountForm):
    login = StringField(N_("Login"), [InputRequired(), Length(max=64)])
    password = PasswordField(
        N_("First password"),
        [Optional()],
        description=N_("At least 12 characters. Leave it empty to have one made."),
    )
    role = SelectField(N_("Role"), choices=chosen_from(ROLE_LABELS), validators=[InputRequired()])
    organisation = StringField(
        N_("Organisation"), [InputRequired(), Length(max=200)], description=ORGANISATION_HELP
    )


class PasswordForm(HouseForm):
    password = PasswordField(
        N_("New password"),
        [Optional()],
        description=N_("At least 12 characters. Leave it empty to have one made."),
    )


class DisableForm(HouseForm):
    why = StringField(N_("Reason"), [InputRequired(), Length(max=500)])


class JournalForm(HouseForm):
    class Meta:
        csrf = False

    verb = StringField(N_("Act"), [Optional(), Length(max=100)])
    login = StringField(N_("Login"), [Optional(), Length(max=100)])
    subject = StringField(N_("Row"), [Optional(), Length(max=100)])
    day = DateField(N_("Day"), [Optional()])
