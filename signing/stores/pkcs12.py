"""A key file (PKCS#12, RFC 7292), kept as it was brought: locked by its own passphrase."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization.pkcs12 import load_key_and_certificates

from signing.errors import SigningRefused
from signing.keys import KeyInMemory, PrivateKey, pem_of
from signing.stores.digests import refuse_weak, sign_digest
from signing.stores.records import KeyRecord

LARGEST = 1024 * 1024


@dataclass
class OpenedFile:
    """The private key of a key file, in memory until it is closed."""

    key: PrivateKey | None

    def sign_digest(self, digest: bytes, algorithm: str) -> bytes:
        if self.key is None:
            raise SigningRefused("key_locked", "Khóa ký đã bị khóa lại.")
        return sign_digest(self.key, digest, algorithm)

    def close(self) -> None:
        self.key = None


def read_file(content: bytes, passphrase: str) -> KeyInMemory:
    """Key, certificate and chain (issuer first) of a PKCS#12 file; raises `SigningRefused`."""
    if not passphrase:
        raise SigningRefused(
            "no_passphrase", "Tệp khóa phải có mật khẩu bảo vệ. Hãy đặt mật khẩu cho tệp rồi thêm lại."
        )
    if len(content) > LARGEST:
        raise SigningRefused("key_unreadable", "Tệp khóa lớn bất thường; đây không phải là tệp PKCS#12.")
    try:
        key, certificate, others = load_key_and_certificates(content, passphrase.encode())
    except ValueError:  # not chained: its words could quote the file
        raise SigningRefused(
            "wrong_secret", "Không mở được tệp khóa: sai mật khẩu, hoặc tệp không phải PKCS#12 (.p12, .pfx)."
        ) from None
    if certificate is None or not isinstance(key, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey):
        raise SigningRefused("key_unreadable", "Tệp không chứa đủ khóa ký và chứng thư số của khóa đó.")
    refuse_weak(certificate)
    if key.public_key() != certificate.public_key():
        raise SigningRefused("key_unreadable", "Khóa và chứng thư số trong tệp không thuộc về nhau.")
    issuers = {other.subject: other for other in others}
    chain: list[bytes] = []
    last = certificate
    while last.issuer != last.subject and last.issuer in issuers and len(chain) < len(others):
        last = issuers[last.issuer]
        chain.append(pem_of(last))
    return KeyInMemory(pem_of(certificate), tuple(chain), key)


def open_file(record: KeyRecord, file: Path, passphrase: str) -> OpenedFile:
    """Unlock the key file of a record."""
    try:
        content = file.read_bytes()
    except OSError:
        raise SigningRefused(
            "key_unreadable", "Không thấy tệp khóa trong thư mục dữ liệu. Hãy thêm lại khóa: ./motcua keys add."
        ) from None
    found = read_file(content, passphrase)
    if found.parsed != record.parsed:
        raise SigningRefused("key_unreadable", "Tệp khóa không còn khớp với chứng thư số đã ghi. Hãy thêm lại khóa.")
    return OpenedFile(found.private_key)
