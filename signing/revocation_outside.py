"""HTTP to addresses that strangers wrote into certificates: directly or through the office's proxy, never inside.

Such an address may name no machine of the inside (unless an operator listed that machine), answers have a size, and
all of it has an end in time. No proxy is taken from the environment: only one an operator names is used.
"""

from __future__ import annotations

import ipaddress
import re
import socket
import time
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import SplitResult, urljoin, urlsplit

import httpx

from signing.watch import TookTooLong, within

MOST_HOPS = 3
INSIDE_NAMES = ("localhost", "local", "localdomain", "internal", "intranet", "lan", "home", "corp", "private", "arpa")
"""Last labels no machine of the outside has (RFC 6761, 6762, 8375; ICANN's reserved ones): not for a proxy to find."""
_NAME = re.compile(r"(?=.{1,253}$)([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?")
_TRANSLATED = tuple(ipaddress.IPv6Network(one) for one in ("::/96", "64:ff9b::/96", "64:ff9b:1::/48"))


class NotAllowed(Exception):
    """The address leads to a place nobody from outside may send us to."""


class NoAnswer(Exception):
    """The address did not give what was asked for, in time and in size."""


@dataclass(frozen=True)
class _Way:
    """How one address is asked: the target, what goes with the request, and by which proxy, if any."""

    target: str
    proxy: str | None = None
    headers: dict[str, str] = field(default_factory=dict)
    extensions: dict[str, Any] = field(default_factory=dict)


class Outside:
    """`allowed` names hosts of the inside an operator trusts to be asked; they are asked directly.

    `proxy` (`http://user:password@host:port`, "" without one) is whom all others are asked through. It looks names up
    for itself, so what it may reach is bounded by names and ports here, by numbers only as far as they are known here.
    """

    def __init__(self, allowed: Collection[str] = (), *, proxy: str = "") -> None:
        self._allowed, self._proxy = {one.lower() for one in allowed}, proxy

    def fetch(self, url: str, *, most: int, seconds: float, body: bytes | None = None, kind: str = "") -> bytes:
        """What an address answers to a GET, or to a POST of `body`; at most `most` bytes within `seconds`.

        Raises `NotAllowed` and `NoAnswer`.
        """
        try:  # in a thread of its own: whoever answers one letter every few seconds is never late for the next one
            return within(seconds, lambda: self._followed(url, most, seconds, body, kind))
        except TookTooLong:
            raise NoAnswer("took too long") from None

    def _followed(self, url: str, most: int, seconds: float, body: bytes | None, kind: str) -> bytes:
        end = time.monotonic() + seconds
        for _hop in range(MOST_HOPS):
            answer = self._once(url, body, kind, most, end)
            if isinstance(answer, bytes):
                return answer
            url = answer
        raise NoAnswer("too many redirects")

    def _once(self, url: str, body: bytes | None, kind: str, most: int, end: float) -> bytes | str:
        """The answer, or the address one is sent on to."""
        way = self._way(url)
        # Packed answers could be far larger than what was counted.
        headers = way.headers | {"Accept-Encoding": "identity"} | ({"Content-Type": kind} if kind else {})
        method, left = "POST" if body is not None else "GET", end - time.monotonic()
        if left <= 0:
            raise NoAnswer("took too long")
        try:
            with (
                httpx.Client(timeout=min(left, 5.0), trust_env=False, proxy=way.proxy) as client,
                client.stream(method, way.target, content=body, headers=headers, extensions=way.extensions) as answer,
            ):
                if answer.is_redirect:
                    return urljoin(url, answer.headers["location"])
                answer.raise_for_status()
                return _read(answer.iter_raw(), most, end)
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as fault:
            raise NoAnswer(type(fault).__name__) from fault

    def _way(self, url: str) -> _Way:
        """Which way an address is asked, once it may be; raises `NotAllowed`, and `NoAnswer` for an unknown name."""
        try:
            parts = urlsplit(url)
            host, port = (parts.hostname or "").lower(), parts.port or (443 if parts.scheme == "https" else 80)
        except ValueError:
            raise NotAllowed("unreadable address") from None
        if parts.scheme not in ("http", "https") or not host or parts.username is not None:
            raise NotAllowed("no plain web address")
        listed = host in self._allowed
        if not listed and port not in (80, 443):
            raise NotAllowed("unusual port")
        if self._proxy and not listed:
            _check_for_proxy(host, port)
            return _Way(_plain(parts, _placed(host), port), self._proxy)
        # By the number it was checked by, so that its name cannot mean another machine a moment later.
        number = _number(host, port, listed)
        named = host if parts.port is None else f"{host}:{parts.port}"
        return _Way(_plain(parts, _placed(number), port), None, {"Host": named}, {"sni_hostname": host})


def _plain(parts: SplitResult, place: str, port: int) -> str:
    usual = port == (443 if parts.scheme == "https" else 80)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return f"{parts.scheme}://{place}{'' if usual else f':{port}'}{path}"


def _placed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _check_for_proxy(host: str, port: int) -> None:
    """Raises `NotAllowed` for what a proxy must not be sent to: numbers and names of the inside.

    A name that is not known here may be known to the proxy, which is often the only one that looks names up.
    """
    try:
        numbers = [str(ipaddress.ip_address(host.partition("%")[0]))]
    except ValueError:
        if not _NAME.fullmatch(host) or host.rpartition(".")[2] in INSIDE_NAMES:
            raise NotAllowed("no name of the outside") from None
        try:
            numbers = _numbers(host, port)
        except NoAnswer:
            return
    if not all(_is_outside(one) for one in numbers):
        raise NotAllowed("an address of the inside")


def _number(host: str, port: int, listed: bool) -> str:
    found = _numbers(host, port)
    if not listed and not all(_is_outside(one) for one in found):
        raise NotAllowed("an address of the inside")
    return found[0]


def _numbers(host: str, port: int) -> list[str]:
    try:
        return [str(one[4][0]) for one in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    except (OSError, UnicodeError) as fault:
        raise NoAnswer("no such host") from fault


def _is_outside(number: str) -> bool:
    address = ipaddress.ip_address(number.partition("%")[0])
    inner = _translated(address) if isinstance(address, ipaddress.IPv6Address) else None
    return (inner or address).is_global and not address.is_multicast


def _translated(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The machine a gateway makes of an address: mapped, 6to4, compatible (RFC 4291), NAT64 (RFC 6052, 8215)."""
    if any(address in one for one in _TRANSLATED):
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour


def _read(parts: Iterable[bytes], most: int, end: float) -> bytes:
    whole = bytearray()
    for part in parts:
        whole += part
        if len(whole) > most:
            raise NoAnswer("too much")
        if time.monotonic() > end:
            raise NoAnswer("took too long")
    return bytes(whole)
