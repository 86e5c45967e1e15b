"""What is said of a scan: what is wrong with its file, and why it is not signed, each with what to do about it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.errors import N_
from rules.sentences import Sentence

OF_FILES: Mapping[str, str] = {
    "low_resolution": N_("quét ở %(dpi)s dpi, dưới %(least)s dpi: hãy quét lại từ %(least)s dpi trở lên"),
    "too_few_pixels": N_(
        "ảnh không ghi cỡ giấy và không đủ điểm ảnh cho khổ A4 (khoảng %(dpi)s dpi, cần từ %(least)s dpi): hãy quét "
        "bằng máy quét"
    ),
    "unknown_size": N_(
        "ảnh không ghi cỡ giấy thật (thường là ảnh chụp) nên trang được đặt theo khổ A4: hãy quét bằng máy quét nếu "
        "cần đúng cỡ thật"
    ),
    "no_colour": N_("bản quét đen trắng hoặc thang xám: hãy quét màu"),
    "encrypted": N_("tệp PDF bị khóa nên không ký số được: hãy quét lại, hoặc xuất lại thành PDF không khóa"),
    "already_signed": N_("tệp đã có chữ ký số nên được giữ nguyên, không ký thêm"),
    "not_static": N_(
        "tệp PDF có biểu mẫu, mã lệnh, lớp ẩn hoặc tệp đính kèm nên không ký số được: hãy quét lại từ giấy"
    ),
    "not_readable": N_("không đọc được từng trang của tệp nên không ký số được: hãy quét lại"),
    "not_a_scan": N_("không phải bản quét PDF, JPG hoặc PNG nên được giữ nguyên, không ký số"),
    "too_large": N_("các tệp của giấy tờ này quá lớn để ký số: hãy quét ở độ phân giải thấp hơn, từ 200 dpi"),
}
"""What is wrong with a file, by the code of a remark or of what keeps it from being signed."""

OF_KEYS: Mapping[str, str] = {
    "no_signing_key": N_("hệ thống chưa có khóa ký số của người quét; báo người vận hành thêm khóa rồi ký lại"),
    "key_at_desk": N_(
        "khóa ký nằm trong thiết bị ở máy của người quét, quầy chưa ký được bằng thiết bị ấy; báo người vận hành để "
        "dùng khóa trên máy chủ hoặc ký số từ xa rồi ký lại"
    ),
    "mandate_over": N_("người quét không còn nhiệm vụ ở quầy khi bản quét đến lượt ký"),
    "key_of_another_unit": N_(
        "khóa ký được cấp cho đơn vị khác; báo người vận hành thêm khóa của đơn vị này rồi ký lại"
    ),
    "certificate_of_another": N_("chứng thư số mang tên người khác; báo người vận hành thêm đúng khóa rồi ký lại"),
    "certificate_expired": N_("chứng thư số chưa có hiệu lực hoặc đã hết hạn; gia hạn rồi ký lại"),
    "certificate_revoked": N_("chứng thư số đã bị thu hồi; xin cấp chứng thư mới rồi ký lại"),
    "key_locked": N_("khóa ký đang khóa; người quét mở khóa ở trang “Khóa ký”"),
    "no_timestamp": N_("chưa lấy được dấu thời gian"),
    "storage_full": N_("kho lưu tệp đã đầy; báo người vận hành"),
    "file_missing": N_("không tìm thấy tệp đã quét trong kho; báo người vận hành"),
}
"""Why no key was used, by the code of the refusal."""

_SAME = {"no_key": "no_signing_key", "not_a_pdf": "not_readable", "hybrid": "not_readable",
         "not_signed": "not_readable", "no_place": "not_readable", "file_too_large": "too_large"}  # fmt: skip


def remark_words(remark: Mapping[str, Any]) -> Sentence:
    """What is wrong with a scanned file, and what to do; a remark is a code with its numbers."""
    return Sentence(OF_FILES[str(remark["code"])], **{key: value for key, value in remark.items() if key != "code"})


def trouble_words(code: str) -> Sentence:
    """Why a scan is not signed, and what to do about it."""
    code = _SAME.get(code, code)
    known = OF_FILES.get(code) or OF_KEYS.get(code)
    return Sentence(known) if known else Sentence(N_("lỗi %(code)s; báo người vận hành"), code=code)
