"""A key in a token or hardware module plugged into the server, reached through its PKCS#11 library."""

from __future__ import annotations

import hashlib
import hmac
import os
from contextlib import suppress
from dataclasses import dataclass
from threading import Lock
from typing import Any

import pkcs11
from cryptography import x509
from pkcs11 import Attribute, CertificateType, KeyType, Mechanism, ObjectClass
from pkcs11 import exceptions as faults

from signing.errors import PerhapsSigned, SigningRefused
from signing.keys import Certified, pem_of
from signing.stores.digests import digest_info, ecdsa_der, refuse_weak
from signing.stores.records import KeyRecord

_WRONG_PIN = (faults.PinIncorrect, faults.PinInvalid, faults.PinLenRange)
_WRONG = "Sai mã PIN của thiết bị ký. Nhập sai nhiều lần liên tiếp, thiết bị sẽ tự khóa."


@dataclass
class _Login:
    """Who is logged in to a token: to the module that is this whole process, so a second key's PIN is judged here.

    Closing `session` logs all of them out; it stays open for as long as any key of the token is unlocked.
    """

    session: Any
    salt: bytes
    proof: bytes
    keys: int = 0

    def fits(self, pin: str) -> bool:
        return hmac.compare_digest(self.proof, _proof(self.salt, pin))


_logins: dict[tuple[str, str], _Login] = {}
_logging_in = Lock()


def _proof(salt: bytes, pin: str) -> bytes:
    return hashlib.scrypt(pin.encode(), salt=salt, n=2**12, r=8, p=1)


class OpenedToken:
    """A logged-in session with a token; the PIN is kept only for keys that want it again at every use."""

    def __init__(self, session: Any, key: Any, pin: str, login: tuple[str, str]) -> None:
        self._session, self._key, self._login = session, key, login
        self._pin = pin if _always_asks(key) else None

    def sign_digest(self, digest: bytes, algorithm: str) -> bytes:
        if self._session is None:
            raise SigningRefused("key_locked", "Khóa ký đã bị khóa lại.")
        again = {"pin": self._pin} if self._pin else {}
        try:
            if self._key.key_type == KeyType.RSA:
                made = self._key.sign(digest_info(digest, algorithm), mechanism=Mechanism.RSA_PKCS, **again)
                return bytes(made)
            return ecdsa_der(bytes(self._key.sign(digest, mechanism=Mechanism.ECDSA, **again)))
        except faults.PKCS11Error as fault:
            raise PerhapsSigned(
                "key_away",
                "Thiết bị ký không trả lời (%(fault)s). Hãy kiểm tra thiết bị, cắm lại rồi mở khóa lại.",
                fault=type(fault).__name__,
            ) from None

    def close(self) -> None:
        session, self._session, self._key, self._pin = self._session, None, None, None
        if session is not None:
            _leave(session, self._login)


def read_token(module: str, token: str, label: str, *, key_id: str = "") -> Certified:
    """The certificate that lies beside a key (by label, or by id in hex); certificates are public, no PIN is asked."""
    with _session(module, token, None) as session:
        wanted = _named(label, key_id) | {Attribute.CLASS: ObjectClass.CERTIFICATE}
        found = [
            bytes(one[Attribute.VALUE])
            for one in session.get_objects(wanted)
            if one[Attribute.CERTIFICATE_TYPE] == CertificateType.X_509
        ]
        others = [
            bytes(one[Attribute.VALUE]) for one in session.get_objects({Attribute.CLASS: ObjectClass.CERTIFICATE})
        ]
    if not found:
        raise SigningRefused(
            "no_certificate", "Trong thiết bị không có chứng thư số mang nhãn này. Hãy xem nhãn bằng pkcs11-tool -O."
        )
    if len(set(found)) > 1:
        raise SigningRefused(
            "which_certificate",
            "Trong thiết bị có nhiều chứng thư số mang nhãn này. Hãy nêu thêm mã của khóa (--id), xem bằng pkcs11-tool "
            "-O.",
        )
    return certified(found[0], others)


