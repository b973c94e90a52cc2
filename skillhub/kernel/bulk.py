"""What is done to many at once: a few need no word, of more one types back how many they are."""

from __future__ import annotations

from datetime import timedelta

from skillhub.kernel.errors import BadInput
from skillhub.kernel.messages import N_, say

FEW = 20  # that are acted on at once without typing back how many
UNDONE_WITHIN = timedelta(days=30)


def typed_back(n: int, typed: str) -> bool:
    """Tell whether somebody who acts on many at once has typed how many they are."""
    return n <= FEW or typed.strip() == str(n)


def refuse_untyped(n: int, typed: str) -> None:
    """Refuse an act on many people whose number was not typed back."""
    if not typed_back(n, typed):
        raise BadInput(say(N_("These are %(n)s at once: type %(n)s to confirm."), n=n))
