"""The CMS container of a PAdES signature, put together byte by byte (RFC 5652, ETSI EN 319 122-1 and 319 142-1).

A general library builds the same through hundreds of objects and once more to measure it. What goes into a signature
of this house is always the same few attributes, so they are written down here as DER.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import lru_cache

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from signing.errors import SigningRefused
from signing.keys import HASHES

SEQUENCE, SET, OCTETS, _OID, INTEGER = b"\x30", b"\x31", b"\x04", b"\x06", b"\x02"
CONTEXT_0, CONTEXT_1 = b"\xa0", b"\xa1"
_NULL = b"\x05\x00"


def tlv(tag: bytes, *content: bytes) -> bytes:
    """One DER value: its tag, its length, its content."""
    body = b"".join(content)
    size = len(body)
    if size < 128:
        return tag + bytes([size]) + body
    count = (size.bit_length() + 7) // 8
    return tag + bytes([0x80 | count]) + size.to_bytes(count, "big") + body


def oid(dotted: str) -> bytes:
    """An object identifier."""
    first, second, *rest = map(int, dotted.split("."))
    body = b""
    for number in (first * 40 + second, *rest):
        groups = [number & 127]
        while number := number >> 7:
            groups.append(128 | number & 127)
        body += bytes(reversed(groups))
    return tlv(_OID, body)


_DATA, SIGNED_DATA = oid("1.2.840.113549.1.7.1"), oid("1.2.840.113549.1.7.2")
CONTENT_TYPE, MESSAGE_DIGEST = oid("1.2.840.113549.1.9.3"), oid("1.2.840.113549.1.9.4")
CERTIFICATE_V2, _TOKEN = oid("1.2.840.113549.1.9.16.2.47"), oid("1.2.840.113549.1.9.16.2.14")
_PROTECTION = oid("1.2.840.113549.1.9.52")
_DIGESTS = {
    "sha256": oid("2.16.840.1.101.3.4.2.1"),
    "sha384": oid("2.16.840.1.101.3.4.2.2"),
    "sha512": oid("2.16.840.1.101.3.4.2.3"),
}
_ECDSA = {
    "sha256": oid("1.2.840.10045.4.3.2"),
    "sha384": oid("1.2.840.10045.4.3.3"),
    "sha512": oid("1.2.840.10045.4.3.4"),
}
_RSA = {
    "sha256": oid("1.2.840.113549.1.1.11"),
    "sha384": oid("1.2.840.113549.1.1.12"),
    "sha512": oid("1.2.840.113549.1.1.13"),
}
_CURVES = {384: "sha384", 521: "sha512"}


@lru_cache(maxsize=512)
def certificate_of(encoded: bytes) -> x509.Certificate:
    """A certificate read once, from PEM or DER; raises `SigningRefused` for what is none."""
    try:
        read = (
            x509.load_pem_x509_certificate if encoded.lstrip().startswith(b"-----") else x509.load_der_x509_certificate
        )
        return read(encoded)
    except ValueError as wrong:
        raise SigningRefused("bad_certificate", "Chứng thư số bị hỏng, không đọc được.") from wrong


@lru_cache(maxsize=512)
def der_of(encoded: bytes) -> bytes:
    """The same certificate as DER."""
    return certificate_of(encoded).public_bytes(serialization.Encoding.DER)


def algorithm_of(certificate: bytes) -> str:
    """With which hash a key signs: as strong as its curve, SHA-256 for the usual ones and for RSA."""
    key = certificate_of(certificate).public_key()
    if isinstance(key, ec.EllipticCurvePublicKey):
        return _CURVES.get(key.curve.key_size, "sha256")
    if isinstance(key, rsa.RSAPublicKey):
        return "sha256"
    raise SigningRefused("key_unreadable", "Loại khóa ký này không được hỗ trợ.")


def signed_attributes(certificate: bytes, digest: bytes, algorithm: str) -> bytes:
    """What the key signs, DER of a SET: content type, digest of the document, which certificate, which algorithms.

    The moment of signing is not among them: ETSI EN 319 142-1 section 6.3 wants it in the signature dictionary.
    """
    attributes = [
        attribute(CONTENT_TYPE, _DATA),
        attribute(MESSAGE_DIGEST, tlv(OCTETS, digest)),
        attribute(CERTIFICATE_V2, which_certificate(certificate, algorithm)),
        attribute(_PROTECTION, _protection(certificate, algorithm)),
    ]
    return tlv(SET, *sorted(attributes))


def container(
    certificate: bytes, chain: Sequence[bytes], attributes: bytes, signature: bytes, algorithm: str, token: bytes | None
) -> bytes:
    """The whole ContentInfo; `token` is the time stamp over the signature's value, None for level B-B.

    Of the chain what stands between signer and root goes along: whoever checks has the root or does not trust it.
    """
    unsigned = tlv(CONTEXT_1, attribute(_TOKEN, token)) if token else b""
    content = tlv(SEQUENCE, _DATA)
    return signed_data(content, certificate, chain, attributes, signature, algorithm, unsigned=unsigned, version=1)


def signed_data(
    content: bytes,
    certificate: bytes,
    chain: Sequence[bytes],
    attributes: bytes,
    signature: bytes,
    algorithm: str,
    *,
    version: int,
    unsigned: bytes = b"",
) -> bytes:
    """A ContentInfo with SignedData of one signer over `content` (EncapsulatedContentInfo, DER)."""
    between = [der_of(one) for one in chain if not self_signed(one)]
    signer = tlv(
        SEQUENCE,
        tlv(INTEGER, b"\x01"),
        issuer_and_serial(certificate),
        digest_algorithm(algorithm),
        CONTEXT_0 + attributes[1:],
        signature_algorithm(certificate, algorithm),
        tlv(OCTETS, signature),
        unsigned,
    )
    whole = tlv(
        SEQUENCE,
        tlv(INTEGER, bytes([version])),
        tlv(SET, digest_algorithm(algorithm)),
        content,
        tlv(CONTEXT_0, *sorted({der_of(certificate), *between})),
        tlv(SET, signer),
    )
    return tlv(SEQUENCE, SIGNED_DATA, tlv(CONTEXT_0, whole))


def holds(certificate: bytes, signature: bytes, data: bytes, algorithm: str) -> bool:
    """Whether a signature over `data` was made with the key of this certificate."""
    key = certificate_of(certificate).public_key()
    hashed = HASHES[algorithm]()
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, data, padding.PKCS1v15(), hashed)
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, data, ec.ECDSA(hashed))
        else:
            return False
    except InvalidSignature:
        return False
    return True


def room_of(certificate: bytes, chain: Sequence[bytes], token: int) -> int:
    """How many bytes a container with these certificates and a time stamp of at most `token` bytes may take."""
    return 1536 + len(der_of(certificate)) + sum(len(der_of(one)) for one in chain) + token


def attribute(kind: bytes, value: bytes) -> bytes:
    """One attribute with one value."""
    return tlv(SEQUENCE, kind, tlv(SET, value))


def digest_algorithm(algorithm: str) -> bytes:
    """A hash's AlgorithmIdentifier, without parameters (RFC 5754, 2)."""
    return tlv(SEQUENCE, _DIGESTS[algorithm])


