"""Time-stamp tokens (RFC 3161) of an authority whose key is at hand, put together byte by byte."""

from __future__ import annotations

import hashlib
import secrets
from datetime import UTC, datetime

from asn1crypto import tsp

from signing import container
from signing.container import CONTEXT_0, INTEGER, OCTETS, SEQUENCE, SET, attribute, oid, tlv
from signing.errors import SigningRefused
from signing.keys import HASHES, SigningKey

_TST_INFO = oid("1.2.840.113549.1.9.16.1.4")
_SIGNING_TIME = oid("1.2.840.113549.1.9.5")
# The arc of examples (RFC 7299, 2.999): a sample authority has no policy of its own.
_POLICY = oid("2.999")
_GRANTED = tlv(SEQUENCE, tlv(INTEGER, b"\x00"))
_UTC_TIME, _GENERALIZED_TIME = b"\x17", b"\x18"


def token(key: SigningKey, digest: bytes, algorithm: str, now: datetime, nonce: bytes = b"") -> bytes:
    """A token (ContentInfo, DER) that says: this digest was there at `now`; `nonce` is a DER INTEGER or nothing."""
    if algorithm not in HASHES or len(digest) != hashlib.new(algorithm).digest_size:
        raise SigningRefused("no_timestamp", "Dấu thời gian không nhận thuật toán băm này.")
    moment = now.astimezone(UTC).replace(microsecond=0)
    info = tlv(
        SEQUENCE,
        tlv(INTEGER, b"\x01"),
        _POLICY,
        tlv(SEQUENCE, container.digest_algorithm(algorithm), tlv(OCTETS, digest)),
        tlv(INTEGER, b"\x01" + secrets.token_bytes(8)),
        tlv(_GENERALIZED_TIME, moment.strftime("%Y%m%d%H%M%SZ").encode()),
        nonce,
    )
    signs = container.algorithm_of(key.certificate)
    attributes = tlv(
        SET,
        *sorted(
            (
                attribute(container.CONTENT_TYPE, _TST_INFO),
                attribute(container.MESSAGE_DIGEST, tlv(OCTETS, hashlib.new(signs, info).digest())),
                attribute(container.CERTIFICATE_V2, container.which_certificate(key.certificate, signs)),
                attribute(_SIGNING_TIME, _time(moment)),
            )
        ),
    )
    content = tlv(SEQUENCE, _TST_INFO, tlv(CONTEXT_0, tlv(OCTETS, info)))
    return container.signed_data(
        content, key.certificate, key.chain, attributes, key.raw_signature(attributes, signs), signs, version=3
    )


def answer(key: SigningKey, request: bytes, now: datetime) -> bytes:
    """The whole answer (TimeStampResp, DER) to a request; raises `SigningRefused` for one that cannot be read."""
    try:
        asked = tsp.TimeStampReq.load(request)
        imprint = asked["message_imprint"]
        digest, algorithm = imprint["hashed_message"].native, imprint["hash_algorithm"]["algorithm"].native
        nonce = asked["nonce"].dump() if asked["nonce"].native is not None else b""
    except (ValueError, TypeError, KeyError) as wrong:
        raise SigningRefused("no_timestamp", "Yêu cầu cấp dấu thời gian không đọc được.") from wrong
    return tlv(SEQUENCE, _GRANTED, token(key, digest, algorithm, now, nonce))


def _time(moment: datetime) -> bytes:
    """UTCTime up to 2049, GeneralizedTime from 2050 on (RFC 5652, 11.3)."""
    if moment.year < 2050:
        return tlv(_UTC_TIME, moment.strftime("%y%m%d%H%M%SZ").encode())
    return tlv(_GENERALIZED_TIME, moment.strftime("%Y%m%d%H%M%SZ").encode())
