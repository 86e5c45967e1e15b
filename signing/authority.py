"""The sample certification authority: everything the real one issues, with no legal value and saying so."""

from __future__ import annotations

import fcntl
import warnings
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from signing.keys import KeyInMemory, KeyStore, PrivateKey, pem_of
from signing.timestamps import SampleTimestamper

MARK = "MẪU – KHÔNG CÓ GIÁ TRỊ PHÁP LÝ"
# The sample office has a history older than its installation, and certificates have to cover it.
_BACKDATED = timedelta(days=800)
_ROOT, _TSA = "sample-root", "sample-tsa"


class SampleAuthority:
    """A root and a time-stamping authority in a folder, issuing certificates to persons and agencies."""

    def __init__(self, store: KeyStore) -> None:
        self._root = store.load(_ROOT)
        self._tsa = store.load(_TSA)

    @classmethod
    def create(cls, folder: Path, *, secret: str, now: datetime) -> SampleAuthority:
        """Make root and time-stamping authority in `folder`; what is there already stays."""
        store = KeyStore(folder, secret)
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        # Two processes at a first start must not make two roots.
        with open(folder / "lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not store.holds(_ROOT):
                store.save(_ROOT, _new_root(now))
            if not store.holds(_TSA):
                store.save(_TSA, _new_timestamping(store.load(_ROOT), now))
        return cls(store)

    @classmethod
    def open(cls, folder: Path, secret: str) -> SampleAuthority:
        """The authority made earlier; raises `SigningRefused` if there is none or the secret is another."""
        return cls(KeyStore(folder, secret))

    @property
    def roots(self) -> list[bytes]:
        """The certificates to trust, PEM."""
        return [self._root.certificate]

    def issue(self, name: str, organisation: str, title: str, email: str, *, now: datetime) -> KeyInMemory:
        """A new key with a certificate for a person, or for an agency when `name` is the organisation itself.

        Valid from some two years before `now`, so that sample papers of the past can be signed, to five years after.
        """
        private = ec.generate_private_key(ec.SECP256R1())
        subject = [
            _named(NameOID.COUNTRY_NAME, "VN"),
            _named(NameOID.ORGANIZATION_NAME, organisation),
            _named(NameOID.COMMON_NAME, name),
        ]
        if title:
            subject.insert(2, _named(NameOID.TITLE, title))
        builder = _certificate(subject, self._root.parsed.subject, private, now, years=5)
        builder = builder.add_extension(_usage(content_commitment=True), critical=True)
        builder = builder.add_extension(
            x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.EMAIL_PROTECTION]),
            critical=False,
        )
        if email:
            names = x509.SubjectAlternativeName([x509.RFC822Name(email)])
            builder = builder.add_extension(names, critical=False)
        return self._signed(builder, private)

    def timestamper(self, now: datetime) -> SampleTimestamper:
        """The sample time-stamping authority with its clock at `now`."""
        return SampleTimestamper(self._tsa, now)

    def _signed(self, builder: x509.CertificateBuilder, private: PrivateKey) -> KeyInMemory:
        return _issue(builder, private, self._root)


def _new_root(now: datetime) -> KeyInMemory:
    private = ec.generate_private_key(ec.SECP384R1())
    name = [
        _named(NameOID.COUNTRY_NAME, "VN"),
        _named(NameOID.ORGANIZATION_NAME, MARK),
        _named(NameOID.COMMON_NAME, f"Chứng thực số {MARK}"),
    ]
    builder = _certificate(name, x509.Name(name), private, now, years=30)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    builder = builder.add_extension(_usage(key_cert_sign=True, crl_sign=True), critical=True)
    certificate = builder.sign(private, hashes.SHA384())
    return KeyInMemory(pem_of(certificate), (), private)


def _new_timestamping(root: KeyInMemory, now: datetime) -> KeyInMemory:
    private = ec.generate_private_key(ec.SECP256R1())
    name = [
        _named(NameOID.COUNTRY_NAME, "VN"),
        _named(NameOID.ORGANIZATION_NAME, MARK),
        _named(NameOID.COMMON_NAME, f"Dấu thời gian {MARK}"),
    ]
    builder = _certificate(name, root.parsed.subject, private, now, years=30)
    builder = builder.add_extension(_usage(), critical=True)
    builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
    return _issue(builder, private, root)


def _issue(builder: x509.CertificateBuilder, private: PrivateKey, root: KeyInMemory) -> KeyInMemory:
    root_key = root.private_key
    builder = builder.add_extension(
        x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key()), critical=False
    )
    certificate = builder.sign(root_key, hashes.SHA384())
    return KeyInMemory(pem_of(certificate), (root.certificate,), private)


def _certificate(
    subject: list[x509.NameAttribute], issuer: x509.Name, private: PrivateKey, now: datetime, *, years: int
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name(subject))
        .issuer_name(issuer)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _BACKDATED)
        .not_valid_after(now + timedelta(days=365 * years))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(private.public_key()), critical=False)
    )


def _usage(*, content_commitment: bool = False, key_cert_sign: bool = False, crl_sign: bool = False) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not key_cert_sign,
        content_commitment=content_commitment,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=key_cert_sign,
        crl_sign=crl_sign,
        encipher_only=False,
        decipher_only=False,
    )


def _named(kind: x509.ObjectIdentifier, name: str) -> x509.NameAttribute:
    """One part of a distinguished name; X.520 allows 64 characters."""
    fitted = name if len(name) <= 64 else name[:63] + "…"
    # The library counts bytes of UTF-8, of which a Vietnamese letter takes up to three.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        return x509.NameAttribute(kind, fitted, _validate=False)
