"""Papers are signed with a key of any kind, quickly; who signed is told, and no changed file is called unchanged."""

import io
import subprocess
import threading
import time
from dataclasses import replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pikepdf
import pkcs11
import pytest
from asn1crypto import keys as plain_keys
from asn1crypto import tsp, x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from pkcs11.util.x509 import decode_x509_certificate
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper

from skillhub.certificates.queries import FOLDER
from skillhub.kernel.archive.check import findings
from skillhub.kernel.errors import Conflict
from skillhub.kernel.paper import load_template
from skillhub.kernel.pdf import Press, RenderRefused
from skillhub.kernel.settings import read_settings
from skillhub.kernel.signing import keys
from skillhub.kernel.signing.lasting import Lasting
from skillhub.kernel.signing.look import Seen, look
from tests.kernel.signing.authority import Authority, signer

AT = datetime(2026, 6, 18, 9, 30, tzinfo=UTC)
NAME = "北岸市职业技能大赛组委会"
KINDS = {
    "RSA": lambda: rsa.generate_private_key(65537, 2048),
    "P-256": lambda: ec.generate_private_key(ec.SECP256R1()),
    "P-384": lambda: ec.generate_private_key(ec.SECP384R1()),
}
SOFT_TOKEN = Path("/usr/lib/softhsm/libsofthsm2.so")


@pytest.fixture(scope="module")
def authority():
    return Authority()


@pytest.fixture(scope="module", params=KINDS)
def own(request, authority):
    key = KINDS[request.param]()
    return signer(key, authority.certify(key, NAME), authority.root)


def paper(own, **facts):
    template = load_template(FOLDER / "award")
    with Press(signer=own) as press:
        return press.stamped(template, template.about.example | facts)


@pytest.fixture(scope="module")
def printed(own):
    return paper(own)


def seen(pdf, own, roots=()):
    return look(pdf, {own.certificate.dump()}, roots)


@pytest.mark.parametrize("name", ["欧阳明远", "한글 이름"], ids=["stamped", "laid out whole"])
def test_a_signed_paper_is_unchanged_and_says_by_whom(own, name):
    block, tail = paper(own, holder_name=name)
    report = seen(block + tail, own)
    assert (report.seen, report.why) == (Seen.UNCHANGED, "")
    assert NAME in report.signer
    assert report.fingerprint == own.fingerprint
    assert findings(block + tail) == []


def test_the_same_key_signs_the_same_bytes_where_its_kind_allows(authority):
    own = signer(key := KINDS["RSA"](), authority.certify(key, NAME))
    with Press() as press:
        press.signer = own
        template = load_template(FOLDER / "award")
        block, tail = press.stamped(template, template.about.example)
        empty = press._stamps.popitem()[1].tail(template.about.example)
    assert own.sealed(block, empty, AT) == own.sealed(block, empty, AT)
    assert len(tail) == len(empty)


def test_to_sign_takes_less_than_thirty_milliseconds(own, printed):
    with Press(signer=own) as press:
        template = load_template(FOLDER / "award")
        press.stamped(template, template.about.example)
        stamp = press._stamps.popitem()[1]
    empty = stamp.tail(template.about.example)
    started = time.process_time()
    for _ in range(20):
        own.sealed(printed.block, empty, AT)
    assert (time.process_time() - started) / 20 < 0.030


def test_a_foreign_signature_is_named(own, printed, authority):
    key = KINDS["P-256"]()
    other = signer(key, authority.certify(key, NAME))
    assert seen(b"".join(printed), other).seen is Seen.FOREIGN


def test_a_file_without_signature_is_told(own):
    with Press() as press:
        template = load_template(FOLDER / "award")
        assert seen(press.render(template, template.about.example), own).seen is Seen.UNSIGNED


def rewritten(change):
    def edited(pdf):
        out = io.BytesIO()
        with pikepdf.open(io.BytesIO(pdf)) as file:
            change(file)
            file.save(out)
        return out.getvalue()

    return edited


def updated(change):
    def edited(pdf):
        writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
        change(writer)
        out = io.BytesIO()
        writer.write(out)
        return out.getvalue()

    return edited


def over_the_name(file):
    file.pages[0].contents_add(b"q 1 1 1 rg 300 300 200 60 re f Q")


def no_seal(file):
    for name in ("/Perms", "/AcroForm"):
        del file.Root[pikepdf.Name(name)]
    del file.pages[0].obj["/Annots"]


def no_value(file):
    del file.Root.AcroForm.Fields[0]["/V"]


def swap_facts(file):
    file.Root.AF[0].EF.F.write(b'{"facts":{}}')


def put_title(writer):
    writer.root["/Lang"] = generic.TextStringObject("en")
    writer.update_root()


