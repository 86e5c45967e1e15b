"""Remote signing by the API of the Cloud Signature Consortium, version 2 (CSC API v2.0.0.2): only digests are sent.

The client proves itself by OAuth 2.0 client credentials (RFC 6749, section 4.4); the holder's PIN authorises each use
(credentials/authorize, section 11.6) for exactly one digest, and signatures/signHash (section 11.11) makes it.
"""

from __future__ import annotations

import base64
import binascii
import ipaddress
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx

from signing.errors import PerhapsSigned, SigningRefused
from signing.keys import Certified
from signing.stores.digests import OIDS, SIGN_OIDS, ecdsa_der, fits
from signing.stores.pkcs11 import certified
from signing.stores.records import KeyRecord

TIMEOUT_S = 20.0
LARGEST = 1024 * 1024


@dataclass(frozen=True)
class Address:
    """A remote signing service: `url` ends in /csc/v2, `token_url` gives bearer tokens to `client_id`."""

    url: str
    token_url: str
    client_id: str

    def __post_init__(self) -> None:
        for address in (self.url, self.token_url):
            if not _is_safe(address):
                raise SigningRefused(
                    "bad_address", "Địa chỉ dịch vụ ký từ xa phải bắt đầu bằng https:// và không chứa mật khẩu."
                )


@dataclass(frozen=True)
class Credential:
    """What a service says of one of its keys; `asks` is PIN, OTP … that each use wants, `mode` explicit or implicit."""

    certified: Certified
    mode: str
    asks: tuple[str, ...]


class Client:
    """One caller of a service, with its secret; a bearer token is fetched when needed and anew when refused."""

    def __init__(self, service: Address, client_secret: str) -> None:
        if not client_secret:
            raise SigningRefused("wrong_secret", "Chưa nhập mã bí mật của ứng dụng (client secret) ở dịch vụ ký từ xa.")
        self._service, self._secret, self._token = service, client_secret, ""
        self._line = httpx.Client(timeout=TIMEOUT_S, follow_redirects=False)

    def ask(self, method: str, question: Mapping[str, Any]) -> dict[str, Any]:
        """One method of the API; raises `SigningRefused` with the service's own error code, never with a secret."""
        if not self._secret:
            raise SigningRefused("key_locked", "Khóa ký đã bị khóa lại.")
        for attempt in range(2):
            if not self._token:
                self._token = self._fetch_token()
            status, content = self._post(
                f"{self._service.url.rstrip('/')}/{method}",
                json=dict(question),
                headers={"Authorization": f"Bearer {self._token}"},
            )
            if status == 401 and attempt == 0:
                self._token = ""
                continue
            return _told(status, content, method)
        raise AssertionError("unreachable")

    def credentials(self) -> list[str]:
        """The ids of the keys this client may use (credentials/list)."""
        found = self.ask("credentials/list", {"maxResults": 100}).get("credentialIDs")
        return [str(one) for one in found] if isinstance(found, list) else []

    def credential(self, credential_id: str) -> Credential:
        """Certificate and rules of one key (credentials/info)."""
        told = self.ask("credentials/info", {"credentialID": credential_id, "certificates": "chain", "authInfo": True})
        try:
            ders = [base64.b64decode(one) for one in told["cert"]["certificates"]]
            auth = told.get("auth") or {}
            asks = tuple(str(one["id"]) for one in auth.get("objects") or ())
            found = Credential(certified(ders[0], ders[1:]), str(auth.get("mode", "explicit")), asks)
        except (KeyError, IndexError, TypeError, AttributeError, binascii.Error) as strange:
            raise _strange("credentials/info") from strange
        if (told.get("key") or {}).get("status", "enabled") != "enabled":
            raise SigningRefused(
                "key_disabled", "Dịch vụ ký từ xa báo khóa này đang bị khóa. Hãy liên hệ nhà cung cấp."
            )
        if set(found.asks) - {"PIN"} or found.mode not in {"explicit", "implicit"}:
            raise SigningRefused(
                "not_supported",
                "Khóa ở dịch vụ ký từ xa đòi OTP hoặc đăng nhập ở từng lần ký nên không dùng được ở máy chủ. Hãy "
                "đăng ký với nhà cung cấp hình thức chỉ dùng PIN hoặc xác nhận trên điện thoại.",
            )
        return found

    def sign(self, credential_id: str, digest: bytes, algorithm: str, pin: str, *, kind: str) -> bytes:
        """One digest, authorised and signed; `kind` is rsa or ec."""
        hashes = [base64.b64encode(digest).decode()]
        question: dict[str, Any] = {
            "credentialID": credential_id,
            "numSignatures": 1,
            "hashes": hashes,
            "hashAlgorithmOID": OIDS[algorithm],
        }
        if pin:
            question["authData"] = [{"id": "PIN", "value": pin}]
        allowed = self.ask("credentials/authorize", question).get("SAD")
        if not isinstance(allowed, str):
            raise _strange("credentials/authorize")
        asked = {
            "credentialID": credential_id,
            "SAD": allowed,
            "hashes": hashes,
            "hashAlgorithmOID": OIDS[algorithm],
            "signAlgo": SIGN_OIDS[kind, algorithm],
        }
        try:
            (signature,) = self.ask("signatures/signHash", asked)["signatures"]
            return base64.b64decode(signature, validate=True)
        except SigningRefused as refusal:
            if refusal.code != "service_away":
                raise
            raise PerhapsSigned(refusal.code, refusal.message) from None
        except (KeyError, TypeError, ValueError):
            raise PerhapsSigned("service_away", _strange("signatures/signHash").message) from None

    def close(self) -> None:
        """Forget secret and token."""
        self._secret = self._token = ""
        self._line.close()

    def _post(self, url: str, **asked: Any) -> tuple[int, bytes]:
        """Status and content of an answer, of an endless one its beginning."""
        content = b""
        try:
            with self._line.stream("POST", url, **asked) as answer:
                for piece in answer.iter_bytes():
                    content += piece
                    if len(content) > LARGEST:
                        break
        except httpx.HTTPError as failure:  # not chained: its request would hold the secret
            raise SigningRefused(
                "service_away",
                "Không gọi được dịch vụ ký từ xa (%(fault)s). Hãy thử lại sau.",
                fault=type(failure).__name__,
            ) from None
        return answer.status_code, content

    def _fetch_token(self) -> str:
        status, content = self._post(
            self._service.token_url,
            data={
                "grant_type": "client_credentials",
                "client_id": self._service.client_id,
                "client_secret": self._secret,
                "scope": "service",
            },
            headers={},
        )
        if status in (400, 401, 403):
            raise SigningRefused(
                "wrong_secret", "Dịch vụ ký từ xa không nhận ứng dụng này: sai client id hoặc client secret."
            )
        token = _told(status, content, "oauth2/token").get("access_token")
        if not isinstance(token, str) or not token:
            raise _strange("oauth2/token")
        return token


