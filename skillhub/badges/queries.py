"""Questions about badges: whose certificate it is, which badges count no more, and which keys sign."""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from importlib import resources
from typing import Any

from jsonschema import Draft202012Validator
from sqlalchemy import func, or_, select

from skillhub.awards.models import Award
from skillhub.badges import rules
from skillhub.badges.models import Badge, StatusList
from skillhub.certificates.models import Certificate, CertificateState
from skillhub.competitions.models import Event
from skillhub.kernel import keys
from skillhub.kernel.db import db
from skillhub.kernel.errors import NotFound
from skillhub.kernel.settings import ROOT, settings
from skillhub.organisations.models import Organisation
from skillhub.people.models import Person
from skillhub.publishing import queries as publishing
from skillhub.road.queries import own_entries

SCHEMA = ROOT / "static" / "schemas" / "badge.json"
CONTEXTS = {
    "credentials-v2.json": "https://www.w3.org/ns/credentials/v2",
    "ob-v3p0-context-3.0.3.json": "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
    "ob-v3p0-extensions.json": "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json",
}
ENDED = (CertificateState.REPLACED, CertificateState.WITHDRAWN, CertificateState.VOID)


def base() -> str:
    """Give the address below which everything of badges lies."""
    return settings.public_url.rstrip("/")


def own_certificate(person: Person, certificate_id: int, moment: datetime) -> Certificate:
    """Find a printed certificate of a person whose result is out for them; raises NotFound for anybody else's."""
    chosen = (
        select(Certificate)
        .join(Certificate.award)
        .join(Event, Award.event_id == Event.id)
        .where(Certificate.id == certificate_id, Certificate.pdf_sha256.is_not(None))
        .where(Award.entry_id.in_(own_entries(person.id)))
        .where(Event.competition_id.not_in(publishing.hiding_own(moment)))
    )
    found = db.session.scalar(chosen)
    if found is None:
        raise NotFound
    return found


def kept(certificate: Certificate, person: Person) -> Badge | None:
    """Give the badge that a person keeps of a certificate."""
    own = (Badge.certificate_id == certificate.id) & (Badge.person_id == person.id)
    return db.session.scalar(select(Badge).where(own, Badge.given_up_at.is_(None)))


def room_in_lists(issuer: Organisation) -> StatusList | None:
    """Find a list of an issuer with many places left."""
    taken = select(func.count()).where(Badge.list_id == StatusList.id).scalar_subquery()
    chosen = select(StatusList).where(StatusList.issuer_id == issuer.id, taken < rules.HALF_FULL)
    return db.session.scalar(chosen.order_by(StatusList.id).limit(1))


def is_taken(status_list: StatusList, place: int) -> bool:
    """Tell whether a place of a list has a badge."""
    own = (Badge.list_id == status_list.id) & (Badge.place == place)
    return db.session.scalar(select(Badge.id).where(own)) is not None


def ended(status_list: StatusList) -> Sequence[int]:
    """Give the places of the badges that count no more: given up, or of a certificate that is no longer in force."""
    over = or_(Badge.given_up_at.is_not(None), Certificate.state.in_(ENDED))
    chosen = (
        select(Badge.place).join(Badge.certificate).where(Badge.list_id == status_list.id, over)
    )
    return db.session.scalars(chosen.order_by(Badge.place)).all()


def listed(status_list: StatusList, moment: datetime) -> str:
    """Give a list as it stands, signed; raises NotFound where nothing was ever signed."""
    key = keys.known_in_use()
    if key is None:
        raise NotFound
    named = (base(), status_list.issuer_id, status_list.id)
    return signed(rules.status_list(*named, ended(status_list), moment), key)


def signed(payload: Mapping[str, Any], key: keys.SigningKey) -> str:
    """Sign a payload with a key of this instance."""
    sign = keys.private_of(key).sign
    return rules.signed(payload, base(), key.kid, b64decode(key.public), sign)


def issuer(organisation_id: int) -> Organisation:
    """Find an organisation that has issued badges; nobody else has a profile."""
    own = select(Organisation).join(StatusList, StatusList.issuer_id == Organisation.id)
    found = db.session.scalar(own.where(Organisation.id == organisation_id).limit(1))
    if found is None:
        raise NotFound
    return found


def name_of(organisation: Organisation) -> str:
    """Give the name of an issuer in both languages."""
    names = (organisation.name, organisation.name_en)
    return " · ".join(dict.fromkeys(name for name in names if name))


def key_set() -> dict[str, Any]:
    """Give every key that ever signed, as JSON."""
    return {"keys": [_key(key) for key in keys.published()]}


def key_named(kid: str) -> dict[str, str]:
    """Give one key as JSON."""
    for key in keys.published():
        if key.kid == kid:
            return _key(key)
    raise NotFound


def context(name: str) -> bytes:
    """Give one of the contexts that a badge names, as its authors published it."""
    if name not in CONTEXTS:
        raise NotFound
    folder = resources.files("openbadgeslib") / "ob3" / "contexts"
    return (folder / name).read_bytes()


@cache
def schema() -> Draft202012Validator:
    """Read the shape that every badge must have."""
    return Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))


def _key(key: keys.SigningKey) -> dict[str, str]:
    own = rules.jwk(b64decode(key.public))
    return {**own, "kid": f"{base()}/badges/keys/{key.kid}", "alg": "EdDSA", "use": "sig"}
