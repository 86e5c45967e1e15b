"""The posts of an office in words."""

from __future__ import annotations

from flask_babel import gettext as _


def role_name(role: str) -> str:
    """A role's title as it stands on screens ("Người thụ lý")."""
    names = {
        "citizen": _("Người dân, doanh nghiệp"),
        "counter_clerk": _("Công chức tiếp nhận và trả kết quả"),
        "specialist": _("Người thụ lý"),
        "unit_head": _("Lãnh đạo phòng"),
        "leader": _("Lãnh đạo cơ quan"),
        "clerical": _("Văn thư"),
        "cashier": _("Thu phí, lệ phí"),
        "centre_director": _("Giám đốc Trung tâm Phục vụ hành chính công"),
        "procedure_controller": _("Kiểm soát thủ tục hành chính"),
        "designer": _("Người thiết kế quy trình"),
        "hotline_operator": _("Tổng đài viên 1022"),
        "hotline_point": _("Đầu mối xử lý phản ánh"),
        "postal_clerk": _("Nhân viên bưu chính công ích"),
        "inspector": _("Thanh tra, giám sát"),
        "party_leader": _("Lãnh đạo Đảng"),
        "operator": _("Vận hành hệ thống"),
    }
    return str(names.get(role, role))
