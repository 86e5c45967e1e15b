"""What the page for checking without a network says, in every language it speaks: it carries all of them along."""

from __future__ import annotations

# ruff: noqa: E501 - sentences stand whole, as the catalogue has them
from flask_babel import force_locale
from flask_babel import gettext as _

LANGUAGES = ("vi", "en")


def words() -> dict[str, dict[str, str]]:
    """Every text of the page by its name and language; names in braces are filled in on the page."""
    said: dict[str, dict[str, str]] = {}
    for language in LANGUAGES:
        with force_locale(language):
            for name, text in (_page() | _verdicts() | _lists() | _facts()).items():
                said.setdefault(name, {})[language] = str(text)
    return said


def _page() -> dict[str, str]:
    return {
        "title": _("Kiểm tra mã QR trên kết quả, không cần mạng"),
        "lead": _(
            "Trang này tự kiểm tra chữ ký trong mã QR in trên giấy. Mọi việc làm ngay trên máy của bạn: không gửi gì đi đâu, không cần mạng."
        ),
        "camera": _("Quét bằng máy ảnh"),
        "camera_stop": _("Dừng quét"),
        "picture": _("Hoặc chọn ảnh chụp mã QR"),
        "picture_hint": _("Chụp thẳng, đủ sáng, mã QR chiếm gần hết ảnh."),
        "text": _("Hoặc dán chữ của mã QR, hoặc quét bằng máy quét cầm tay"),
        "text_hint": _("Bấm vào ô rồi quét. Nếu dùng máy quét, hãy tắt bộ gõ tiếng Việt."),
        "check": _("Kiểm tra"),
        "save": _("Lưu trang này để dùng khi không có mạng"),
        "made": _("Trang lập lúc {moment}."),
        "keys": _("Khóa công khai của cơ quan"),
        "keys_more": _(
            "Mã QR thật được ký bằng một trong các khóa này. Muốn chắc trang này là của cơ quan, so mã khóa với mã niêm yết tại quầy."
        ),
        "key_line": _("{id}: dùng từ {from} đến {to}"),
        "key_line_ended": _("(đã hủy ngày {day})"),
        "how": _("Trang này kiểm tra được gì, không kiểm tra được gì"),
        "how_1": _(
            "Kiểm tra được: số, ngày, loại giấy, cơ quan và người được cấp đúng như cơ quan đã ghi khi đóng dấu; sửa một chữ là không khớp."
        ),
        "how_2": _(
            "Không tự thấy được chữ in trên giấy: bạn phải so từng dòng. Nội dung khác trên giấy chỉ so được với tệp PDF."
        ),
        "how_3": _(
            "Giấy bị thu hồi sau ngày của danh sách thì trang này chưa biết: hãy lấy danh sách mới khi có mạng."
        ),
        "no_script": _("Trang này cần JavaScript để kiểm tra ngay trên máy của bạn. Hãy bật JavaScript."),
    }


