"""Words that the engine's and the signature room's codes have on a public page."""

from __future__ import annotations

from flask_babel import get_locale
from flask_babel import gettext as _
from markupsafe import Markup

from engine.queries.known_papers import PaperFact
from engine.queries.known_words import register_rows
from signing.telling import Language, archives, notices, plain_rows, problem, technical_rows
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
    if code == "unsigned":
        return _("Văn bản không có chữ ký số và không có trong sổ của cơ quan.")
    return problem(code, _language()) or _("Không xác nhận được văn bản này.")


def _language() -> Language:
    return "en" if str(get_locale()) == "en" else "vi"


def signature_rows(one: SignatureVerdict, *, technical: bool = False) -> list[dict[str, str]]:
    """One signature as rows of a page, in the words its report has as well."""
    found = technical_rows(one, _language()) if technical else plain_rows(one, _language())
    return [{"key": what, "value": finding} for what, finding in found]


def signature_notices(verdict: Verdict) -> list[str]:
    """What does not make a paper invalid but should be known."""
    return [told for _code, told in notices(verdict, _language())]


def archive_rows(verdict: Verdict) -> list[dict[str, str]]:
    """The archive time stamps of a paper as rows of a page."""
    return [{"key": which, "value": found} for which, found in archives(verdict, _language())]


def known_rows(known: PaperFact, *, reasons: bool) -> list[dict[str, str]]:
    """What the register says of a paper, as rows of a page; another paper it names is a link."""
    link = Markup('{} <a class="govuk-link" href="{}">{}</a>')
    return [
        {"key": one.what, "value": one.finding}
        | ({"html": link.format(one.finding, one.address, _("Kiểm tra văn bản đó"))} if one.address else {})
        for one in register_rows(known, _language(), reasons=reasons)
    ]


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
        "archive_rows": archive_rows,
        "known_rows": known_rows,
        "signature_notices": signature_notices,
    }
