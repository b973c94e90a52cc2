"""The warm press of the certificates, for the papers that are none of theirs."""

from tests.certificates.conftest import _warm, warm_press

__all__ = ["_warm", "warm_press"]
