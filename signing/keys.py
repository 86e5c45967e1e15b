"""Signing keys of persons and agencies, and the folder in which they lie encrypted."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Protocol
from urllib.parse import quote, unquote

from asn1crypto import pem
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from signing.errors import SigningRefused

PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


class SigningKey(Protocol):
    """A holder's key, wherever it lies: in memory, on a token, in a module, at a remote service, in the signer process.

    `certificate` and `chain` are PEM, the chain goes from issuer to root. Only `raw_signature` touches the key itself.
    """

    @property
    def certificate(self) -> bytes: ...

    @property
    def chain(self) -> tuple[bytes, ...]: ...

    @property
    def parsed(self) -> x509.Certificate: ...

    @property
    def parsed_asn1(self) -> asn1_x509.Certificate: ...

    @property
    def chain_asn1(self) -> tuple[asn1_x509.Certificate, ...]: ...

    @property
    def serial(self) -> str: ...

    def valid_at(self, moment: datetime) -> bool: ...

    def raw_signature(self, data: bytes, algorithm: str) -> bytes:
        """Sign `data` (hashed with `algorithm`, such as "sha256"): ECDSA (DER), or RSA with PKCS#1 v1.5 padding.

        Raises `SigningRefused` when the key is locked, out of reach or refuses.
        """
        ...


@dataclass(frozen=True)
class Certified:
    """What every kind of key has: a certificate and the chain above it, read once."""

    certificate: bytes
    chain: tuple[bytes, ...]

    @cached_property
    def parsed(self) -> x509.Certificate:
        return x509.load_pem_x509_certificate(self.certificate)

    @cached_property
    def parsed_asn1(self) -> asn1_x509.Certificate:
        return as_asn1(self.certificate)

    @cached_property
    def chain_asn1(self) -> tuple[asn1_x509.Certificate, ...]:
        return tuple(as_asn1(certificate) for certificate in self.chain)

    @property
    def serial(self) -> str:
        """The certificate's serial number in hexadecimal, as signing programs show it."""
        return format(self.parsed.serial_number, "X")

    def valid_at(self, moment: datetime) -> bool:
        """Whether the certificate may sign at this moment."""
        return self.parsed.not_valid_before_utc <= moment <= self.parsed.not_valid_after_utc


@dataclass(frozen=True)
class KeyInMemory(Certified):
    """A key that lies opened in the memory of this process."""

    private_key: PrivateKey = field(repr=False)

    def raw_signature(self, data: bytes, algorithm: str) -> bytes:
        """Sign `data` (hashed here with `algorithm`, such as "sha256"): ECDSA, or RSA with PKCS#1 v1.5 padding."""
        digest = HASHES[algorithm.lower()]()
        if isinstance(self.private_key, rsa.RSAPrivateKey):
            return self.private_key.sign(data, padding.PKCS1v15(), digest)
        return self.private_key.sign(data, ec.ECDSA(digest))


HASHES: dict[str, type[hashes.HashAlgorithm]] = {
    "sha256": hashes.SHA256,
    "sha384": hashes.SHA384,
    "sha512": hashes.SHA512,
}


def as_asn1(certificate: bytes) -> asn1_x509.Certificate:
    """The same certificate as the PDF library wants it; takes PEM or DER."""
    der = pem.unarmor(certificate)[2] if pem.detect(certificate) else certificate
    return asn1_x509.Certificate.load(der)


class KeyStore:
    """A folder of keys, one file for each holder: private key as PKCS#8 encrypted with the secret, then certificates.

    The secret must be long and random (the installation's own secret), for it is what protects a stolen folder.
    """

    def __init__(self, folder: Path, secret: str) -> None:
        if len(secret) < 16:
            raise ValueError("a key store needs a secret of at least 16 characters")
        self.folder = folder
        self._secret = secret.encode()
        self._loaded: dict[str, tuple[int, KeyInMemory]] = {}

    def save(self, holder: str, key: KeyInMemory) -> None:
        """Keep the key of `holder`, replacing an earlier one; readable by the owner of the process only."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        private = key.private_key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.BestAvailableEncryption(self._secret),
        )
        path = self._path(holder)
        temporary = path.with_suffix(f".{os.getpid()}.new")
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as handle:
            handle.write(b"".join([private, key.certificate, *key.chain]))
            handle.flush()
            os.fsync(handle.fileno())
        os.replace(temporary, path)

    def load(self, holder: str) -> KeyInMemory:
        """The key of `holder`, parsed once; raises `SigningRefused` when there is none or the secret is wrong."""
        path = self._path(holder)
        try:
            stamp = path.stat().st_mtime_ns
        except FileNotFoundError:
            raise SigningRefused(
                "no_key", "Chưa có chứng thư số của người ký này. Hãy báo người vận hành thêm khóa: ./motcua keys add."
            ) from None
        known = self._loaded.get(holder)
        if known is None or known[0] != stamp:
            known = self._loaded[holder] = (stamp, self._read(path))
        return known[1]

    def holds(self, holder: str) -> bool:
        """Whether there is a key of this holder."""
        return self._path(holder).exists()

    def certificate(self, holder: str) -> Certified:
        """Certificate and chain of a holder; no private key is opened for it. Raises `SigningRefused`."""
        path = self._path(holder)
        try:
            found = [pem_of(one) for one in x509.load_pem_x509_certificates(path.read_bytes())]
        except FileNotFoundError:
            raise SigningRefused(
                "no_key", "Chưa có chứng thư số của người ký này. Hãy báo người vận hành thêm khóa: ./motcua keys add."
            ) from None
        except ValueError:
            raise SigningRefused("key_unreadable", "Tệp khóa ký bị hỏng, không đọc được chứng thư số.") from None
        return Certified(found[0], tuple(found[1:]))

    def ends(self) -> dict[str, datetime]:
        """Until when the certificate of each holder may sign; no private key is opened for it."""
        found = {}
        for path in sorted(self.folder.glob("*.pem")):
            try:
                found[unquote(path.stem)] = x509.load_pem_x509_certificates(path.read_bytes())[0].not_valid_after_utc
            except ValueError:  # a damaged file is told of when somebody signs
                continue
        return found

    def _read(self, path: Path) -> KeyInMemory:
        content = path.read_bytes()
        try:
            private = serialization.load_pem_private_key(content, self._secret)
        except ValueError as wrong:
            raise SigningRefused(
                "key_unreadable", "Không mở được khóa ký: sai mã bảo vệ hoặc tệp khóa hỏng."
            ) from wrong
        if not isinstance(private, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey):
            raise SigningRefused("key_unreadable", "Loại khóa ký này không được hỗ trợ.")
        certificates = [pem_of(one) for one in x509.load_pem_x509_certificates(content)]
        return KeyInMemory(certificates[0], tuple(certificates[1:]), private)

    def _path(self, holder: str) -> Path:
        return self.folder / f"{quote(holder, safe='')}.pem"


def pem_of(certificate: x509.Certificate) -> bytes:
    """A certificate as PEM text in bytes."""
    return certificate.public_bytes(serialization.Encoding.PEM)
