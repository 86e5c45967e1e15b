"""Vietnamese names as they occur: family names by their known shares, middle and given names by sex and rank."""

from __future__ import annotations

from collections.abc import Sequence

SLOTS = 1000
"""A weighted list is written out so many places long, so that a number picks a name."""

FAMILY = (
    ("Nguyễn", 384), ("Trần", 121), ("Lê", 95), ("Phạm", 70), ("Huỳnh", 26), ("Hoàng", 25), ("Phan", 45), ("Võ", 20),
    ("Vũ", 19), ("Đặng", 21), ("Bùi", 20), ("Đỗ", 14), ("Hồ", 13), ("Ngô", 13), ("Dương", 10), ("Lý", 5), ("Đinh", 8),
    ("Trương", 9), ("Lâm", 5), ("Đoàn", 6), ("Mai", 5), ("Trịnh", 5), ("Cao", 5), ("Tô", 4), ("Châu", 3), ("Thái", 4),
    ("Tạ", 4), ("Lương", 5), ("Hà", 5), ("Quách", 2), ("Kiều", 2), ("Diệp", 2), ("Vương", 2), ("Lưu", 4), ("Tăng", 3),
    ("Khổng", 1), ("H'Bia", 1), ("Thạch", 2), ("Sơn", 1), ("Y", 1),
)  # fmt: skip
WOMEN_MIDDLE = (
    ("Thị", 430), ("Thị Thanh", 40), ("Thị Ngọc", 45), ("Thị Kim", 40), ("Thị Thu", 40), ("Ngọc", 90), ("Kim", 50),
    ("Thanh", 50), ("Thu", 45), ("Minh", 35), ("Bảo", 35), ("Hoàng", 25), ("Phương", 30), ("Mỹ", 25), ("Hồng", 20),
)  # fmt: skip
MEN_MIDDLE = (
    ("Văn", 260), ("Minh", 90), ("Hữu", 70), ("Quốc", 70), ("Thanh", 65), ("Đức", 65), ("Hoàng", 60), ("Ngọc", 55),
    ("Công", 45), ("Tấn", 40), ("Quang", 60), ("Đình", 45), ("Xuân", 35), ("Anh", 20), ("Gia", 20),
)  # fmt: skip
WOMEN_GIVEN = (
    "Anh", "Lan", "Hương", "Linh", "Trang", "Hoa", "Mai", "Thảo", "Hằng", "Ngọc", "Hà", "Thúy", "Phương", "Nga",
    "Hạnh", "Yến", "Nhung", "Loan", "Dung", "Tuyết", "Hồng", "Vân", "Thu", "Oanh", "Ngân", "Trinh", "Quỳnh", "Nhi",
    "Vy", "Trâm", "Uyên", "My", "Thư", "Châu", "Diễm", "Liên", "Bích", "Hiền", "Xuân", "Phượng", "Cúc", "Đào", "Huệ",
    "Lệ", "Kiều", "Giang", "Tâm",
)  # fmt: skip
MEN_GIVEN = (
    "Hùng", "Tuấn", "Dũng", "Minh", "Anh", "Hải", "Sơn", "Long", "Nam", "Đức", "Thành", "Hiếu", "Phúc", "Bình",
    "Cường", "Quang", "Huy", "Khoa", "Tùng", "Thắng", "Trung", "Việt", "Tâm", "An", "Khánh", "Duy", "Hưng", "Phong",
    "Lộc", "Tài", "Đạt", "Toàn", "Vinh", "Nghĩa", "Thịnh", "Hòa", "Kiên", "Bảo", "Nhân", "Trí", "Luân", "Hậu",
    "Danh", "Sang", "Tiến", "Quân", "Ân",
)  # fmt: skip
TRADES = (
    "Công ty TNHH Thương mại Dịch vụ", "Công ty TNHH Xây dựng", "Công ty Cổ phần Đầu tư", "Hộ kinh doanh",
    "Công ty TNHH Một thành viên", "Công ty Cổ phần Công nghệ", "Doanh nghiệp tư nhân", "Hợp tác xã",
)  # fmt: skip


def written_out(weighted: Sequence[tuple[str, int]]) -> list[str]:
    """A list of `SLOTS` places in which every name stands as often as its weight says."""
    whole = sum(weight for _, weight in weighted)
    found = [name for name, weight in weighted for _ in range(max(1, round(weight * SLOTS / whole)))]
    return (found + [weighted[0][0]] * SLOTS)[:SLOTS]


def by_rank(names: Sequence[str]) -> list[str]:
    """Given names, each rarer than the one before."""
    return written_out([(name, round(1000 / (rank + 4))) for rank, name in enumerate(names)])
