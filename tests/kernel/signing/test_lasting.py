"""Signatures that outlast their certificate: OCSP answers and CRLs are really fetched, kept, and heeded."""

import asyncio
import io
import threading
from dataclasses import replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pikepdf
import pytest
from asn1crypto import keys as plain_keys
from asn1crypto import tsp, x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko.sign.validation.dss import DocumentSecurityStore

from skillhub.certificates.queries import FOLDER
from skillhub.kernel.errors import Conflict
from skillhub.kernel.paper import load_template
from skillhub.kernel.pdf import Press, RenderRefused
from skillhub.kernel.settings import read_settings
from skillhub.kernel.signing import keys
from skillhub.kernel.signing.lasting import Lasting
from skillhub.kernel.signing.look import Seen, look
from tests.kernel.signing.authority import Authority, signer

NAME = "北岸市职业技能大赛组委会"
NOWHERE = "http://127.0.0.1:1/"


class Answering(BaseHTTPRequestHandler):
    """The authority on the net: stamps, tells of one certificate, and hands out its list."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.asked.append(self.path)
        if self.path == "/stamp":
            answer = self.server.stamper.request_tsa_response(tsp.TimeStampReq.load(body)).dump()
            self._say("application/timestamp-reply", answer)
        else:
            self._say("application/ocsp-response", self.server.authority.tell(body))

    def do_GET(self):
        self.server.asked.append(self.path)
        self._say("application/pkix-crl", self.server.authority.listing())

    def _say(self, kind, body):
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture
def net():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    server.timeout, server.daemon_threads = 5, True
    server.asked, server.authority = [], Authority()
    server.at = f"http://127.0.0.1:{server.server_port}"
    key = rsa.generate_private_key(65537, 2048)
    made = server.authority.certify(key, "Timestamps", stamps=True, asked=[f"{server.at}/ocsp"])
    der = key.private_bytes(
        serialization.Encoding.DER,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    server.stamper = DummyTimeStamper(
        x509.Certificate.load(made.public_bytes(serialization.Encoding.DER)),
        plain_keys.PrivateKeyInfo.load(der),
        fixed_dt=datetime.now(UTC).replace(microsecond=0),
    )
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def certified(net, needed=True, **where):
    """Give a key that the authority certifies, with its certificate."""
    key = ec.generate_private_key(ec.SECP256R1())
    own = net.authority.certify(key, NAME, **where)
    roots = [x509.Certificate.load(net.authority.der)]
    lasting = Lasting(keys.stamper_of(f"{net.at}/stamp"), roots, needed=needed)
    return own, signer(key, own, net.authority.root, lasting=lasting)


def paper(own):
    template = load_template(FOLDER / "award")
    with Press(signer=own) as press:
        return b"".join(press.stamped(template, template.about.example))


def kept(pdf):
    """Count the proofs in a file: answers, lists."""
    with pikepdf.open(io.BytesIO(pdf)) as file:
        store = file.Root.get("/DSS", {})
        return tuple(len(store.get(name, [])) for name in ("/OCSPs", "/CRLs"))


def proven_alone(pdf, authority):
    """Tell whether the file proves, with nothing but the root and no net, that its signature held on its day."""
    file = PdfFileReader(io.BytesIO(pdf))
    given = {
        "trust_roots": [x509.Certificate.load(authority.der)],
        "allow_fetching": False,
        "revocation_mode": "hard-fail",
        "retroactive_revinfo": True,
    }
    store = DocumentSecurityStore.read_dss(file)
    own, stamp = (store.as_validation_context(given) for _ in range(2))
    one = file.embedded_signatures[0]
    status = asyncio.run(async_validate_pdf_signature(one, own, stamp))
    return status.intact and status.valid and status.trusted and status.timestamp_validity.trusted


def test_the_answer_about_a_certificate_is_fetched_and_kept(net):
    _, own = certified(net, asked=[f"{net.at}/ocsp"])
    pdf = paper(own)
    assert "/ocsp" in net.asked and "/stamp" in net.asked
    assert kept(pdf)[0] >= 2  # of the signing certificate, and of the one that stamps
    report = look(pdf, {own.certificate.dump()}, [net.authority.der])
    assert report.seen is Seen.UNCHANGED and report.stamped
    assert proven_alone(pdf, net.authority)


def test_the_list_of_revoked_certificates_is_fetched_and_kept(net):
    _, own = certified(net, listed=f"{net.at}/crl")
    pdf = paper(own)
    assert "/crl" in net.asked
    assert kept(pdf) == (1, 1)
    assert proven_alone(pdf, net.authority)


def test_where_no_answer_comes_the_list_is_asked(net):
    _, own = certified(net, asked=[NOWHERE], listed=f"{net.at}/crl")
    assert kept(paper(own))[1] == 1


@pytest.mark.parametrize("needed", [True, False])
@pytest.mark.parametrize("how", ["asked", "listed"])
def test_a_revoked_certificate_signs_nothing(net, how, needed):
    where = {"asked": [f"{net.at}/ocsp"]} if how == "asked" else {"listed": f"{net.at}/crl"}
    made, own = certified(net, needed, **where)
    net.authority.revoked.add(made.serial_number)
    with pytest.raises(RenderRefused, match="was revoked, so nothing is signed with it") as refused:
        paper(own)
    assert refused.value.code == "revoked"


def test_a_revoked_timestamp_server_is_heeded_too(net):
    _, own = certified(net, asked=[f"{net.at}/ocsp"])
    net.authority.revoked |= {
        n for n, one in net.authority.issued.items() if "Timestamps" in one.subject.rfc4514_string()
    }
    with pytest.raises(RenderRefused, match="revoked"):
        paper(own)


def test_who_cannot_be_reached_stops_the_paper_where_proofs_are_needed(net):
    _, own = certified(net, asked=[NOWHERE])
    with pytest.raises(
        RenderRefused, match="could be reached, so the paper is not signed"
    ) as refused:
        paper(own)
    assert refused.value.code == "unproven"


def test_who_cannot_be_reached_leaves_the_timestamp_alone_where_settings_say_so(net):
    _, own = certified(net, needed=False, asked=[NOWHERE])
    pdf = paper(own)
    assert kept(pdf) == (0, 0)
    assert b"/DSS" not in pdf
    report = look(pdf, {own.certificate.dump()}, [net.authority.der])
    assert report.seen is Seen.UNCHANGED and report.stamped


def written(tmp_path, net):
    key = ec.generate_private_key(ec.SECP256R1())
    made = [net.authority.certify(key, NAME), net.authority.root]
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    chosen = read_settings(tmp_path)
    pem = b"".join(one.public_bytes(serialization.Encoding.PEM) for one in made)
    (chosen.instance / "own.pem").write_bytes(private + pem)
    (chosen.instance / "roots.pem").write_bytes(made[1].public_bytes(serialization.Encoding.PEM))
    return replace(
        chosen, signing_key="own.pem", timestamp_url=f"{net.at}/stamp", trusted_roots="roots.pem"
    )


def test_the_settings_say_whether_proofs_are_needed(tmp_path, net):
    chosen = written(tmp_path, net)
    assert keys.open_signer(chosen).lasting.needed
    soft = replace(chosen, signature_proofs="if reachable")
    assert not keys.open_signer(soft).lasting.needed
    with pytest.raises(Conflict, match="signature_proofs is one of: needed, if reachable"):
        keys.open_signer(replace(chosen, signature_proofs="perhaps"))
