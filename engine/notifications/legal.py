"""Which notices the law demands: nobody can switch them off, and of each it is kept whether it was delivered."""

from __future__ import annotations

from collections.abc import Mapping

from rules.sentences import Sentence

NO_ADDRESS = "no_address"
"""A notice nobody could send: the person left neither a telephone number nor an e-mail address."""
UNREACHED = ("failed", "unknown", NO_ADDRESS)
"""States in which nobody can say that a person was told."""

LEGAL: Mapping[str, Sentence] = {
    "accepted": Sentence("Giấy tiếp nhận hồ sơ và hẹn trả kết quả: người nộp phải được biết ngày hẹn"),
    "supplement": Sentence("Yêu cầu bổ sung, hoàn thiện hồ sơ: phải báo một lần, đầy đủ"),
    "supplement_moved": Sentence("Thời hạn bổ sung thay đổi"),
    "refused": Sentence("Từ chối tiếp nhận, giải quyết: phải báo lý do"),
    "stopped": Sentence("Dừng giải quyết hồ sơ: phải báo lý do"),
    "may_be_late": Sentence("Có thể trễ hẹn: phải báo trước ngày hẹn"),
    "late": Sentence("Văn bản xin lỗi và hẹn lại ngày trả kết quả"),
    "date_moved": Sentence("Ngày hẹn trả thay đổi"),
    "handed_over": Sentence("Ngày hẹn trả thay đổi vì đơn vị khác giải quyết"),
    "ready": Sentence("Đã có kết quả"),
    "result_acted_on": Sentence("Kết quả đã trả được đính chính, sửa đổi, thay thế, thu hồi hoặc hủy bỏ"),
    "answered": Sentence("Trả lời phản ánh, kiến nghị"),
}
"""The events of notices that rest on Decrees 61/2018 and 118/2025 (of reports: Decree 20/2008), with what each is."""
