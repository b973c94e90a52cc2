"""Rounding exact numbers: half up, once, at a named precision."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction

# Wide enough that a sum of weighted marks is never rounded before we round it ourselves.
EXACT = Context(prec=60, rounding=ROUND_HALF_UP)


def rounded(value: Fraction | Decimal, decimals: int) -> Decimal:
    """Round half up (away from zero) to so many decimals: 2.345 is 2.35, -0.5 is -1."""
    scaled = Fraction(value) * 10**decimals
    whole = int(abs(scaled) + Fraction(1, 2))
    return Decimal(-whole if scaled < 0 else whole).scaleb(-decimals)


def printed(value: Decimal, decimals: int = 0) -> str:
    """Write a number in full with at least so many decimals: 88.2 is 88.20."""
    own = -int(value.as_tuple().exponent)
    return f"{value:.{max(decimals, own, 0)}f}"
