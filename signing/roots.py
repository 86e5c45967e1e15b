"""Signing and checking short statements that stand beside their signature, such as the root of a day's history.

The signature is a detached CMS (RFC 5652) with the attributes of CAdES and a time stamp (RFC 3161) over its value:
`openssl cms -verify -binary -inform DER -in seal.p7s -content seal.json -CAfile root.pem` checks it as well.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from asn1crypto import cms
from pyhanko.sign.validation.generic_cms import async_validate_detached_cms, extract_tst_data_iter
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko.sign.validation.status import StandardCMSSignatureStatus
from pyhanko_certvalidator import ValidationContext

from signing import container
from signing.awaiting import awaited
from signing.errors import SigningRefused
from signing.keys import SigningKey, as_asn1
from signing.timestamps import Timestamper

LARGEST = 1 << 20
"""No signature of a statement is larger (bytes); what is, is not read."""


@dataclass(frozen=True)
class StatementVerdict:
    """What can be said of a statement's signature; `code` is empty when it holds, is trusted and has a time stamp.

    `code` is one of malformed, tampered (the statement is another one), forged, unknown_root, bad_timestamp, untimed.
    `key` is the SHA-256 (hex) of the signer's public key, by which anybody can tell it from another.
    """

    code: str
    signer: str = ""
    organisation: str = ""
    serial: str = ""
    issuer: str = ""
    key: str = ""
    timestamped_at: datetime | None = None

    @property
    def valid(self) -> bool:
        """Whether nothing is wrong with it."""
        return not self.code


def sign(statement: bytes, key: SigningKey, *, now: datetime, timestamper: Timestamper) -> bytes:
    """A detached signature (DER) over exactly these bytes, with a time stamp; raises `SigningRefused`."""
    if not key.valid_at(now):
        raise SigningRefused("certificate_expired", "Chứng thư số của người ký chưa có hiệu lực hoặc đã hết hạn.")
    algorithm = container.algorithm_of(key.certificate)
    digest = hashlib.new(algorithm, statement).digest()
    attributes = container.signed_attributes(key.certificate, digest, algorithm)
    signature = key.raw_signature(attributes, algorithm)
    if not container.holds(key.certificate, signature, attributes, algorithm):
        raise SigningRefused("wrong_signature", "Chữ ký nhận về không khớp với chứng thư số của người ký.")
    token = timestamper.token(hashlib.new(algorithm, signature).digest(), algorithm)
    return container.container(key.certificate, key.chain, attributes, signature, algorithm, token)


def check(statement: bytes, signature: bytes, *, roots: Sequence[bytes], now: datetime) -> StatementVerdict:
    """Whether a statement stands as it was signed, by whom and when, with the trusted `roots` (PEM or DER).

    The signer's certificate is judged at the moment of a trusted time stamp. Never raises for what it is given.
    """
    try:
        if len(signature) > LARGEST:
            return StatementVerdict("malformed")
        signed = cms.ContentInfo.load(signature, strict=True)["content"]
        signer = _signer(signed)
        told = _told(signer)
        status, stamped = awaited(_status(statement, signed, [as_asn1(one) for one in roots], now))
    except Exception:  # whatever a broken file provokes in the reader is the file's fault, and is said as such
        return StatementVerdict("malformed")
    return StatementVerdict(_fault(status, stamped), **told, timestamped_at=stamped)


def _signer(signed: Any) -> Any:
    """The certificate whose serial number the one signature names."""
    (information,) = signed["signer_infos"]
    serial = information["sid"].chosen["serial_number"].native
    return next(one.chosen for one in signed["certificates"] if one.chosen.serial_number == serial)


def _told(certificate: Any) -> dict[str, str]:
    subject, issuer = certificate.subject.native, certificate.issuer.native
    return {
        "signer": str(subject.get("common_name", "")),
        "organisation": str(subject.get("organization_name", "")),
        "serial": format(certificate.serial_number, "X"),
        "issuer": str(issuer.get("common_name", "")),
        "key": hashlib.sha256(certificate.public_key.dump()).hexdigest(),
    }


async def _status(
    statement: bytes, signed: Any, roots: list[Any], now: datetime
) -> tuple[StandardCMSSignatureStatus, datetime | None]:
    """The library's findings, with the certificate judged at the attested moment if a trusted stamp attests one."""
    token = next(extract_tst_data_iter(signed["signer_infos"][0], signed=False), None)
    claimed = None
    if token is not None:
        claimed = token["encap_content_info"]["content"].parsed["gen_time"].native.astimezone(UTC)

    def at(moment: datetime) -> ValidationContext:
        return ValidationContext(trust_roots=roots, moment=moment, allow_fetching=False, revocation_mode="soft-fail")

    async def judged(moment: datetime) -> StandardCMSSignatureStatus:
        return await async_validate_detached_cms(
            io.BytesIO(statement),
            signed,
            signer_validation_context=at(moment),
            ts_validation_context=at(now),
            key_usage_settings=KeyUsageConstraints(
                key_usage={"digital_signature", "non_repudiation"}, match_all_key_usages=False
            ),
        )

    status = await judged(claimed or now)
    stamp = status.timestamp_validity
    if stamp is not None and stamp.valid and stamp.intact and stamp.trusted:
        return status, stamp.timestamp
    return (await judged(now) if claimed else status), None


def _fault(status: StandardCMSSignatureStatus, stamped: datetime | None) -> str:
    if not status.intact:
        return "tampered"
    if not status.valid:
        return "forged"
    if status.timestamp_validity is not None and stamped is None:
        return "bad_timestamp"
    if not status.trusted:
        return "unknown_root"
    return "" if stamped else "untimed"
