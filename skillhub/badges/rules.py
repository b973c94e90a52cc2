"""What a badge says, as Open Badges 3.0 has it, and how it is signed, listed and put into a picture."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

from openbadgeslib import baking
from openbadgeslib.ob3 import (
    OB_V3_CONTEXT,
    VCDM_V2_CONTEXT,
    Achievement,
    Evidence,
    IdentityObject,
    Issuer,
    OpenBadgeCredential,
    build_status_list_credential,
    status_entry,
)

Facts = Mapping[str, Any]
Sign = Callable[[bytes], bytes]

SPREAD = 131_072  # places of a list: a badge hides among so many
HALF_FULL = SPREAD // 2
FRESH = timedelta(days=1)  # how long a copy of a list may be relied on
MOMENT = 30  # seconds for which a cache may keep a list
PURPOSE = "revocation"


@dataclass(frozen=True, slots=True)
class Deed:
    """What a badge is about, as plain values."""

    holder: str
    facts: Facts
    issuer_id: int
    issuer: str
    issued_at: datetime
    expires_on: date | None
    zone: str


def profile(base: str, issuer_id: int, name: str) -> dict[str, Any]:
    """Give the public profile of an issuer."""
    own = Issuer(id=f"{base}/badges/issuers/{issuer_id}", name=name, url=f"{base}/").to_dict()
    return {"@context": [VCDM_V2_CONTEXT, OB_V3_CONTEXT], **own}


def credential(base: str, deed: Deed, list_id: int, place: int) -> dict[str, Any]:
    """Write the credential of a deed, as the payload of a token."""
    facts = deed.facts
    issuer = Issuer(id=f"{base}/badges/issuers/{deed.issuer_id}", name=deed.issuer, url=f"{base}/")
    title = _both(facts, "award") or "Award"
    about = [_both(facts, name) for name in ("competition", "event")]
    about.append(str(facts.get("rank_line", "")))
    description = " – ".join(word for word in about if word) or title
    mark = sha256(f"{title}\n{description}".encode()).hexdigest()[:16]
    made = OpenBadgeCredential(
        issuer=issuer,
        recipient_id=None,
        identifiers=[IdentityObject(deed.holder, "name", hashed=False)],
        achievement=Achievement(
            id=f"{issuer.id}#{mark}",
            name=title,
            description=description,
            criteria_narrative=f"Conferred on a final result; the paper is {facts['number']}.",
            achievement_type="Award",
        ),
        issuance_date=deed.issued_at.replace(microsecond=0),
        expiration_date=_end_of(deed),
        evidence=[Evidence(id=str(facts["verify_url"]), name=str(facts["number"]))],
        credential_status=[status_entry(f"{base}/badges/status/{list_id}", PURPOSE, place)],
    )
    return made.to_jwt_payload()


def status_list(
    base: str, issuer_id: int, list_id: int, places: Iterable[int], moment: datetime
) -> dict[str, Any]:
    """Write a status list with these places set, as the payload of a token."""
    at = moment.replace(microsecond=0)
    issuer, address = f"{base}/badges/issuers/{issuer_id}", f"{base}/badges/status/{list_id}"
    listed = build_status_list_credential(
        *(issuer, address, PURPOSE, places, SPREAD, at, at + FRESH, MOMENT * 1000)
    )
    return {**listed, "iss": issuer, "jti": address, "nbf": int(at.timestamp())}


def signed(payload: Mapping[str, Any], base: str, kid: str, public: bytes, sign: Sign) -> str:
    """Sign a payload as a token that names its key, and carries it."""
    head = {"alg": "EdDSA", "typ": "JWT", "kid": f"{base}/badges/keys/{kid}", "jwk": jwk(public)}
    whole = f"{_encoded(_plain(head))}.{_encoded(_plain(payload))}"
    return f"{whole}.{_encoded(sign(whole.encode()))}"


def jwk(public: bytes) -> dict[str, str]:
    """Write a public key as JSON."""
    return {"kty": "OKP", "crv": "Ed25519", "x": _encoded(public)}


def in_svg(picture: bytes, token: str) -> bytes:
    """Put a credential into an SVG."""
    return baking.bake_svg(
        picture, token, element=baking.SVG_ELEMENT_OB3, namespace=baking.SVG_NS_OB3
    )


def in_png(picture: bytes, token: str) -> bytes:
    """Put a credential into a PNG."""
    return baking.bake_png(picture, token, keyword=baking.ITXT_KEYWORD_OB3)


def lines_of(facts: Facts) -> list[str]:
    """Give the words that a badge shows."""
    names = (("award", "award_en"), ("event", "event_en"), ("competition", "competition_en"))
    words = [str(facts.get(name) or "") for pair in names for name in pair]
    return [word for word in words if word] + [str(facts["number"])]


def _end_of(deed: Deed) -> datetime | None:
    """Give the last second of the last day, where the issuer is."""
    if deed.expires_on is None:
        return None
    return datetime.combine(deed.expires_on, time(23, 59, 59), ZoneInfo(deed.zone))


def _both(facts: Facts, name: str) -> str:
    words = (str(facts.get(name) or ""), str(facts.get(f"{name}_en") or ""))
    return " · ".join(dict.fromkeys(word for word in words if word))


def _plain(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _encoded(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()
