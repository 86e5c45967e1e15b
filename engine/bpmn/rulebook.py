"""The structural rules of BPMN 2.0.2 that a drawing must keep, each with its code, its words and where it stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from rules.sentences import Sentence


@dataclass(frozen=True)
class Rule:
    """One rule: what is said when it is broken, what to do, the section of BPMN 2.0.2 it comes from.

    A breach that is `harmless` makes a drawing invalid, but leaves no doubt about how it is executed.
    """

    message: Sentence
    advice: Sentence
    section: str
    severity: Literal["error", "warning"] = "error"
    harmless: bool = False


_CONNECT = Sentence("Nối lại hoặc xóa đường nối.")
_REMOVE_IN = Sentence("Xóa đường nối vào.")
_REMOVE_OUT = Sentence("Xóa đường nối ra.")

FLOWS: Mapping[str, Rule] = {
    "dangling-flow": Rule(
        Sentence("Đường nối không gắn vào hai phần tử: không có «%(missing)s»."), _CONNECT, "7.6.1, 10.2"
    ),
    "flow-ends": Rule(
        Sentence("Đường nối dẫn tới hoặc đi từ «%(end)s», không phải bước, cổng hay sự kiện."),
        Sentence("Chỉ nối bước, cổng và sự kiện; với dữ liệu hoặc ghi chú hãy dùng đường liên kết (association)."),
        "7.6.1",
    ),
    "flow-across": Rule(
        Sentence("Đường nối vượt qua ranh giới của quy trình con hoặc của nhóm tham gia (pool)."),
        Sentence("Chỉ nối các phần tử trong cùng một quy trình con; giữa các pool hãy dùng luồng tin nhắn."),
        "7.6.1, 10.3.5",
    ),
    "incoming": Rule(Sentence("Phần tử này không được có đường đi vào."), _REMOVE_IN, "10.5.2, 10.5.4, 10.3.5"),
    "outgoing": Rule(Sentence("Phần tử này không được có đường đi ra."), _REMOVE_OUT, "10.5.3, 10.3.5"),
    "unreachable": Rule(
        Sentence("Không có đường nào đi tới phần tử này."),
        Sentence("Nối phần tử vào quy trình hoặc xóa."),
        "10.5.2",
        harmless=True,
    ),
    "dead-end": Rule(
        Sentence("Đường đi dừng ở đây mà không tới sự kiện kết thúc."),
        Sentence("Nối tiếp tới sự kiện kết thúc."),
        "10.5.3",
        harmless=True,
    ),
    "listed-flow": Rule(
        Sentence("Phần tử ghi «%(flow)s» là đường nối của mình, nhưng đường nối ấy không gắn vào đây."),
        Sentence("Sửa phần incoming, outgoing cho khớp với đường nối, hoặc xuất lại tệp từ trình thiết kế."),
        "10.2",
        harmless=True,
    ),
    "unlisted-flow": Rule(
        Sentence("Đường nối «%(flow)s» gắn vào phần tử này nhưng không được ghi trong incoming, outgoing của nó."),
        Sentence("Sửa phần incoming, outgoing cho khớp với đường nối, hoặc xuất lại tệp từ trình thiết kế."),
        "10.2",
        "warning",
    ),
    "default": Rule(
        Sentence("Nhánh mặc định không đi ra từ phần tử này."), Sentence("Chọn lại nhánh mặc định."), "7.6.1, 10.6"
    ),
    "default-place": Rule(
        Sentence("Phần tử loại này không có nhánh mặc định."),
        Sentence("Bỏ nhánh mặc định, hoặc dùng bước, cổng loại trừ, cổng bao gồm, cổng phức."),
        "7.6.1",
    ),
    "default-condition": Rule(
        Sentence("Nhánh mặc định có điều kiện; điều kiện này không bao giờ được hỏi."),
        Sentence("Bỏ điều kiện của nhánh mặc định."),
        "7.6.1",
        "warning",
    ),
    "condition": Rule(
        Sentence("Đường ra từ phần tử này không được có điều kiện."),
        Sentence("Bỏ điều kiện hoặc dùng cổng loại trừ."),
        "7.6.1, 10.6.4, 10.6.6",
    ),
    "only-conditional": Rule(
        Sentence("Đường ra duy nhất của bước này có điều kiện: khi điều kiện sai, hồ sơ không đi tiếp được."),
        Sentence("Thêm nhánh mặc định hoặc bỏ điều kiện."),
        "7.6.1",
        "warning",
    ),
    "gateway-direction": Rule(
        Sentence("Cổng ghi hướng «%(direction)s» nhưng có %(incoming)s đường vào và %(outgoing)s đường ra."),
        Sentence("Sửa gatewayDirection cho đúng với các đường nối, hoặc bỏ thuộc tính này."),
        "10.6.1",
        harmless=True,
    ),
    "event-gateway": Rule(
        Sentence("Sau cổng sự kiện phải là sự kiện chờ hoặc bước nhận tin, chỉ có một đường vào."),
        Sentence("Nối cổng thẳng tới sự kiện tin nhắn, tín hiệu, điều kiện hoặc thời gian."),
        "10.6.6",
    ),
    "event-gateway-ways": Rule(
        Sentence("Cổng sự kiện phải có ít nhất hai nhánh ra."),
        Sentence("Nối cổng với các sự kiện chờ, hoặc bỏ cổng."),
        "10.6.6",
        harmless=True,
    ),
    "event-gateway-mixed": Rule(
        Sentence("Sau một cổng sự kiện không được dùng lẫn bước nhận tin và sự kiện tin nhắn."),
        Sentence("Chỉ dùng một trong hai loại."),
        "10.6.6",
        harmless=True,
    ),
    "instantiate": Rule(
        Sentence("Phần tử tự khởi tạo quy trình không được có đường đi vào."), _REMOVE_IN, "10.3.3, 10.6.6"
    ),
}

EVENTS: Mapping[str, Rule] = {
    "event-kind": Rule(
        Sentence("Sự kiện kiểu «%(kind)s» không được đặt ở đây."), Sentence("Chọn kiểu sự kiện khác."), "10.5.5"
    ),
    "event-none": Rule(
        Sentence("Sự kiện chờ hoặc sự kiện biên phải nói rõ chờ điều gì."), Sentence("Chọn kiểu sự kiện."), "10.5.4"
    ),
    "boundary": Rule(
        Sentence("Sự kiện biên không gắn vào công việc nào ở cùng cấp."),
        Sentence("Gắn sự kiện vào một công việc."),
        "10.5.4",
    ),
    "non-interrupting": Rule(
        Sentence("Sự kiện kiểu «%(kind)s» luôn phải ngắt."),
        Sentence("Bật thuộc tính ngắt (cancelActivity, isInterrupting)."),
        "10.5.5",
    ),
    "event-sub-start": Rule(
        Sentence("Quy trình con theo sự kiện phải có đúng một sự kiện bắt đầu, nói rõ chờ điều gì."),
        Sentence("Giữ một sự kiện bắt đầu kiểu tin nhắn, thời gian, tín hiệu, lỗi, báo cấp trên hoặc điều kiện."),
        "10.3.5, 10.5.2",
    ),
    "sub-start": Rule(
        Sentence("Trong quy trình con chỉ được dùng sự kiện bắt đầu thường."),
        Sentence("Bỏ kiểu của sự kiện bắt đầu, hoặc dùng quy trình con theo sự kiện."),
        "10.5.2",
    ),
    "link": Rule(
        Sentence("Liên kết không có đúng một nơi đến."), Sentence("Đặt cùng tên cho một cặp liên kết."), "10.5.5"
    ),
    "link-source": Rule(
        Sentence("Không có nơi nào đi tới liên kết này."),
        Sentence("Đặt cùng tên cho một cặp liên kết, hoặc xóa liên kết này."),
        "10.5.5",
    ),
    "link-name": Rule(Sentence("Liên kết không có tên."), Sentence("Đặt cùng tên cho một cặp liên kết."), "10.5.5"),
    "timer-several": Rule(
        Sentence("Sự kiện thời gian có nhiều hơn một trong: ngày, khoảng thời gian, chu kỳ."),
        Sentence("Chỉ giữ một."),
        "10.5.5",
    ),
    "cancel": Rule(
        Sentence("Sự kiện hủy chỉ dùng trong giao dịch (transaction) hoặc ở biên của giao dịch."),
        Sentence("Dùng sự kiện lỗi hoặc báo cấp trên, hoặc đổi quy trình con thành giao dịch."),
        "10.3.5, 10.5.5",
    ),
    "compensation-ref": Rule(
        Sentence("Sự kiện bù trừ chỉ tới «%(reference)s», không phải công việc của quy trình này."),
        Sentence("Chọn một công việc có người hoàn tác, hoặc bỏ activityRef."),
        "10.5.5",
    ),
    "compensation-handler": Rule(
        Sentence("Sự kiện bù trừ ở biên không nối với đúng một việc hoàn tác."),
        Sentence("Nối sự kiện với một công việc có dấu bù trừ (isForCompensation) bằng đường liên kết."),
        "10.7",
    ),
    "compensation-flows": Rule(
        Sentence("Việc hoàn tác (isForCompensation) không được có đường nối vào hay ra."),
        Sentence("Chỉ nối nó với sự kiện bù trừ bằng đường liên kết."),
        "10.7",
    ),
    "events-order": Rule(
        Sentence("parallelMultiple chỉ có nghĩa với sự kiện chờ nhiều loại."),
        Sentence("Bỏ parallelMultiple hoặc thêm loại sự kiện."),
        "10.5.5",
        "warning",
    ),
}

ACTIVITIES: Mapping[str, Rule] = {
    "loop-both": Rule(
        Sentence("Công việc vừa lặp thường vừa lặp nhiều bản."), Sentence("Chỉ giữ một dấu lặp."), "10.3.7"
    ),
    "loop-several": Rule(
        Sentence("Lặp nhiều bản vừa theo số lần vừa theo danh sách."),
        Sentence("Chỉ giữ số lần (loopCardinality) hoặc danh sách."),
        "10.3.7",
    ),
    "loop-event": Rule(
        Sentence("Kiểu lặp «%(behavior)s» không nói sự kiện nào được báo."),
        Sentence("Điền complexBehaviorDefinition với điều kiện và sự kiện."),
        "10.3.7",
    ),
    "quantity-value": Rule(
        Sentence("%(attribute)s phải là số nguyên từ 1 trở lên, không phải «%(value)s»."),
        Sentence("Sửa hoặc bỏ thuộc tính này."),
        "10.3",
    ),
    "adhoc-events": Rule(
        Sentence("Quy trình con tự do (ad-hoc) không được có sự kiện bắt đầu hay kết thúc."),
        Sentence("Xóa sự kiện này."),
        "10.3.5",
    ),
    "adhoc-empty": Rule(
        Sentence("Quy trình con tự do (ad-hoc) không có công việc nào."), Sentence("Thêm một công việc."), "10.3.5"
    ),
}

FILE: Mapping[str, Rule] = {
    "duplicate-id": Rule(Sentence("Mã «%(id)s» bị trùng."), Sentence("Đặt mã khác cho phần tử."), "8.2.1"),
    "shared-id": Rule(
        Sentence("Mã «%(id)s» đã dùng ở quy trình khác trong cùng tệp."),
        Sentence("Đặt mã khác cho phần tử."),
        "8.2.1",
        harmless=True,
    ),
    "no-id": Rule(Sentence("Phần tử «%(tag)s» không có mã (id)."), Sentence("Đặt mã cho phần tử."), "8.2.1"),
    "id-form": Rule(
        Sentence("Mã «%(id)s» không hợp lệ: mã bắt đầu bằng chữ cái hoặc gạch dưới, không có dấu cách."),
        Sentence("Đặt mã khác cho phần tử."),
        "8.2.1",
        "warning",
    ),
    "own-id": Rule(
        Sentence("Mã «%(id)s» bắt đầu bằng dấu #, dành riêng cho hệ thống."),
        Sentence("Đặt mã khác cho phần tử."),
        "8.2.1",
    ),
    "unknown-element": Rule(
        Sentence("«%(tag)s» không phải là phần tử của BPMN 2.0."), Sentence("Bỏ phần này khỏi tệp."), "15"
    ),
    "misplaced": Rule(
        Sentence("Phần tử «%(tag)s» không được nằm trong «%(holder)s»."), Sentence("Chuyển hoặc xóa phần tử."), "15"
    ),
    "attribute-value": Rule(
        Sentence("%(attribute)s không thể là «%(value)s»."), Sentence("Chọn một trong: %(allowed)s."), "15"
    ),
    "attribute-place": Rule(
        Sentence("«%(tag)s» không có thuộc tính %(attribute)s; thuộc tính này bị bỏ qua."),
        Sentence("Bỏ thuộc tính này."),
        "15",
        harmless=True,
    ),
    "reference": Rule(
        Sentence("%(attribute)s chỉ tới «%(reference)s», không có trong tệp."),
        Sentence("Chọn lại, hoặc thêm định nghĩa ấy vào tệp."),
        "8, 10",
    ),
    "reference-kind": Rule(
        Sentence("%(attribute)s chỉ tới «%(reference)s», là %(found)s chứ không phải %(wanted)s."),
        Sentence("Chọn lại, hoặc thêm định nghĩa ấy vào tệp."),
        "8, 10",
    ),
    "lane-twice": Rule(
        Sentence("Phần tử «%(node)s» nằm trong hai làn cùng lúc."),
        Sentence("Chỉ để phần tử trong một làn."),
        "10.8",
        harmless=True,
    ),
    "message-flow": Rule(
        Sentence("Luồng tin nhắn nối hai phần tử trong cùng một nhóm tham gia (pool)."),
        Sentence("Trong một pool hãy dùng đường nối; luồng tin nhắn chỉ đi giữa các pool."),
        "9.3",
        harmless=True,
    ),
    "message-flow-ends": Rule(
        Sentence("Luồng tin nhắn không thể đi từ hoặc tới «%(end)s» (%(tag)s)."),
        Sentence("Nối pool, công việc hoặc sự kiện tin nhắn."),
        "7.6.2, 9.3",
        harmless=True,
    ),
}

RULES: Mapping[str, Rule] = {**FLOWS, **EVENTS, **ACTIVITIES, **FILE}
"""Every rule by its code without the leading “bpmn.”."""
HARMLESS = frozenset(f"bpmn.{code}" for code, rule in RULES.items() if rule.harmless)