def _verdicts() -> dict[str, str]:
    return {
        "tone_good": _("Thật"),
        "tone_unsure": _("Cần xem thêm"),
        "tone_bad": _("Không tin được"),
        "tone_gone": _("Đừng dùng giấy này"),
        "h_genuine": _("Mã QR thật, giấy chưa bị thu hồi"),
        "p_genuine": _("Chữ ký trong mã đúng. Giấy không có trong danh sách thu hồi lập lúc {at}."),
        "h_genuine_old": _("Mã QR thật; chưa biết sau này có bị thu hồi không"),
        "p_genuine_old": _(
            "Chữ ký trong mã đúng, nhưng danh sách thu hồi bạn có (lập lúc {at}) đã cũ hoặc lập trước ngày của giấy. Hãy nạp danh sách mới."
        ),
        "h_genuine_none": _("Mã QR thật; chưa biết có bị thu hồi không"),
        "p_genuine_none": _("Chữ ký trong mã đúng, nhưng bạn chưa có danh sách thu hồi. Hãy nạp danh sách ở dưới."),
        "h_sample": _("MẪU: không có giá trị pháp lý"),
        "p_sample": _("Chữ ký trong mã đúng, nhưng giấy này do hệ thống mẫu lập ra để dùng thử."),
        "h_trial": _("THỬ NGHIỆM: không có giá trị pháp lý"),
        "p_trial": _("Chữ ký trong mã đúng, nhưng giấy này thuộc một hồ sơ chạy thử quy trình."),
        "h_acted_on": _("Mã QR thật, giấy đã được đính chính hoặc sửa đổi"),
        "p_acted_on": _("Giấy vẫn còn giá trị, nhưng phải đọc cùng quyết định sau:"),
        "h_gone": _("Mã QR thật, nhưng giấy không còn giá trị"),
        "p_gone": _("Danh sách thu hồi lập lúc {at} ghi:"),
        "h_changed": _("Mã QR đã bị sửa hoặc đọc sai"),
        "p_changed": _("Chữ ký không khớp. Hãy quét lại một lần; nếu vẫn vậy, giấy này không phải do cơ quan cấp."),
        "h_unknown_key": _("Không biết khóa đã ký mã này"),
        "p_unknown_key": _(
            "Trang này có thể cũ hơn tờ giấy: hãy nạp danh sách mới hoặc lưu lại trang. Nếu vẫn vậy, mã không do cơ quan này ký."
        ),
        "h_key_ended": _("Khóa đã ký mã này bị hủy"),
        "p_key_ended": _(
            "Cơ quan đã hủy khóa này, nên không tin được mã khi không có mạng. Hãy tra cứu trên trang của cơ quan."
        ),
        "h_wrong_date": _("Ngày của giấy không khớp với khóa"),
        "p_wrong_date": _("Khóa này không dùng cho ngày ghi trong mã. Đừng tin giấy này; hãy hỏi cơ quan cấp."),
        "h_elsewhere": _("Mã dẫn tới địa chỉ khác"),
        "p_elsewhere": _(
            "Chữ ký đúng nhưng mã ghi địa chỉ {host}, không phải trang của cơ quan này. Hãy hỏi cơ quan cấp."
        ),
        "h_not_a_code": _("Đây không phải mã QR trên kết quả"),
        "p_not_a_code": _(
            "Chữ của mã bị thiếu, thừa hoặc sai. Nếu dùng máy quét cầm tay, hãy tắt bộ gõ tiếng Việt và phím Caps Lock rồi quét lại. Giấy cũ chỉ có mã tra cứu trên mạng."
        ),
        "nothing": _("Hãy quét, chọn ảnh hoặc dán chữ của mã QR."),
        "no_code": _("Không thấy mã QR nào trong ảnh. Hãy chụp gần hơn, thẳng và đủ sáng."),
        "no_picture": _("Không mở được ảnh này. Hãy chọn ảnh PNG hoặc JPEG."),
        "no_camera": _("Không mở được máy ảnh. Hãy cho phép dùng máy ảnh, hoặc chọn ảnh chụp."),
        "compare": _("So từng dòng dưới đây với giấy. Khác một chữ, một số là giấy đã bị sửa:"),
        "online": _("Có mạng? Xem trong sổ của cơ quan"),
        "list_says_fresh": _("Danh sách thu hồi lập lúc {at} còn mới."),
        "list_says_old": _("Danh sách thu hồi lập lúc {at} đã cũ hoặc lập trước ngày của giấy."),
        "list_says_none": _("Bạn chưa có danh sách thu hồi."),
    }


def _lists() -> dict[str, str]:
    return {
        "file": _("Có tệp PDF của kết quả? Chọn tệp để so"),
        "file_hint": _("Tệp chỉ được đọc trên máy của bạn."),
        "file_same": _("Tệp này đúng là kết quả mang mã QR"),
        "file_same_more": _(
            "Phần lãnh đạo đã ký trong tệp khớp từng byte với mã QR. Số, ngày, mã QR và dấu được ghi thêm sau đó; muốn đọc đúng bản đã ký, không có gì thêm vào, hãy mở bản dưới đây."
        ),
        "file_open": _("Lưu và mở đúng bản lãnh đạo đã ký"),
        "file_other": _("Tệp này không phải kết quả mang mã QR"),
        "file_other_more": _("Không có phần nào của tệp khớp với mã. Tệp là của giấy khác, hoặc đã bị sửa."),
        "list": _("Danh sách thu hồi"),
        "list_none": _("Chưa có danh sách: trang không biết giấy nào đã bị thu hồi."),
        "list_fresh": _("Danh sách số {number}, lập lúc {at}, {entries} giấy; dùng được đến {until}."),
        "list_old": _("Danh sách số {number}, lập lúc {at}, đã cũ (dùng được đến {until}). Hãy nạp danh sách mới."),
        "list_file": _("Nạp danh sách từ tệp"),
        "list_text": _("Hoặc dán danh sách"),
        "list_fetch": _("Lấy danh sách mới (cần mạng)"),
        "list_taken": _("Đã nạp danh sách. Chữ ký của danh sách đúng."),
        "list_older": _("Danh sách số {number} cũ hơn danh sách đang có nên không nạp."),
        "list_refused": _("Không nạp: đây không phải danh sách của cơ quan này, hoặc đã bị sửa."),
        "list_unreached": _("Không lấy được danh sách. Hãy thử lại khi có mạng."),
        "act_corrected": _("Đính chính"),
        "act_amended": _("Sửa đổi, bổ sung"),
        "act_replaced": _("Thay thế"),
        "act_withdrawn": _("Thu hồi"),
        "act_cancelled": _("Hủy bỏ"),
        "act_void": _("Thay bằng bản mới"),
        "act_line": _("{act}: quyết định {decision} ngày {on} của {authority}."),
        "act_line_void": _("{act} từ ngày {on}, {authority}."),
    }


def _facts() -> dict[str, str]:
    return {
        "f_number": _("Số"),
        "f_date": _("Ngày"),
        "f_kind": _("Loại giấy"),
        "f_agency": _("Cơ quan"),
        "f_holder": _("Cấp cho (viết tắt)"),
    }
