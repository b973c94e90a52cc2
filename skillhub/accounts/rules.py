"""What a login and a password must look like, and over which part of the tree an account reaches."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from skillhub.kernel.messages import N_, Message, say

SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 256
_LOGIN = re.compile(r"[\w.@-]{2,64}")


def fold_login(login: str) -> str:
    """Reduce a login to what it is stored and compared as: one width, one case, no outer spaces."""
    return unicodedata.normalize("NFKC", login).strip().casefold()


def wrong_with_login(login: str) -> Message | None:
    """Say what is wrong with a folded login, if anything is."""
    if _LOGIN.fullmatch(login):
        return None
    return say(
        N_("Use 2 to 64 letters and digits; . _ - @ may stand between them, spaces may not.")
    )


def wrong_with_password(password: str, login: str) -> Message | None:
    """Say what is wrong with a password, if anything is: length counts, mixtures of signs do not (NIST 800-63B)."""
    if len(password) < SHORTEST_PASSWORD:
        return say(
            N_(
                "The password needs at least %(n)s characters; three or four words make a good one."
            ),
            n=SHORTEST_PASSWORD,
        )
    if len(password) > LONGEST_PASSWORD:
        return say(N_("The password may have %(n)s characters at most."), n=LONGEST_PASSWORD)
    if len(set(password)) < 5:
        return say(N_("The password repeats too few characters. Choose another."))
    if login in password.casefold() and len(password) - len(login) < SHORTEST_PASSWORD // 2:
        return say(N_("The password is little more than the login. Choose another."))
    return None


def common_path(paths: Sequence[str]) -> str:
    """Give the lowest organisation that stands over all of these paths: "/1/7/" and "/1/8/" give "/1/"."""
    lines = [path.strip("/").split("/") for path in paths]
    shared = []
    for steps in zip(*lines, strict=False):
        if len(set(steps)) > 1:
            break
        shared.append(steps[0])
    return f"/{'/'.join(shared)}/" if shared else "/"
