"""Time stamps (RFC 3161): who says when a signature was made."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Any, Protocol

import httpx
from asn1crypto import algos, cms, core, tsp
from pyhanko.sign import general
from pyhanko.sign.general import simple_cms_attribute
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.timestamps.common_utils import handle_tsp_response
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper

from signing.errors import SigningRefused
from signing.keys import SigningKey


class Timestamper(Protocol):
    """A time-stamping authority. `room` is how many bytes its tokens may take."""

    room: int

    def token(self, digest: bytes, algorithm: str) -> bytes:
        """A time-stamp token (DER, CMS ContentInfo) for this digest; `algorithm` such as "sha256"."""
        ...


class SampleTimestamper:
    """The house's own time-stamping authority; its clock stands at `now`."""

    room = 3072

    def __init__(self, key: SigningKey, now: datetime) -> None:
        self._authority = _Authority(key, now)

    def token(self, digest: bytes, algorithm: str) -> bytes:
        _, request = self._authority.request_cms(digest, algorithm)
        response = self._authority.request_tsa_response(request)
        token: bytes = response["time_stamp_token"].dump()
        return token


class HttpTimestamper:
    """A time-stamping authority reached over HTTP (RFC 3161, section 3.4)."""

    room = 12288

    def __init__(
        self, url: str, *, user: str | None = None, password: str | None = None, timeout_s: float = 10.0
    ) -> None:
        self.url = url
        self._auth = (user, password or "") if user else None
        self._timeout = timeout_s

    def token(self, digest: bytes, algorithm: str) -> bytes:
        nonce, request = TimeStamper(include_nonce=True).request_cms(digest, algorithm)
        try:
            answer = httpx.post(
                self.url,
                content=request.dump(),
                headers={"Content-Type": "application/timestamp-query"},
                auth=self._auth,
                timeout=self._timeout,
            )
            answer.raise_for_status()
            response = tsp.TimeStampResp.load(answer.content)
            token: bytes = handle_tsp_response(response, nonce).dump()
        except Exception as failure:
            raise SigningRefused("no_timestamp", "Không lấy được dấu thời gian; hãy thử lại sau.") from failure
        return token


class TimestamperForPdf(TimeStamper):
    """Any `Timestamper` in the shape the PDF library asks for."""

    def __init__(self, timestamper: Timestamper) -> None:
        super().__init__(include_nonce=True)
        self._timestamper = timestamper

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> cms.ContentInfo:
        return cms.ContentInfo.load(self._timestamper.token(message_digest, md_algorithm))


class _Authority(DummyTimeStamper):
    """pyHanko's in-process authority, with a key that is parsed once and may be ECDSA, and a policy of our own."""

    def __init__(self, key: SigningKey, now: datetime) -> None:
        moment = now.astimezone(UTC).replace(microsecond=0)
        between = [one for one in key.chain_asn1 if one.self_signed == "no"]
        super().__init__(key.parsed_asn1, None, certs_to_embed=between, fixed_dt=moment)  # type: ignore[arg-type]
        self._key = key

    def _sign_tst_info(self, tst_info_data: bytes, md_algorithm: str, dt: datetime) -> tuple[bytes, cms.CMSAttributes]:
        attributes = cms.CMSAttributes(
            [
                simple_cms_attribute("content_type", "tst_info"),
                simple_cms_attribute("signing_time", cms.Time({"utc_time": core.UTCTime(dt)})),
                simple_cms_attribute("signing_certificate_v2", general.as_signing_certificate_v2(self.tsa_cert)),
                simple_cms_attribute("message_digest", hashlib.new(md_algorithm, tst_info_data).digest()),
            ]
        )
        return self._key.raw_signature(attributes.dump(), md_algorithm), attributes

    def _build_signed_data(
        self, tst_info_data: bytes, md_algorithm: str, signature: bytes, signed_attrs: cms.CMSAttributes
    ) -> dict[str, Any]:
        built = super()._build_signed_data(tst_info_data, md_algorithm, signature, signed_attrs)
        if self.tsa_cert.public_key.algorithm == "ec":
            scheme = algos.SignedDigestAlgorithm({"algorithm": f"{md_algorithm}_ecdsa"})
            built["signer_infos"][0]["signature_algorithm"] = scheme
        return built
