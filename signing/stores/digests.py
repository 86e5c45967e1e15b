"""Signatures over a digest: how each kind of key makes one, and whether one fits a certificate."""

from __future__ import annotations

from asn1crypto import algos, core
from asn1crypto.algos import DSASignature
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed

from signing.errors import SigningRefused
from signing.keys import HASHES, PrivateKey

SMALLEST_RSA = 2048
OIDS = {
    "sha256": "2.16.840.1.101.3.4.2.1",
    "sha384": "2.16.840.1.101.3.4.2.2",
    "sha512": "2.16.840.1.101.3.4.2.3",
}
SIGN_OIDS = {
    ("rsa", "sha256"): "1.2.840.113549.1.1.11",
    ("rsa", "sha384"): "1.2.840.113549.1.1.12",
    ("rsa", "sha512"): "1.2.840.113549.1.1.13",
    ("ec", "sha256"): "1.2.840.10045.4.3.2",
    ("ec", "sha384"): "1.2.840.10045.4.3.3",
    ("ec", "sha512"): "1.2.840.10045.4.3.4",
}


def digest_size(algorithm: str) -> int:
    """How long a digest of this algorithm is, in bytes; refuses algorithms too weak to sign with."""
    if algorithm not in HASHES:
        raise SigningRefused("weak", "Thuật toán băm này không được dùng để ký.")
    return int(HASHES[algorithm]().digest_size)


def sign_digest(key: PrivateKey, digest: bytes, algorithm: str) -> bytes:
    """A key in memory signs a digest: ECDSA (DER) or RSA with PKCS#1 v1.5 padding."""
    prehashed = Prehashed(HASHES[algorithm]())
    if isinstance(key, rsa.RSAPrivateKey):
        return key.sign(digest, padding.PKCS1v15(), prehashed)
    return key.sign(digest, ec.ECDSA(prehashed))


def fits(certificate: x509.Certificate, digest: bytes, algorithm: str, signature: bytes) -> bool:
    """Whether the key of this certificate made this signature over this digest."""
    prehashed = Prehashed(HASHES[algorithm]())
    key = certificate.public_key()
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, digest, padding.PKCS1v15(), prehashed)
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, digest, ec.ECDSA(prehashed))
        else:
            return False
    except (InvalidSignature, ValueError):
        return False
    return True


def digest_info(digest: bytes, algorithm: str) -> bytes:
    """What PKCS#1 v1.5 pads (RFC 8017, section 9.2): the digest with the name of its algorithm, DER."""
    named = {
        "digest_algorithm": algos.DigestAlgorithm({"algorithm": algorithm, "parameters": core.Null()}),
        "digest": digest,
    }
    return algos.DigestInfo(named).dump()  # type: ignore[no-any-return]


def ecdsa_der(signature: bytes) -> bytes:
    """An ECDSA signature as tokens give it (r and s, one after the other) in DER."""
    return DSASignature.from_p1363(signature).dump()  # type: ignore[no-any-return]


def refuse_weak(certificate: x509.Certificate) -> None:
    """Refuse a key nobody should sign with any more."""
    key = certificate.public_key()
    if isinstance(key, rsa.RSAPublicKey):
        weak = key.key_size < SMALLEST_RSA
    elif isinstance(key, ec.EllipticCurvePublicKey):
        weak = not isinstance(key.curve, ec.SECP256R1 | ec.SECP384R1 | ec.SECP521R1)
    else:
        weak = True
    if weak:
        raise SigningRefused(
            "weak", "Khóa của chứng thư số này quá yếu hoặc thuộc loại không được hỗ trợ. Hãy xin cấp chứng thư mới."
        )
