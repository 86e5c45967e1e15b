"""The words of verification in both languages: a report is read by whoever did not ask for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Words:
    """What one language says; `problems` is empty where `signing.verdicts` has the words itself."""

    valid: str
    invalid: str
    signature: str
    holds: str
    holds_not: str
    who: str
    role: str
    when: str
    stamp: str
    archive: str
    since: str
    level: str
    chain: str
    trust: str
    revocation: str
    certificate: str
    certificate_told: str
    algorithm: str
    reason: str
    trusted_time: str
    claimed_time: str
    no_time: str
    in_file: str
    asked: str
    notice_added: str
    notice_no_time: str
    notice_unchecked: str
    notice_stamp: str
    changes: Mapping[str, str]
    problems: Mapping[str, str]


VIETNAMESE = Words(
    valid="Mọi chữ ký số trong tệp đều đúng và được tin cậy.",
    invalid="Không xác nhận được văn bản này.",
    signature="Chữ ký",
    holds="hợp lệ",
    holds_not="không hợp lệ",
    who="Người ký",
    role="Vai trò",
    when="Thời điểm ký",
    stamp="Dấu thời gian",
    archive="Dấu thời gian lưu trữ",
    since="Từ khi ký",
    level="Mức chữ ký",
    chain="Chuỗi chứng thư",
    trust="Tin cậy",
    revocation="Thu hồi",
    certificate="Chứng thư số",
    certificate_told="%(serial)s do %(issuer)s cấp, hiệu lực từ %(from)s đến %(to)s",
    algorithm="Thuật toán",
    reason="Lý do ký",
    trusted_time="%(at)s, theo dấu thời gian của %(by)s",
    claimed_time="%(at)s, do máy của người ký tự khai",
    no_time="không ghi thời điểm ký",
    in_file="có sẵn trong tệp",
    asked="hỏi tổ chức chứng thực",
    notice_added="Sau chữ ký cuối cùng, văn bản còn được ghi thêm (số, ngày) mà chưa được ký xác nhận.",
    notice_no_time="Có chữ ký không kèm dấu thời gian được tin cậy: thời điểm ký do máy của người ký tự khai.",
    notice_unchecked="Chưa kiểm tra được chứng thư số có bị thu hồi hay không.",
    notice_stamp="Chưa kiểm tra được chứng thư của tổ chức cấp dấu thời gian có bị thu hồi hay không.",
    changes={
        "none": "không có gì được ghi thêm hay sửa",
        "timestamps": "chỉ thêm bằng chứng và dấu thời gian lưu trữ",
        "form_filling": "chỉ ghi số, ngày vào ô đã chừa hoặc thêm chữ ký, như chữ ký này cho phép",
        "forbidden": "bị ghi thêm nội dung không được phép",
        "unknown": "không xác định được",
        "broken": "nội dung đã bị sửa, hoặc không đọc được chữ ký",
    },
    problems={},
)
ENGLISH = Words(
    valid="Every signature in the file is intact and trusted.",
    invalid="This paper cannot be confirmed.",
    signature="Signature",
    holds="valid",
    holds_not="not valid",
    who="Signed by",
    role="Role",
    when="Signed at",
    stamp="Time stamp",
    archive="Archive time stamp",
    since="Since then",
    level="Level",
    chain="Chain",
    trust="Trust",
    revocation="Revocation",
    certificate="Certificate",
    certificate_told="%(serial)s issued by %(issuer)s, valid from %(from)s to %(to)s",
    algorithm="Algorithm",
    reason="Reason given",
    trusted_time="%(at)s, by the time stamp of %(by)s",
    claimed_time="%(at)s, as the signer's own clock claims",
    no_time="no time is given",
    in_file="carried in the file",
    asked="asked of the authority",
    notice_added="After the last signature something more was filled in (number, date) that nobody signed.",
    notice_no_time="A signature has no trusted time stamp: its time is what the signer's own clock claims.",
    notice_unchecked="Whether a certificate has been revoked could not be checked.",
    notice_stamp="Whether a time-stamping authority's certificate has been revoked could not be checked.",
    changes={
        "none": "nothing was added or changed",
        "timestamps": "only proofs and archive time stamps were added",
        "form_filling": "only number and date in the places kept free, or signatures, were added, as this one allows",
        "forbidden": "content was added that is not allowed",
        "unknown": "cannot be told",
        "broken": "the content was changed, or the signature cannot be read",
    },
    problems={
        "too_large": "The file is larger than can be checked (64 MB).",
        "not_a_pdf": "The file is not a PDF.",
        "damaged": "The PDF is damaged or its end is missing; it cannot be read.",
        "encrypted": "The PDF is encrypted; its signatures cannot be checked.",
        "unsigned": "The paper carries no signature.",
        "too_long": "Checking takes too long; the file is built in an unusual way.",
        "too_complex": "The file is too complex to be checked.",
        "too_many": "The file has too many signatures or revisions.",
        "hybrid": "The file has two cross-reference tables (hybrid); two readers may see two papers. Not accepted.",
        "malformed": "The signature is damaged or malformed.",
        "tampered": "The content was changed after signing.",
        "forged": "The signature does not match its certificate.",
        "changed": "After signing, content was added that is not allowed.",
        "partial": "The signature does not cover the whole paper.",
        "unknown_root": "The certificate was issued by somebody who is not trusted.",
        "root_not_then": "The issuer of the certificate was not trusted at the time of signing.",
        "expired": "The certificate was not valid yet, or no longer, at the time of signing.",
        "revoked": "The certificate had been revoked.",
        "wrong_usage": "The certificate may not be used to sign papers.",
        "bad_timestamp": "The time stamp is wrong or not trusted.",
        "bad_archive": "An archive time stamp in the file was changed or is damaged.",
        "revoked_timestamp": "The time-stamping authority's certificate was revoked; its stamp proves nothing.",
        "untrusted_archive": "An archive time stamp in the file is from an untrusted authority; it proves nothing.",
        "revoked_archive": "An archive time stamp's authority had its certificate revoked; the stamp proves nothing.",
        "untimely_archive": "An archive time stamp in the file names an impossible moment; it proves nothing.",
        "weak_archive": "An archive time stamp uses an algorithm that is no longer safe; it proves nothing.",
        "weak": "The signature uses an algorithm that is no longer safe.",
        "some_invalid": "Some signatures are not valid.",
    },
)
ROLES: Mapping[str, Mapping[str, str]] = {
    "leader": {"vi": "người có thẩm quyền ký ban hành", "en": "leader, approving"},
    "agency": {"vi": "cơ quan, tổ chức đóng dấu", "en": "agency, sealing"},
    "clerk": {"vi": "công chức số hóa giấy tờ khi tiếp nhận", "en": "clerk who scanned the paper"},
    "": {"vi": "không rõ", "en": "not known"},
}
LEVELS: Mapping[str, Mapping[str, str]] = {
    "B-B": {"vi": "B-B: không có dấu thời gian", "en": "B-B: no time stamp"},
    "B-T": {"vi": "B-T: có dấu thời gian", "en": "B-T: time-stamped"},
    "B-LT": {"vi": "B-LT: kèm bằng chứng thu hồi", "en": "B-LT: proofs of revocation inside"},
    "B-LTA": {"vi": "B-LTA: kiểm tra được lâu dài", "en": "B-LTA: can be checked in the long term"},
}
ROOTS: Mapping[str, Mapping[str, str]] = {
    "sample": {"vi": "chứng thực MẪU, không có giá trị pháp lý", "en": "SAMPLE authority, no legal value"},
}
STANDINGS: Mapping[str, Mapping[str, str]] = {
    "": {"vi": "không xét, vì chữ ký không còn đúng", "en": "not looked into: the signature does not hold"},
    "in_force": {"vi": "chứng thư gốc có trong danh sách tin cậy", "en": "the root is on the trust list"},
    "ended_since": {
        "vi": "chứng thư gốc được tin cậy khi ký, nay không còn trong danh sách",
        "en": "the root was trusted at signing and is no longer on the list",
    },
    "begun_since": {
        "vi": "chứng thư gốc chỉ được tin cậy từ sau khi ký",
        "en": "the root has only been trusted since after the signing",
    },
    "not_then": {
        "vi": "chứng thư gốc không được tin cậy tại thời điểm ký",
        "en": "the root was not trusted at the time of signing",
    },
    "unknown": {
        "vi": "không dẫn tới chứng thư gốc nào trong danh sách tin cậy",
        "en": "leads to no root on the trust list",
    },
}
STAMPS: Mapping[str, Mapping[str, str]] = {
    "": {"vi": "%(at)s, %(by)s; chứng minh được thời điểm này", "en": "%(at)s, %(by)s; proves that moment"},
    "own": {"vi": "chứng minh được thời điểm ký", "en": "proves the time of signing"},
    "broken": {
        "vi": "bị sửa hoặc bị hỏng, không chứng minh được gì",
        "en": "changed or damaged, it proves nothing",
    },
    "weak": {
        "vi": "%(by)s; dùng thuật toán không còn an toàn, không chứng minh được gì",
        "en": "%(by)s; uses an algorithm that is no longer safe and proves nothing",
    },
    "untimely": {
        "vi": "%(by)s; ghi thời điểm không thể có (%(at)s), không chứng minh được gì",
        "en": "%(by)s; names an impossible moment (%(at)s) and proves nothing",
    },
    "untrusted": {
        "vi": "%(by)s, tổ chức không được tin cậy; không chứng minh được gì",
        "en": "%(by)s, an untrusted authority; it proves nothing",
    },
    "not_then": {
        "vi": "%(by)s, tổ chức không được tin cậy vào thời điểm đó (%(at)s); không chứng minh được gì",
        "en": "%(by)s, an authority not trusted at that moment (%(at)s); it proves nothing",
    },
    "revoked": {
        "vi": "%(by)s, chứng thư của tổ chức này đã bị thu hồi; không chứng minh được gì",
        "en": "%(by)s, whose certificate was revoked; it proves nothing",
    },
}
REVOCATION: Mapping[str, Mapping[str, str]] = {
    "good": {
        "vi": "không bị thu hồi, theo %(kind)s %(origin)s, tính đến %(as_of)s",
        "en": "not revoked, by %(kind)s %(origin)s, as of %(as_of)s",
    },
    "revoked": {
        "vi": "bị thu hồi từ %(at)s (%(reason)s), theo %(kind)s %(origin)s, tính đến %(as_of)s",
        "en": "revoked since %(at)s (%(reason)s), by %(kind)s %(origin)s, as of %(as_of)s",
    },
    "revoked_later": {
        "vi": "bị thu hồi từ %(at)s (%(reason)s), sau khi ký; theo %(kind)s %(origin)s, tính đến %(as_of)s",
        "en": "revoked since %(at)s (%(reason)s), after signing; by %(kind)s %(origin)s, as of %(as_of)s",
    },
    "unchecked": {"vi": "chưa kiểm tra được: %(why)s", "en": "could not be checked: %(why)s"},
    "own_root": {"vi": "chứng thư tự ký, không ai thu hồi", "en": "its own root; nobody could revoke it"},
}
UNCHECKED: Mapping[str, Mapping[str, str]] = {
    "not_judged": {
        "vi": "không hỏi về chứng thư của chữ ký không đúng hoặc không được tin cậy",
        "en": "certificates of signatures that do not hold or are not trusted are not asked about",
    },
    "not_asked": {
        "vi": "tệp không kèm bằng chứng, và không hỏi ai",
        "en": "no proof in the file, and nobody was asked",
    },
    "no_address": {"vi": "chứng thư không ghi nơi hỏi", "en": "the certificate names nobody to ask"},
    "unreachable": {"vi": "tổ chức chứng thực không trả lời", "en": "the authority does not answer"},
    "refused": {
        "vi": "địa chỉ ghi trong chứng thư không được phép hỏi",
        "en": "its address is not one that may be asked",
    },
    "bad_answer": {"vi": "câu trả lời không tin được", "en": "the answer cannot be believed"},
    "stale": {"vi": "câu trả lời đã cũ", "en": "the answer is out of date"},
    "unknown_certificate": {"vi": "tổ chức chứng thực không biết chứng thư này", "en": "its issuer does not know it"},
}
REPORTS: Mapping[str, Mapping[str, str]] = {
    "": {
        "vi": "Báo cáo kiểm tra còn nguyên như khi ký, và chữ ký được tin cậy.",
        "en": "The report is as it was signed, and its signature is trusted.",
    },
    "no_report": {
        "vi": "Tệp không phải là báo cáo kiểm tra, hoặc đã bị hỏng.",
        "en": "The file is no report of a verification, or damaged.",
    },
    "tampered": {
        "vi": "Báo cáo đã bị sửa sau khi ký.",
        "en": "The report was changed after signing.",
    },
    "evidence_changed": {
        "vi": "Bằng chứng kèm báo cáo bị thiếu hoặc bị tráo; bản thân báo cáo còn nguyên.",
        "en": "Evidence beside the report is missing or was exchanged; the report itself is as it was signed.",
    },
    "words_changed": {
        "vi": "Bản để đọc (report.txt) không khớp với báo cáo đã ký (report.json).",
        "en": "What is to be read (report.txt) is not what was signed (report.json).",
    },
    "untimed": {
        "vi": "Chữ ký của báo cáo không có dấu thời gian.",
        "en": "The report's signature has no time stamp.",
    },
}