class OpenedCredential:
    """A remote key with the PIN its holder typed, until it is closed."""

    def __init__(self, client: Client, record: KeyRecord, pin: str) -> None:
        self._client, self._record, self._pin = client, record, pin
        self._kind = "rsa" if record.parsed_asn1.public_key.algorithm == "rsa" else "ec"

    def sign_digest(self, digest: bytes, algorithm: str) -> bytes:
        made = self._client.sign(self._record.where["credential"], digest, algorithm, self._pin, kind=self._kind)
        if self._kind == "ec" and not fits(self._record.parsed, digest, algorithm, made):
            return ecdsa_der(made)  # some services give r and s one after the other
        return made

    def close(self) -> None:
        self._client.close()
        self._pin = ""


def open_service(record: KeyRecord, client_secret: str, pin: str) -> OpenedCredential:
    """Prove client and address by asking for the key; the PIN itself is only judged by the service at its first use."""
    where = record.where
    if where.get("pin") and not pin:
        raise SigningRefused("wrong_secret", "Chưa nhập mã PIN của khóa ở dịch vụ ký từ xa.")
    client = Client(Address(where["url"], where["token_url"], where["client_id"]), client_secret)
    if client.credential(where["credential"]).certified.parsed != record.parsed:
        raise SigningRefused(
            "certificate_replaced",
            "Chứng thư số ở dịch vụ ký từ xa đã được thay. Hãy thêm lại khóa: ./motcua keys add.",
        )
    return OpenedCredential(client, record, pin)


def _told(status: int, content: bytes, method: str) -> dict[str, Any]:
    """What an answer says; raises `SigningRefused` in words that say what to do."""
    try:
        told = json.loads(content) if len(content) <= LARGEST else None
    except ValueError:
        told = None
    if status >= 500 or not isinstance(told, dict):
        raise SigningRefused(
            "service_away",
            "Dịch vụ ký từ xa trả lời sai ở %(method)s (%(status)s). Hãy thử lại sau.",
            method=method,
            status=status,
        )
    if status < 400:
        return told
    code = str(told.get("error", status))[:60]
    if code in {"invalid_pin", "invalid_request_pin"}:
        raise SigningRefused("wrong_secret", "Dịch vụ ký từ xa không nhận mã PIN. Hãy mở khóa lại với PIN đúng.")
    if code == "pin_locked":
        raise SigningRefused(
            "pin_blocked", "Dịch vụ ký từ xa đã khóa mã PIN vì nhập sai nhiều lần. Hãy liên hệ nhà cung cấp để mở lại."
        )
    raise SigningRefused(
        "service_refused",
        "Dịch vụ ký từ xa từ chối ở %(method)s: %(why)s. Hãy báo nhà cung cấp kèm mã lỗi này.",
        method=method,
        why=code,
    )


def _strange(method: str) -> SigningRefused:
    return SigningRefused(
        "service_away",
        "Dịch vụ ký từ xa trả lời không đúng chuẩn CSC ở %(method)s. Hãy báo nhà cung cấp.",
        method=method,
    )


def _is_safe(address: str) -> bool:
    """HTTPS, or plain HTTP to this very machine; no user and password in it."""
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
        if parts.username or parts.password or not host:
            return False
        if parts.scheme == "https":
            return True
        return parts.scheme == "http" and (host == "localhost" or ipaddress.ip_address(host).is_loopback)
    except ValueError:
        return False
