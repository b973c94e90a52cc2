"""An authority of our own making, for the tests of signatures."""

from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID

from skillhub.kernel.signing import keys

DAY = datetime(2026, 1, 1, tzinfo=UTC)
USES = ("digital_signature", "content_commitment", "key_cert_sign", "crl_sign")
NOT_USES = (
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "encipher_only",
    "decipher_only",
)


def named(name):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


class Authority:
    """A root that certifies keys."""

    def __init__(self, name="Root of the tests"):
        self.name = named(name)
        self.issued, self.revoked = {}, set()
        self.key = rsa.generate_private_key(65537, 2048)
        self.root = self.certify(self.key, name, ca=True)

    def certify(self, key, name, ca=False, stamps=False, asked=(), listed=""):
        """Certify a key; `asked` are addresses that tell of its revocation, `listed` where the list of them lies."""
        signing, ruling = not ca, ca
        usage = (
            dict.fromkeys(USES[:2], signing)
            | dict.fromkeys(USES[2:], ruling)
            | dict.fromkeys(NOT_USES, False)
        )
        made = (
            x509.CertificateBuilder()
            .subject_name(named(name))
            .issuer_name(self.name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(DAY)
            .not_valid_after(DAY.replace(year=2050))
            .add_extension(x509.BasicConstraints(ca, None), critical=True)
            .add_extension(x509.KeyUsage(**usage), critical=True)
        )
        if stamps:
            made = made.add_extension(
                x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True
            )
        if asked:
            known = [
                x509.AccessDescription(
                    AuthorityInformationAccessOID.OCSP, x509.UniformResourceIdentifier(address)
                )
                for address in asked
            ]
            made = made.add_extension(x509.AuthorityInformationAccess(known), critical=False)
        if listed:
            there = [x509.UniformResourceIdentifier(listed)]
            point = x509.DistributionPoint(there, None, None, None)
            made = made.add_extension(x509.CRLDistributionPoints([point]), critical=False)
        own = made.sign(self.key, hashes.SHA256())
        self.issued[own.serial_number] = own
        return own

    def tell(self, asked):
        """Answer an OCSP request."""
        own = self.issued[ocsp.load_der_ocsp_request(asked).serial_number]
        bad = own.serial_number in self.revoked
        moment = datetime.now(UTC).replace(microsecond=0, tzinfo=None)
        answer = ocsp.OCSPResponseBuilder().add_response(
            cert=own, issuer=self.root, algorithm=hashes.SHA1(),
            cert_status=ocsp.OCSPCertStatus.REVOKED if bad else ocsp.OCSPCertStatus.GOOD,
            this_update=moment, next_update=moment + timedelta(hours=1),
            revocation_time=moment if bad else None,
            revocation_reason=x509.ReasonFlags.key_compromise if bad else None,
        ).responder_id(ocsp.OCSPResponderEncoding.HASH, self.root)  # fmt: skip
        made = answer.sign(self.key, hashes.SHA256())
        return made.public_bytes(serialization.Encoding.DER)

    def listing(self):
        """Write the list of what is revoked (CRL)."""
        moment = datetime.now(UTC).replace(microsecond=0)
        made = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(self.name)
            .last_update(moment)
            .next_update(moment + timedelta(hours=1))
        )
        for serial in self.revoked:
            row = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(moment)
            made = made.add_revoked_certificate(row.build())
        return made.sign(self.key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)

    @property
    def der(self):
        return self.root.public_bytes(serialization.Encoding.DER)


def signer(key, certificate, *above, lasting=None):
    return keys._signer(key, [certificate, *above], lasting)