def put_note(writer):
    page = writer.root["/Pages"]["/Kids"][0].get_object()
    note = {
        "/Type": "/Annot",
        "/Subtype": "/FreeText",
        "/Rect": generic.ArrayObject(map(generic.NumberObject, (300, 300, 400, 330))),
        "/Contents": generic.TextStringObject("金牌"),
    }
    whole = generic.DictionaryObject(
        {
            generic.pdf_name(k): generic.pdf_name(v) if isinstance(v, str) and v[0] == "/" else v
            for k, v in note.items()
        }
    )
    page["/Annots"] = generic.ArrayObject([*page["/Annots"], writer.add_object(whole)])
    writer.mark_update(writer.root["/Pages"]["/Kids"].raw_get(0).reference)


def put_drawing(writer):
    page = writer.root["/Pages"]["/Kids"][0].get_object()
    page["/Contents"] = writer.add_object(generic.StreamObject(stream_data=b"0 0 99 99 re f"))
    writer.mark_update(writer.root["/Pages"]["/Kids"].raw_get(0).reference)


EDITS = {
    "a white box over the name": (rewritten(over_the_name), {Seen.CHANGED}),
    "other facts attached": (rewritten(swap_facts), {Seen.CHANGED}),
    "saved again by another program": (rewritten(lambda file: None), {Seen.CHANGED}),
    "the field taken out": (rewritten(no_seal), {Seen.STRIPPED, Seen.UNSIGNED}),
    "the signature taken out of its field": (rewritten(no_value), {Seen.STRIPPED}),
    "a note added": (updated(put_note), {Seen.ADDED}),
    "another drawing added": (updated(put_drawing), {Seen.ADDED}),
    "another language added": (updated(put_title), {Seen.ADDED}),
    "bytes added": (lambda pdf: pdf + b"\n% more", {Seen.ADDED}),
    "bytes added before": (lambda pdf: b"%PDF-1.7\n" + pdf, {Seen.CHANGED}),
    "cut short": (lambda pdf: pdf[:-400], {Seen.CHANGED, Seen.STRIPPED}),
    "one letter of the signature in capitals": (
        lambda pdf: pdf.replace(b"2a864886", b"2A864886"),
        {Seen.CHANGED},
    ),
}


@pytest.mark.parametrize(("edit", "answers"), EDITS.values(), ids=EDITS)
def test_an_edit_is_reported(own, printed, edit, answers):
    pdf = b"".join(printed)
    edited = edit(pdf)
    assert edited != pdf
    assert seen(edited, own).seen in answers


class Stamping(BaseHTTPRequestHandler):
    """A timestamp server (RFC 3161)."""

    def do_POST(self):
        asked = tsp.TimeStampReq.load(self.rfile.read(int(self.headers["Content-Length"])))
        answer = self.server.stamper.request_tsa_response(asked).dump()
        self.send_response(200)
        self.send_header("Content-Type", "application/timestamp-reply")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def stamps(authority):
    key = rsa.generate_private_key(65537, 2048)
    made = authority.certify(key, "Timestamps", stamps=True)
    der = key.private_bytes(
        serialization.Encoding.DER,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    server = HTTPServer(("127.0.0.1", 0), Stamping)
    server.stamper = DummyTimeStamper(
        x509.Certificate.load(made.public_bytes(serialization.Encoding.DER)),
        plain_keys.PrivateKeyInfo.load(der),
        fixed_dt=AT,
    )
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()


def test_a_lasting_signature_has_its_time_and_its_proofs(stamps, authority):
    key = KINDS["P-256"]()
    lasting = Lasting(keys.stamper_of(stamps), [x509.Certificate.load(authority.der)], fetch=False)
    own = signer(key, authority.certify(key, NAME), authority.root, lasting=lasting)
    pdf = b"".join(paper(own))
    report = seen(pdf, own, [authority.der])
    assert (report.seen, report.stamped) == (Seen.UNCHANGED, AT)
    with pikepdf.open(io.BytesIO(pdf)) as file:
        assert len(file.Root.DSS.Certs) >= 2
    for edited in (updated(put_note)(pdf), pdf + b"% more"):
        assert seen(edited, own, [authority.der]).seen is Seen.ADDED


def test_a_timestamp_server_that_is_away_stops_the_paper_and_says_so(stamps, authority):
    key = KINDS["P-256"]()
    lasting = Lasting(keys.stamper_of(stamps), [x509.Certificate.load(authority.der)], fetch=False)
    own = signer(key, authority.certify(key, NAME), lasting=lasting)
    lasting.stamper = keys.stamper_of("http://127.0.0.1:1/")
    with pytest.raises(RenderRefused) as refused:
        paper(own)
    assert refused.value.code == "sign"


@pytest.fixture
def chosen(tmp_path):
    return read_settings(tmp_path)


def test_a_demonstration_key_says_what_it_is_and_is_made_once(chosen):
    demo = replace(chosen, signing_key="demo")
    own = keys.open_signer(demo)
    assert own.demo
    assert keys.MARK in own.name
    assert keys.open_signer(demo).fingerprint == own.fingerprint
    assert (chosen.instance / "keys" / "demo-signature.p12").stat().st_mode & 0o077 == 0
    assert seen(b"".join(paper(own)), own).seen is Seen.UNCHANGED


def test_a_new_folder_for_a_demonstration_signs_with_such_a_key(tmp_path):
    assert read_settings(tmp_path / "demo", demo=True).signing_key == "demo"
    assert read_settings(tmp_path / "real").signing_key == ""


def test_a_key_in_a_pkcs12_file_is_opened(chosen, authority):
    key = KINDS["RSA"]()
    made = authority.certify(key, NAME)
    packed = pkcs12.serialize_key_and_certificates(
        b"x", key, made, [authority.root], serialization.BestAvailableEncryption(b"secret")
    )
    (chosen.instance / "seal.p12").write_bytes(packed)
    own = keys.open_signer(replace(chosen, signing_key="seal.p12", signing_password="secret"))
    assert NAME in own.name
    assert not own.demo


def test_a_key_in_a_pem_file_is_opened(chosen, authority):
    key = KINDS["P-256"]()
    text = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(b"secret"),
    )
    made = authority.certify(key, NAME).public_bytes(serialization.Encoding.PEM)
    (chosen.instance / "seal.pem").write_bytes(text + made)
    own = keys.open_signer(replace(chosen, signing_key="seal.pem", signing_password="secret"))
    assert NAME in own.name


