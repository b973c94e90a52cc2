"""An authority of our own making, for the tests of signatures."""

from datetime import UTC, datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

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
        self.key = rsa.generate_private_key(65537, 2048)
        self.root = self.certify(self.key, name, ca=True)

    def certify(self, key, name, ca=False, stamps=False):
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
        return made.sign(self.key, hashes.SHA256())

    @property
    def der(self):
        return self.root.public_bytes(serialization.Encoding.DER)


def signer(key, certificate, *above, lasting=None):
    return keys._signer(key, [certificate, *above], lasting)
