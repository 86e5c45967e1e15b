"""What is said about a signed paper, in words."""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field as kept
from datetime import datetime
from typing import Literal

from signing.revocation import Evidence

Changes = Literal["none", "timestamps", "form_filling", "forbidden", "unknown"]
Role = Literal["leader", "agency", "clerk", ""]
StampFault = Literal["", "broken", "weak", "untimely", "untrusted", "not_then", "revoked"]


@dataclass(frozen=True)
class Link:
    """One certificate of a chain; `begins` and `ends` aware, `sha256` of its DER in lower-case hexadecimal."""

    subject: str
    issuer: str
    serial: str
    begins: datetime
    ends: datetime
    sha256: str
    der: bytes = kept(repr=False)


@dataclass(frozen=True)
class RevocationFound:
    """What is known of a chain's certificates having been taken back, and from where, as of when.

    "good", "revoked" (already when it signed), "revoked_later" (after a trusted moment of signing), "unchecked"
    (nothing could be learnt; `why` says why in one word), "own_root" (a certificate nobody else vouches for). `origin`:
    "file" (carried in the file itself) or "asked" (the authority's answer, perhaps kept for its time).
    """

    state: Literal["good", "revoked", "revoked_later", "unchecked", "own_root"]
    kind: str = ""
    origin: str = ""
    source: str = ""
    as_of: datetime | None = None
    revoked_at: datetime | None = None
    reason: str = ""
    why: str = ""
    rests_on: tuple[Evidence, ...] = kept(default=(), repr=False)


@dataclass(frozen=True)
class StampFound:
    """One time stamp (RFC 3161): the moment it claims, and in one word why it attests nothing, if it does not.

    `code`: "broken" (changed, or no proper stamp), "weak" (an algorithm no longer safe), "untimely" (of a moment that
    has not come, or after the stamp that should vouch for it), "untrusted" (leads to no root on the trust list),
    "not_then" (its root was not trusted at that moment), "revoked" (its certificate cannot be relied on for that moment
    any more). `judged_at` is when something else proves that it was there already, else the moment of looking.
    `revision`, for an archive time stamp: everything up to there (counted from 0) was there at `moment`. `token` is
    its DER.
    """

    field: str
    moment: datetime
    by: str
    judged_at: datetime
    code: StampFault = ""
    chain: tuple[Link, ...] = ()
    revision: int = -1
    token: bytes = kept(default=b"", repr=False)
    revocation: RevocationFound = RevocationFound("unchecked", why="not_judged")

    @property
    def attests(self) -> bool:
        """Whether the moment it claims is proven by it."""
        return not self.code


@dataclass(frozen=True)
class SignatureVerdict:
    """One signature. `signed_at` is what the signer's clock said, `timestamped_at` what a trusted authority attests.

    `intact`: the signed bytes are as they were. `trusted`: a known root vouched for the certificate at the time of
    signing. `whole_document`: nothing follows the signed bytes. `changes`: what was added afterwards ("form_filling"
    is number, date or another signature, as the first signature allows; "forbidden" is anything else).
    `problem` is Vietnamese, empty when all is well; `code` is the same in one stable word. `level` is how far a valid
    signature is proven (ETSI EN 319 142-1: "B-B", "B-T", "B-LT", "B-LTA").
    """

    field: str
    signer: str
    organisation: str
    title: str
    serial: str
    issuer: str
    signed_at: datetime | None
    timestamped_at: datetime | None
    intact: bool
    trusted: bool
    whole_document: bool
    changes: Changes
    problem: str = ""
    code: str = ""
    level: str = ""
    role: Role = ""
    reason: str = ""
    location: str = ""
    algorithm: str = ""
    timestamped_by: str = ""
    chain: tuple[Link, ...] = ()
    root_kind: str = ""
    root_standing: str = ""
    stamp: StampFound | None = None
    revocation: RevocationFound = RevocationFound("unchecked", why="not_judged")

    @property
    def valid(self) -> bool:
        return not self.code