WRONG = {
    "no such file": ("none.p12", b"", "No such file"),
    "no key": ("seal.p12", b"no key at all", ""),
    "a token without a module": ("pkcs11:token=A;object=B", b"", "module-path"),
}


@pytest.mark.parametrize(("name", "data", "words"), WRONG.values(), ids=WRONG)
def test_a_key_that_cannot_be_opened_is_named(chosen, name, data, words):
    if data:
        (chosen.instance / name).write_bytes(data)
    with pytest.raises(Conflict) as refused:
        keys.open_signer(replace(chosen, signing_key=name))
    assert words in refused.value.message.values["detail"]


def test_a_chain_with_a_gap_is_refused(authority):
    key, above = KINDS["P-256"](), KINDS["P-256"]()
    with pytest.raises(ValueError, match="above CN=Between is not in the file"):
        signer(key, authority.certify(key, NAME), authority.certify(above, "Between"))


def test_a_key_no_reader_takes_is_refused(authority):
    key = ed25519.Ed25519PrivateKey.generate()
    with pytest.raises(ValueError, match="neither RSA nor ECDSA"):
        signer(key, authority.certify(key, NAME))


def test_a_key_in_a_token_is_used(chosen, authority, tmp_path, monkeypatch):
    folder = tmp_path / "tokens"
    folder.mkdir()
    (tmp_path / "softhsm2.conf").write_text(f"directories.tokendir = {folder}\n")
    monkeypatch.setenv("SOFTHSM2_CONF", str(tmp_path / "softhsm2.conf"))
    key = KINDS["RSA"]()
    (tmp_path / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    taken_up = [
        "--init-token",
        "--free",
        "--label",
        "SkillHub",
        "--so-pin",
        "1234",
        "--pin",
        "1234",
    ]
    brought_in = [
        "--token",
        "SkillHub",
        "--label",
        "seal",
        "--id",
        "01",
        "--pin",
        "1234",
        "--import",
    ]
    for words in (taken_up, [*brought_in, str(tmp_path / "key.pem")]):
        subprocess.run(["softhsm2-util", *words], check=True, capture_output=True)
    made = authority.certify(key, NAME).public_bytes(serialization.Encoding.DER)
    _put_certificate(made)
    address = f"pkcs11:token=SkillHub;object=seal?module-path={SOFT_TOKEN}"
    own = keys.open_signer(replace(chosen, signing_key=address, signing_password="1234"))
    assert seen(b"".join(paper(own)), own).seen is Seen.UNCHANGED


def _put_certificate(der):
    token = pkcs11.lib(str(SOFT_TOKEN)).get_token(token_label="SkillHub")
    with token.open(user_pin="1234", rw=True) as session:
        session.create_object(
            decode_x509_certificate(der)
            | {
                pkcs11.Attribute.LABEL: "seal",
                pkcs11.Attribute.ID: b"\1",
                pkcs11.Attribute.TOKEN: True,
            }
        )
