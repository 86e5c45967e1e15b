"""What the sample authority publishes about its certificates, at the addresses that stand in them.

A suspicious third party asks here with openssl or any other program; no browser needs these pages.
"""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING

from flask import Response, request
from werkzeug.exceptions import NotFound

from web.actor import now
from web.doors import house
from web.public.room import blueprint
from web.ui.limits import limiter
from web.ui.security import csrf

if TYPE_CHECKING:
    from signing.authority import SampleAuthority  # weighs what only those who sign should carry

LONGEST_REQUEST = 4_096
OFTEN = "120 per minute"


def _authority() -> SampleAuthority:
    """The sample authority of this installation; a real office has none, and its certificates name others."""
    found: SampleAuthority | None = house().ports.trust.sample_authority()
    if found is None:
        raise NotFound
    return found


def _binary(content: bytes | None, kind: str, *, keep: int) -> Response:
    if content is None:
        raise NotFound
    response = Response(content, content_type=kind)
    response.headers["Cache-Control"] = f"public, max-age={keep}" if keep else "no-store"
    return response


@blueprint.get("/pki/<code>.cer")
@limiter.limit(OFTEN)
def pki_certificate(code: str) -> Response:
    """The certificate of the root or of the authority under it (DER; RFC 5280, 4.2.2.1)."""
    return _binary(_authority().certificate(code), "application/pkix-cert", keep=86_400)


@blueprint.get("/pki/<code>.crl")
@limiter.limit(OFTEN)
def pki_list(code: str) -> Response:
    """The list of certificates that were taken back (DER; RFC 5280, 4.2.1.13)."""
    return _binary(_authority().crl(code, now=now()), "application/pkix-crl", keep=300)


@blueprint.post("/pki/ocsp")
@csrf.exempt
@limiter.limit(OFTEN)
def pki_status() -> Response:
    """The status of one certificate (OCSP over POST; RFC 6960, A.1)."""
    return _answered(request.stream.read(LONGEST_REQUEST + 1))


@blueprint.get("/pki/ocsp/<path:asked>")
@limiter.limit(OFTEN)
def pki_status_by_address(asked: str) -> Response:
    """The same over GET: the request stands in the address, as base64."""
    try:
        return _answered(base64.b64decode(asked, validate=True))
    except binascii.Error:
        return _answered(b"")


def _answered(asked: bytes) -> Response:
    content = asked if len(asked) <= LONGEST_REQUEST else b""
    return _binary(_authority().answer(content, now=now()), "application/ocsp-response", keep=0)
