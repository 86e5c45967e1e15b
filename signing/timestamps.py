"""Time stamps (RFC 3161): who says when a signature was made."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

import httpx
from asn1crypto import cms, tsp

from signing import tokens
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
        self._key, self._now = key, now

    def token(self, digest: bytes, algorithm: str) -> bytes:
        return tokens.token(self._key, digest, algorithm, self._now)

    def answer(self, request: bytes) -> bytes:
        """What it answers over HTTP to a request (RFC 3161, section 2.4; both DER)."""
        return tokens.answer(self._key, request, self._now)


class HttpTimestamper:
    """A time-stamping authority reached over HTTP (RFC 3161, section 3.4), through a proxy only where one is named."""

    room = 12288

    def __init__(
        self,
        url: str,
        *,
        user: str | None = None,
        password: str | None = None,
        timeout_s: float = 10.0,
        proxy: str = "",
    ) -> None:
        self.url, self._proxy = url, proxy or None
        self._auth = (user, password or "") if user else None
        self._timeout = timeout_s

    def token(self, digest: bytes, algorithm: str) -> bytes:
        # The library weighs 40 MB; the sample authority, which pages ask for certificates, does without.
        from pyhanko.sign.timestamps import TimeStamper
        from pyhanko.sign.timestamps.common_utils import handle_tsp_response

        nonce, request = TimeStamper(include_nonce=True).request_cms(digest, algorithm)
        try:
            answer = httpx.post(
                self.url,
                content=request.dump(),
                headers={"Content-Type": "application/timestamp-query"},
                auth=self._auth,
                timeout=self._timeout,
                proxy=self._proxy,
                trust_env=False,
            )
            answer.raise_for_status()
            response = tsp.TimeStampResp.load(answer.content)
            token = handle_tsp_response(response, nonce)
            if _imprint(token) != (digest, algorithm):
                raise ValueError("a token about something else")
        except Exception as failure:
            raise SigningRefused("no_timestamp", "Không lấy được dấu thời gian; hãy thử lại sau.") from failure
        return bytes(token.dump())


def _imprint(token: cms.ContentInfo) -> tuple[bytes, str]:
    """Which digest a token speaks of."""
    imprint = token["content"]["encap_content_info"]["content"].parsed["message_imprint"]
    return imprint["hashed_message"].native, imprint["hash_algorithm"]["algorithm"].native
