"""Rounding exact numbers: half up, once, at a named precision."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction


def rounded(value: Fraction | Decimal, decimals: int) -> Decimal:
    """Round half up (away from zero) to so many decimals: 2.345 is 2.35, -0.5 is -1."""
    scaled = Fraction(value) * 10**decimals
    whole = int(abs(scaled) + Fraction(1, 2))
    return Decimal(-whole if scaled < 0 else whole).scaleb(-decimals)
