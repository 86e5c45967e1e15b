"""Words that the engine's and the signature room's codes have on a public page."""

from __future__ import annotations

from flask_babel import get_locale
from flask_babel import gettext as _

from signing.telling import Language, notices, rows
from signing.verdicts import SignatureVerdict, Verdict
from web.public.room import blueprint
from web.ui.levels import level_line, level_words
from web.ui.statuses import act_words, paper_words


def N_(text: str) -> str:
    """Mark a text for translation that somebody else says."""
    return text


LEDGER_REASONS = (
    N_("Ngày đầu tiên của thời hạn không tính"),
    N_("Nộp ngoài giờ làm việc, tính là tiếp nhận vào ngày làm việc kế tiếp"),
    N_("Tiếp nhận sau giờ quy định trong ngày, chuyển sang ngày làm việc kế tiếp"),
    N_("Đã tính trước khi tạm dừng, không tính nữa vì tính lại từ đầu"),
    N_("Ngày kết thúc tạm dừng: ngày đầu tiên của thời hạn tính lại, không tính"),
    N_("Giải quyết trong ngày làm việc"),
    N_("Ngày làm việc"),
    N_("Ngày làm bù"),
    N_("Ngày liên tục, kể cả ngày nghỉ"),
    N_("Giờ làm việc"),
    N_("Nghỉ trưa"),
    N_("Ngoài giờ làm việc"),
    N_("Ngày nghỉ hằng tuần"),
    N_("Ngày cuối rơi vào ngày nghỉ"),
    N_("Ngày nghỉ lễ, tết"),
    N_("Ngày nghỉ bù"),
    N_("Ngày nghỉ hoán đổi"),
    N_("Tạm dừng: chờ bổ sung, hoàn thiện hồ sơ"),
    N_("Tạm dừng: chờ thực hiện nghĩa vụ tài chính"),
    N_("Tạm dừng xử lý hồ sơ"),
)
"""What a ledger says of its days (engine.deadlines.words)."""

VOID_REASONS = (N_("Thay thế bằng bản mới"),)


def verdict_words(code: str) -> str:
    """What is wrong with a paper or a signature, by the stable word of `signing.verdicts`."""
    words = {
        "too_large": _("Tệp lớn hơn mức cho phép kiểm tra."),
        "not_a_pdf": _("Tệp không phải là PDF."),
        "damaged": _("Tệp PDF bị hỏng hoặc thiếu phần cuối, không đọc được."),
        "encrypted": _("Tệp PDF có mật khẩu, không kiểm tra được chữ ký."),
        "unsigned": _("Văn bản không có chữ ký số và không có trong sổ của cơ quan."),
        "too_long": _("Kiểm tra mất quá nhiều thời gian; tệp có cấu trúc bất thường."),
        "too_complex": _("Tệp có cấu trúc quá phức tạp, không kiểm tra được."),
        "too_many": _("Tệp có quá nhiều chữ ký hoặc quá nhiều lần ghi thêm."),
        "hybrid": _("Tệp dùng bảng tra kép, cùng một tệp có thể hiện ra khác nhau; không chấp nhận."),
        "malformed": _("Chữ ký số bị hỏng hoặc có cấu trúc sai."),
        "tampered": _("Nội dung đã bị sửa sau khi ký."),
        "forged": _("Chữ ký không khớp với chứng thư số đi kèm."),
        "changed": _("Sau khi ký, văn bản bị ghi thêm nội dung không được phép."),
        "partial": _("Chữ ký không bao trùm toàn bộ nội dung văn bản."),
        "unknown_root": _("Chứng thư số do tổ chức không được tin cậy cấp."),
        "root_not_then": _("Tổ chức cấp chứng thư số chưa hoặc không còn được tin cậy tại thời điểm ký."),
        "expired": _("Chứng thư số chưa có hiệu lực hoặc đã hết hạn tại thời điểm ký."),
        "revoked": _("Chứng thư số đã bị thu hồi."),
        "wrong_usage": _("Chứng thư số không được cấp để ký văn bản."),
        "bad_timestamp": _("Dấu thời gian không hợp lệ hoặc không được tin cậy."),
        "bad_archive": _("Dấu thời gian lưu trữ trong tệp bị sửa hoặc bị hỏng."),
        "weak": _("Chữ ký dùng thuật toán không còn an toàn."),
        "some_invalid": _("Có chữ ký số không hợp lệ."),
    }
    return words.get(code, _("Không xác nhận được văn bản này."))


def _language() -> Language:
    return "en" if str(get_locale()) == "en" else "vi"


def signature_rows(one: SignatureVerdict) -> list[dict[str, str]]:
    """One signature as rows of a page, in the words its report has as well."""
    return [{"key": what, "value": found} for what, found in rows(one, _language())]


def signature_notices(verdict: Verdict) -> list[str]:
    """What does not make a paper invalid but should be known."""
    return [told for _code, told in notices(verdict, _language())]


@blueprint.app_context_processor
def words() -> dict[str, object]:
    """Give the templates of this room their words."""
    return {
        "verdict_words": verdict_words,
        "act_words": act_words,
        "paper_words": paper_words,
        "level_words": level_words,
        "level_line": level_line,
        "signature_rows": signature_rows,
        "signature_notices": signature_notices,
    }
