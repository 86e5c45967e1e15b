"""The questions a rating answers, and what their answers count."""

from __future__ import annotations

from engine.errors import N_

SCORES = {
    5: N_("Rất hài lòng"),
    4: N_("Hài lòng"),
    3: N_("Bình thường"),
    2: N_("Không hài lòng"),
    1: N_("Rất không hài lòng"),
}
"""The whole dossier, 1 to 5. What counts as dissatisfied (2 and less) is the house's reading of Decision 766/QĐ-TTg of
2022, index “hài lòng về tiếp nhận, giải quyết”; not compared with its text."""
UNSATISFIED = 2
CRITERIA = {
    "time": N_("Thời gian giải quyết so với ngày hẹn"),
    "trips": N_("Số lần phải đi lại, liên hệ"),
    "papers": N_("Giấy tờ được yêu cầu đúng như đã công bố"),
    "attitude": N_("Thái độ của người tiếp nhận, hướng dẫn"),
}
"""Those of the nine criteria of Decree 61/2018/NĐ-CP, chapter IV, that a citizen can judge; 0 to 2 points each.
Recalled, not compared with the text; what Decree 118/2025/NĐ-CP made of them is not known here."""
POINTS = {2: N_("Tốt"), 1: N_("Được"), 0: N_("Chưa tốt")}
