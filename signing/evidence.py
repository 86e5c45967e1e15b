"""A report of everything found about a file, signed beside itself, with what its findings rest on."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from signing.telling import data, moment, text
from signing.trust import TrustList
from signing.verdicts import StampFound, Verdict

FORMAT = "motcua-verification-report/2"
STATEMENT, SIGNATURE, WORDS, FOLDER = "report.json", "report.p7s", "report.txt", "evidence/"
HOW_TO = """\
report.json is what was found, report.txt the same to be read, report.p7s the signature over report.json. Check them:
  ./motcua verify REPORT.zip          all of it: signature, time stamp, and that no piece of evidence was exchanged
  openssl cms -verify -binary -inform DER -in report.p7s -content report.json -purpose any \\
    -CAfile ROOT.pem -out /dev/null   the signature alone, with any program
In evidence/ lies what the findings rest on, each named in report.json with its SHA-256:
  certificate-*.der   openssl x509 -inform DER -noout -text -in FILE
  timestamp-*.der     openssl ts -reply -token_in -text -in FILE      (RFC 3161)
  ocsp-*.der          openssl ocsp -respin FILE -resp_text -noverify  (RFC 6960)
  crl-*.der           openssl crl -inform DER -noout -text -in FILE   (RFC 5280)
The checked file itself is not in here; report.json names its SHA-256 (sha256sum FILE).

report.json là kết quả kiểm tra, report.txt là bản để đọc, report.p7s là chữ ký số của cơ quan trên report.json.
Trong evidence/ là bằng chứng của kết quả đó: chứng thư số, dấu thời gian, câu trả lời về thu hồi. Tệp được kiểm tra
không nằm trong này; report.json ghi mã SHA-256 của tệp.
"""

Kind = Literal["certificate", "timestamp", "ocsp", "crl"]


@dataclass(frozen=True)
class Piece:
    """One thing findings rest on, as any program reads it (DER): of whom or what it tells, and where it came from."""

    kind: Kind
    der: bytes = field(repr=False)
    about: str = ""
    source: str = ""

    @property
    def sha256(self) -> str:
        """Lower-case hexadecimal."""
        return hashlib.sha256(self.der).hexdigest()

    @property
    def name(self) -> str:
        """Its file in a report."""
        return f"{FOLDER}{self.kind}-{self.sha256[:16]}.der"


def pieces(verdict: Verdict) -> tuple[Piece, ...]:
    """What the findings about a file rest on, each once: certificates, time-stamp tokens, answers about revocation."""
    found: dict[str, Piece] = {}
    for one in _all_pieces(verdict):
        found.setdefault(one.sha256, one)
    return tuple(found.values())


def _all_pieces(verdict: Verdict) -> Iterator[Piece]:
    own = [(one, one.stamp) for one in verdict.signatures]
    for one, stamp in own:
        yield from (Piece("certificate", link.der, link.subject) for link in one.chain)
        yield from (Piece(answer.kind, answer.der, one.signer, answer.source) for answer in one.revocation.rests_on)
        if stamp is not None:
            yield from _of_stamp(stamp)
    for stamp in verdict.archives:
        yield from _of_stamp(stamp)


def _of_stamp(stamp: StampFound) -> Iterator[Piece]:
    if stamp.token:
        yield Piece("timestamp", stamp.token, stamp.by)
    yield from (Piece("certificate", link.der, link.subject) for link in stamp.chain)
    yield from (Piece(answer.kind, answer.der, stamp.by, answer.source) for answer in stamp.revocation.rests_on)


def fitting(every: Sequence[Piece], most: int) -> tuple[Piece, ...]:
    """As many of the pieces, the smallest first, as have room in `most` bytes: lists of revoked ones may be huge."""
    kept, room = set(), most
    for one in sorted(every, key=lambda piece: len(piece.der)):
        room -= len(one.der)
        if room < 0:
            break
        kept.add(one.sha256)
    return tuple(one for one in every if one.sha256 in kept)


def report(
    verdict: Verdict,
    *,
    sha256: str,
    size: int,
    trust: TrustList | None,
    software: str,
    house: str,
    sample: bool,
    now: datetime,
    evidence: Sequence[Piece],
    register: Mapping[str, Any] | None = None,
    register_words: Mapping[str, str] | None = None,
) -> bytes:
    """The report (JSON, UTF-8): the file by its SHA-256, every finding, the trust list used, the moment, the software.

    `evidence` is what goes along with it; whatever else the findings rest on is named by digest and address only.
    `register` is what the office's own register knows of exactly this file, `register_words` the same in "vi" and "en".
    Nothing of the file itself is kept in it.
    """
    listed = [_listed(one) for one in (trust.entries if trust else ())]
    along = {one.sha256 for one in evidence}
    told = {
        "format": FORMAT,
        "house": house,
        "software": software,
        "sample": sample,
        "checked_at": now.isoformat(timespec="seconds"),
        "file": {"sha256": sha256, "size": size},
        "result": data(verdict),
        "register": register,
        "trust_list_sha256": hashlib.sha256(json.dumps(listed, sort_keys=True).encode()).hexdigest(),
        "trust_list": listed,
        "evidence": [
            {
                "kind": one.kind,
                "sha256": one.sha256,
                "size": len(one.der),
                "about": one.about,
                "source": one.source,
                "file": one.name if one.sha256 in along else None,
            }
            for one in pieces(verdict)
        ],
        "text": {
            language: text(verdict, language) + (register_words or {}).get(language, "") for language in ("vi", "en")
        },
    }
    return (json.dumps(told, ensure_ascii=False, indent=1) + "\n").encode()


def _listed(one: Any) -> dict[str, Any]:
    return {
        "sha256": one.fingerprint,
        "class": one.kind,
        "purposes": list(one.purposes),
        "from": one.since.isoformat(),
        "to": one.until.isoformat() if one.until else None,
        "document": one.document,
    }


def words_of(told: Mapping[str, Any]) -> str:
    """A report to be read, in both languages, out of what it says as data."""
    checked = moment(datetime.fromisoformat(told["checked_at"]))
    head = f"SHA-256 {told['file']['sha256']}  ({told['file']['size']} B)\n{checked}  {told['software']}\n\n"
    return f"{head}{told['text']['vi']}\n—\n\n{told['text']['en']}"


def packed(statement: bytes, signature: bytes, evidence: Sequence[Piece], now: datetime) -> bytes:
    """Report, the same in words, its signature and its evidence in one ZIP; the same bytes for the same input."""
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in (
            (STATEMENT, statement),
            (SIGNATURE, signature),
            (WORDS, words_of(json.loads(statement)).encode()),
            ("README.txt", HOW_TO.encode()),
            *((one.name, one.der) for one in evidence),
        ):
            archive.writestr(zipfile.ZipInfo(name, now.timetuple()[:6]), content)
    return output.getvalue()


def digest(pdf: bytes) -> str:
    """What a file is known by: its SHA-256, lower-case hexadecimal."""
    return hashlib.sha256(pdf).hexdigest()