def signature_algorithm(certificate: bytes, algorithm: str) -> bytes:
    """The AlgorithmIdentifier of what a certificate's key makes of a hash."""
    if isinstance(certificate_of(certificate).public_key(), rsa.RSAPublicKey):
        return tlv(SEQUENCE, _RSA[algorithm], _NULL)
    return tlv(SEQUENCE, _ECDSA[algorithm])


def _protection(certificate: bytes, algorithm: str) -> bytes:
    """CMSAlgorithmProtection (RFC 6211): nobody exchanges the algorithms afterwards."""
    digest, signature = digest_algorithm(algorithm), signature_algorithm(certificate, algorithm)
    return tlv(SEQUENCE, digest, CONTEXT_1 + signature[1:])


@lru_cache(maxsize=512)
def which_certificate(certificate: bytes, algorithm: str) -> bytes:
    """ESSCertIDv2 (RFC 5035): the digest of the certificate is signed too; SHA-256 is left out, being the default."""
    name = b"" if algorithm == "sha256" else digest_algorithm(algorithm)
    digest = tlv(OCTETS, hashlib.new(algorithm, der_of(certificate)).digest())
    return tlv(SEQUENCE, tlv(SEQUENCE, tlv(SEQUENCE, name, digest)))


@lru_cache(maxsize=512)
def issuer_and_serial(certificate: bytes) -> bytes:
    """How a container names its signer."""
    parsed = certificate_of(certificate)
    serial = parsed.serial_number
    number = tlv(INTEGER, serial.to_bytes(serial.bit_length() // 8 + 1, "big"))
    return tlv(SEQUENCE, parsed.issuer.public_bytes(), number)


@lru_cache(maxsize=512)
def self_signed(certificate: bytes) -> bool:
    """Whether a certificate is a root."""
    parsed = certificate_of(certificate)
    return parsed.issuer == parsed.subject
