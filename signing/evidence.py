"""A report of everything found about a file, signed beside itself: what an office says it saw, when, and with what."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from signing.telling import FORMAT, data, moment, text
from signing.trust import TrustList
from signing.verdicts import Verdict

HOW_TO = """\
report.json is what was found, report.txt the same to be read, report.p7s the signature over report.json.
Check it with any program, for instance:
  openssl cms -verify -binary -inform DER -in report.p7s -content report.json -purpose any \\
    -CAfile ROOT.pem -out /dev/null
The certificates that signed the checked file stand in report.json, each with its SHA-256.

report.json là kết quả kiểm tra, report.txt là bản để đọc, report.p7s là chữ ký số của cơ quan trên report.json.
"""


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
    register: Mapping[str, Any] | None = None,
) -> bytes:
    """The report (JSON, UTF-8): the file by its SHA-256, every finding, the trust list used, the moment, the software.

    `register` is what the office's own register knows of exactly this file. Nothing of the file itself is kept in it.
    """
    listed = trust.entries if trust else ()
    told = {
        "format": FORMAT,
        "house": house,
        "software": software,
        "sample": sample,
        "checked_at": now.isoformat(timespec="seconds"),
        "file": {"sha256": sha256, "size": size},
        "result": data(verdict),
        "register": register,
        "trust_list": [
            {
                "sha256": one.fingerprint,
                "class": one.kind,
                "purposes": list(one.purposes),
                "from": one.since.isoformat(),
                "to": one.until.isoformat() if one.until else None,
                "document": one.document,
            }
            for one in listed
        ],
        "text": {"vi": text(verdict, "vi"), "en": text(verdict, "en")},
    }
    return (json.dumps(told, ensure_ascii=False, indent=1) + "\n").encode()


def packed(statement: bytes, signature: bytes, now: datetime) -> bytes:
    """Report, the same in words, and its signature in one ZIP; the same bytes for the same input."""
    told = json.loads(statement)
    head = f"{told['file']['sha256']}  ({told['file']['size']} B)\n{moment(now)}  {told['software']}\n\n"
    words = head + told["text"]["vi"] + "\n—\n\n" + told["text"]["en"]
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in (
            ("report.json", statement),
            ("report.p7s", signature),
            ("report.txt", words.encode()),
            ("README.txt", HOW_TO.encode()),
        ):
            archive.writestr(zipfile.ZipInfo(name, now.timetuple()[:6]), content)
    return output.getvalue()


def digest(pdf: bytes) -> str:
    """What a file is known by: its SHA-256, lower-case hexadecimal."""
    return hashlib.sha256(pdf).hexdigest()
