"""A key on its way into the house: its certificate is read where it lies, and what finds it again is written down."""

from __future__ import annotations

import os

from cryptography import x509

from signing.errors import SigningRefused
from signing.keys import pem_of
from signing.stores.digests import refuse_weak
from signing.stores.records import KeyRecord

LARGEST = 256 * 1024


def of_file(content: bytes, passphrase: str, *, unit: str = "", differs: str = "") -> KeyRecord:
    """A key file; its passphrase is tried here and not kept."""
    from signing.stores.pkcs12 import read_file

    found = read_file(content, passphrase)
    return KeyRecord(found.certificate, found.chain, kind="pkcs12", unit=unit, differs=differs)


def of_token(module: str, token: str, label: str, key_id: str = "", *, unit: str = "", differs: str = "") -> KeyRecord:
    """A key in a token or module of this machine, by the token's label and the key's label or id (hex)."""
    from signing.stores.pkcs11 import read_token

    if not token or not (label or key_id):
        raise SigningRefused("no_place", "Nêu nhãn của thiết bị (--token) và nhãn hoặc mã của khóa (--label, --id).")
    try:
        bytes.fromhex(key_id)
    except ValueError:
        raise SigningRefused("no_place", "Mã của khóa (--id) phải viết bằng hệ mười sáu, như 01a2.") from None
    found = read_token(module, token, label, key_id=key_id)
    where = {"module": os.path.abspath(module), "token": token, "label": label, "id": key_id}
    return KeyRecord(found.certificate, found.chain, kind="pkcs11", unit=unit, differs=differs, where=where)


def of_service(
    url: str,
    token_url: str,
    client_id: str,
    client_secret: str,
    credential: str = "",
    *,
    unit: str = "",
    differs: str = "",
) -> KeyRecord:
    """A key with a remote signing service; where the service has several, which one must be said."""
    from signing.stores.csc import Address, Client

    client = Client(Address(url, token_url, client_id), client_secret)
    known = [credential] if credential else client.credentials()
    if len(known) != 1:
        raise SigningRefused(
            "which_credential",
            "Dịch vụ ký từ xa có các khóa: %(known)s. Chọn một bằng --credential.",
            known=", ".join(known) or "–",
        )
    found = client.credential(known[0])
    where = {
        "url": url,
        "token_url": token_url,
        "client_id": client_id,
        "credential": known[0],
        "pin": "PIN" in found.asks,
    }
    own = found.certified
    return KeyRecord(own.certificate, own.chain, kind="csc", unit=unit, differs=differs, where=where)


def of_desk(content: bytes, *, unit: str = "", differs: str = "") -> KeyRecord:
    """A key in a token of the holder's own PC: only its certificate, and the chain above it, are known here."""
    try:
        if len(content) > LARGEST:
            raise ValueError
        if b"-----BEGIN" in content:
            found = x509.load_pem_x509_certificates(content)
        else:
            found = [x509.load_der_x509_certificate(content)]
    except ValueError:
        raise SigningRefused("not_a_certificate", "Tệp không phải là chứng thư số (PEM hoặc DER).") from None
    refuse_weak(found[0])
    certificate, *chain = (pem_of(one) for one in found)
    return KeyRecord(certificate, tuple(chain), kind="desk", unit=unit, differs=differs)
