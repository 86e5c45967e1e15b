"""Ways to reach a person: SMTP, a generic HTTP gateway for SMS, and the local tray of the sample office."""

from __future__ import annotations

import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

import httpx

from engine.ports import Unsure

TIMEOUT = 20


@dataclass(frozen=True)
class Tray:
    """Delivers nowhere: the message stays on the page /dev/outbox of the sample office."""

    name: str

    def send(self, *, recipient: str, subject: str, body: str, reference: str) -> str:
        return "tray"


@dataclass(frozen=True)
class Smtp:
    """E-mail through one server: smtp://user:password@host:587 (STARTTLS when offered) or smtps://…:465."""

    url: str
    sender: str
    name: str = "email"

    def send(self, *, recipient: str, subject: str, body: str, reference: str) -> str:
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = self.sender, recipient, " ".join(subject.split())
        message["Message-ID"] = f"<{reference}@{self.sender.rpartition('@')[2] or 'motcua'}>"
        message.set_content(body)
        where = urlsplit(self.url)
        secure = where.scheme == "smtps"
        kind = smtplib.SMTP_SSL if secure else smtplib.SMTP
        with kind(where.hostname or "localhost", where.port or (465 if secure else 25), timeout=TIMEOUT) as server:
            if not secure and server.has_extn("starttls"):
                server.starttls(context=ssl.create_default_context())
            if where.username:
                server.login(unquote(where.username), unquote(where.password or ""))
            try:
                server.send_message(message)
            except (TimeoutError, smtplib.SMTPServerDisconnected) as doubt:
                raise Unsure("Máy chủ thư ngắt giữa chừng; không biết thư đã được nhận hay chưa.") from doubt
        return str(message["Message-ID"])


@dataclass(frozen=True)
class HttpGateway:
    """SMS by a POST of JSON {to, text, reference} to one address; the reference lets the gateway drop doubles."""

    url: str
    name: str = "sms"

    def send(self, *, recipient: str, subject: str, body: str, reference: str) -> str:
        try:
            answer = httpx.post(
                self.url,
                json={"to": recipient, "text": body, "reference": reference},
                headers={"Idempotency-Key": reference},
                timeout=TIMEOUT,
            )
        except (httpx.ReadTimeout, httpx.RemoteProtocolError, httpx.ReadError) as doubt:
            raise Unsure("Cổng tin nhắn không trả lời; không biết tin đã đi hay chưa.") from doubt
        if answer.status_code >= 500:
            raise Unsure(f"Cổng tin nhắn trả lời {answer.status_code}; không biết tin đã đi hay chưa.")
        answer.raise_for_status()
        return answer.text[:200]