@dataclass(frozen=True)
class Verdict:
    """The paper as a whole: valid when it carries at least one signature and everything signed in it holds.

    `archives` are its archive time stamps, the oldest first. `problem` and `notice` are Vietnamese; a notice does not
    make a valid paper invalid but the reader should know.
    """

    valid: bool
    problem: str
    signatures: tuple[SignatureVerdict, ...] = ()
    code: str = ""
    notice: str = ""
    archives: tuple[StampFound, ...] = ()

    @property
    def only_archives_fail(self) -> bool:
        """Whether every signature holds, and merely an archive time stamp beside them attests nothing."""
        return not self.valid and bool(self.signatures) and all(one.valid for one in self.signatures)


PROBLEMS: dict[str, str] = {
    "too_large": "Tệp lớn hơn mức cho phép kiểm tra (%(limit)s MB).",
    "not_a_pdf": "Tệp không phải là PDF.",
    "damaged": "Tệp PDF bị hỏng hoặc thiếu phần cuối, không đọc được.",
    "encrypted": "Tệp PDF có mật khẩu, không kiểm tra được chữ ký.",
    "unsigned": "Văn bản không có chữ ký số.",
    "too_long": "Kiểm tra mất quá nhiều thời gian; tệp có cấu trúc bất thường.",
    "too_complex": "Tệp có cấu trúc quá phức tạp, không kiểm tra được.",
    "too_many": "Tệp có quá nhiều chữ ký hoặc quá nhiều lần ghi thêm.",
    "hybrid": "Tệp dùng bảng tra kép (hybrid), cùng một tệp có thể hiện ra khác nhau; không chấp nhận.",
    "malformed": "Chữ ký số bị hỏng hoặc có cấu trúc sai.",
    "tampered": "Nội dung đã bị sửa sau khi ký.",
    "forged": "Chữ ký không khớp với chứng thư số đi kèm.",
    "changed": "Sau khi ký, văn bản bị ghi thêm nội dung không được phép.",
    "partial": "Chữ ký không bao trùm toàn bộ nội dung văn bản.",
    "unknown_root": "Chứng thư số do tổ chức không được tin cậy cấp.",
    "root_not_then": "Tổ chức cấp chứng thư số chưa hoặc không còn được tin cậy tại thời điểm ký.",
    "expired": "Chứng thư số chưa có hiệu lực hoặc đã hết hạn tại thời điểm ký.",
    "revoked": "Chứng thư số đã bị thu hồi.",
    "wrong_usage": "Chứng thư số không được cấp để ký văn bản.",
    "bad_timestamp": "Dấu thời gian không hợp lệ hoặc không được tin cậy.",
    "bad_archive": "Dấu thời gian lưu trữ trong tệp bị sửa hoặc bị hỏng.",
    "revoked_timestamp": "Chứng thư của tổ chức cấp dấu thời gian đã bị thu hồi; dấu không chứng minh được gì.",
    "untrusted_archive": "Tệp có dấu thời gian lưu trữ của tổ chức không được tin cậy; dấu không chứng minh được gì.",
    "revoked_archive": "Tệp có dấu thời gian lưu trữ của tổ chức bị thu hồi chứng thư; dấu không chứng minh được gì.",
    "untimely_archive": "Tệp có dấu thời gian lưu trữ ghi thời điểm không thể có; dấu không chứng minh được gì.",
    "weak_archive": "Tệp có dấu thời gian lưu trữ dùng thuật toán không còn an toàn; dấu không chứng minh được gì.",
    "weak": "Chữ ký dùng thuật toán không còn an toàn.",
    "some_invalid": "Có chữ ký số không hợp lệ.",
}
NOTICE_ADDED = "Sau chữ ký cuối cùng, văn bản còn được ghi thêm (số, ngày) mà chưa được ký xác nhận."
NOTICE_NO_TIME = "Có chữ ký không kèm dấu thời gian: thời điểm ký do máy của người ký tự khai."


def refused(code: str, **params: object) -> Verdict:
    """A paper about which nothing good can be said."""
    return Verdict(valid=False, problem=PROBLEMS[code] % params, code=code)