def certified(der: bytes, others: list[bytes]) -> Certified:
    """A certificate with the chain that can be made of the others, issuer first; a weak one is refused."""
    try:
        certificate = x509.load_der_x509_certificate(der)
        known = {one.subject: one for one in map(x509.load_der_x509_certificate, others)}
    except ValueError:
        raise SigningRefused("key_unreadable", "Chứng thư số bị hỏng, không đọc được.") from None
    refuse_weak(certificate)
    chain: list[x509.Certificate] = []
    last = certificate
    while last.issuer != last.subject and last.issuer in known and len(chain) < len(known):
        last = known[last.issuer]
        chain.append(last)
    return Certified(pem_of(certificate), tuple(pem_of(one) for one in chain))


def open_token(record: KeyRecord, pin: str) -> OpenedToken:
    """Log in to the token of a record and find its key there."""
    where = record.where
    login = (where["module"], where["token"])
    session = _log_in(*login, pin)
    try:
        wanted = _named(where.get("label", ""), where.get("id", "")) | {Attribute.CLASS: ObjectClass.PRIVATE_KEY}
        keys = list(session.get_objects(wanted))
    except faults.PKCS11Error:
        keys = []
    if len(keys) != 1:
        _leave(session, login)
        raise SigningRefused(
            "no_key", "Không thấy đúng một khóa mang nhãn đã ghi trong thiết bị. Hãy thêm lại khóa với nhãn đúng."
        )
    return OpenedToken(session, keys[0], pin, login)


def _named(label: str, key_id: str) -> dict[Attribute, Any]:
    named: dict[Attribute, Any] = {}
    if label:
        named[Attribute.LABEL] = label
    if key_id:
        named[Attribute.ID] = bytes.fromhex(key_id)
    return named


def _log_in(module: str, token: str, pin: str) -> Any:
    """A session of a token that knows the PIN; several keys may lie in one token."""
    if not pin:
        raise SigningRefused("wrong_secret", "Chưa nhập mã PIN của thiết bị ký.")
    with _logging_in:
        known = _logins.get((module, token))
        if known is None:
            salt = os.urandom(16)
            known = _logins[(module, token)] = _Login(_session(module, token, pin), salt, _proof(salt, pin))
        elif not known.fits(pin):
            raise SigningRefused("wrong_secret", _WRONG)
        known.keys += 1
    try:
        return _session(module, token, None)
    except SigningRefused:
        _leave(None, (module, token))
        raise


def _leave(session: Any, login: tuple[str, str]) -> None:
    """Close a key's session; with the last one the token itself forgets the login."""
    with _logging_in:
        known = _logins.get(login)
        over = [] if session is None else [session]
        if known is not None:
            known.keys -= 1
            if known.keys <= 0:
                del _logins[login]
                over.append(known.session)
        for one in over:  # each by itself: a device taken away may have ended any of them
            with suppress(faults.PKCS11Error):
                one.close()


def _session(module: str, token: str, pin: str | None) -> Any:
    try:
        return pkcs11.lib(module).get_token(token_label=token).open(user_pin=pin)
    except _WRONG_PIN:
        raise SigningRefused("wrong_secret", _WRONG) from None
    except faults.PinLocked:
        raise SigningRefused(
            "pin_blocked", "Thiết bị ký đã tự khóa vì nhập sai PIN nhiều lần. Hãy mở lại bằng công cụ của nhà cung cấp."
        ) from None
    except (faults.NoSuchToken, faults.MultipleTokensReturned, faults.TokenNotPresent):
        raise SigningRefused(
            "key_away", "Không thấy (đúng một) thiết bị ký mang nhãn đã ghi. Hãy kiểm tra rồi thử lại."
        ) from None
    except (faults.PKCS11Error, RuntimeError, OSError) as fault:
        raise SigningRefused(
            "key_away",
            "Không mở được thiết bị ký (%(fault)s). Hãy kiểm tra tệp thư viện PKCS#11 và thiết bị.",
            fault=type(fault).__name__,
        ) from None


def _always_asks(key: Any) -> bool:
    try:
        return bool(key[Attribute.ALWAYS_AUTHENTICATE])
    except (faults.PKCS11Error, KeyError, NotImplementedError):
        return False
