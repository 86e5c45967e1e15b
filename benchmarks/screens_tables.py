"""Which rows a generated dossier has in each table: (columns, source) by table, in the order of writing.

Three components, two papers, a handful of calls, ten passages and as many acts, six tasks at most, one open.
"""

from __future__ import annotations

import json

from engine.bpmn.saved import pack

STEPS = """(values
    (0, 'check', 'Kiểm tra hồ sơ', 'counter_clerk'), (1, 'appraise', 'Thẩm định hồ sơ', 'specialist'),
    (2, 'review', 'Kiểm tra dự thảo', 'unit_head'), (3, 'approve', 'Phê duyệt kết quả', 'leader'),
    (4, 'register', 'Vào sổ, phát hành', 'clerical'), (5, 'hand_over', 'Trả kết quả', 'counter_clerk'))
    as steps(step, element, name, role)"""
SEAT = "case role when 'counter_clerk' then centre when 'leader' then agency else office end"
ANSWERS = (
    "jsonb_build_object('owner', jsonb_build_object('name', owner_name, 'identity', identity, 'phone', phone,"
    " 'address', '12 Lê Lợi, phường số ' || unit), 'request', jsonb_build_object('name', 'Cửa hàng số ' || i,"
    " 'lines', jsonb_build_array('Bán lẻ lương thực', 'Bán lẻ thực phẩm', 'Quán ăn'), 'capital', 50000000 + i),"
    " 'delivery', jsonb_build_object('method', 'counter'))"
)
ACTS = """(values (1, 'dossier.submitted'), (2, 'task.opened'), (3, 'task.completed'), (4, 'dossier.accepted'),
    (5, 'clock.started'), (6, 'task.opened'), (7, 'task.completed'), (8, 'task.opened'), (9, 'task.completed'),
    (10, 'dossier.status')) as acts(seq, verb)"""
DIGEST = "sha256(int8send(i * 64 + seq))"
NEVER = "null::timestamptz"


def _kept(values: dict[str, object]) -> str:
    """Bytes as the engine keeps them, as a constant of SQL."""
    return f"'\\x{pack(json.dumps(values)).hex()}'::bytea"


TOKENS = _kept({"tokens": ["0123456789abcdef" * 4] * 6})
VARIABLES = _kept({"dossier_id": "-", "channel": "counter", "form": {"owner": {"name": "-"}, "notes": "-" * 600}})

TABLES: dict[str, tuple[dict[str, str], str]] = {
    "cases": (
        {"id": "case_id", "kind": "'dossier'", "bundle_id": "bundle_id", "process_id": "'household_business'",
         "state": TOKENS, "data": VARIABLES,
         "places": "jsonb_build_object('receiving', centre, 'handling', office, 'signing', agency,"
         " 'returning', centre)",
         "opened_at": "submitted_at", "ended_at": "returned_at", "last_act_at":
         "coalesce(returned_at, decided_at, accepted_at, submitted_at)", "passage_seq": "10", "journal_seq": "10",
         "journal_head": "sha256(int8send(i))"},
        "made order by i",
    ),
    "dossiers": (
        {"case_id": "case_id", "code": "code", "filing_code": "filing_code", "procedure": "procedure",
         "procedure_name": "procedure_name", "title": "'Cấp giấy cho cửa hàng số ' || i", "channel": "channel",
         "submission_key": "'key-' || i", "status": "status", "receiving_id": "centre", "handling_id": "office",
         "signing_id": "agency", "returning_id": "centre", "owner_name": "owner_name", "owner_search_key": "search_key",
         "owner_sort_key": "sort_key", "owner_identity": "identity", "owner_phone": "phone",
         "owner_address": "'12 Lê Lợi, phường số ' || unit", "applicant_name": "owner_name",
         "applicant_identity": "identity", "applicant_phone": "phone", "locale": "'vi'", "return_mode": "'counter'",
         "answers": ANSWERS, "submitted_at": "submitted_at", "accepted_at": "accepted_at",
         "effective_on": "accepted_at::date", "promised_on": "promised_on", "promised_at": "promised_at",
         "decided_at": "decided_at", "returned_at": "returned_at", "fee": "100000", "judged": "judged"},
        "made order by i",
    ),
    "dossier_offices": (
        {"case_id": "case_id", "office_id": "seat", "submitted_at": "submitted_at", "owner_search_key": "search_key",
         "due_at": "case when decided_at is null then promised_at end", "procedure": "procedure",
         "owed_at": "case when decided_at is null and status <> 5 then promised_at end"},
        "made, unnest(array[centre, office, agency]) seat order by i",
    ),
    "dossier_words": (
        {"case_id": "case_id", "key": "key", "submitted_at": "submitted_at"},
        "(select distinct case_id, submitted_at, array_to_string(words[n:], ' ') as key from"
        " (select case_id, submitted_at, string_to_array(search_key, ' ') as words from made) one,"
        " generate_subscripts(words, 1) n order by submitted_at) all_words",
    ),
    "tasks": (
        {"id": "md5('task-' || i || '-' || step)::uuid", "case_id": "case_id", "token": "'token-' || step",
         "element_id": "element", "name": "name", "form_id": "element", "office_id": SEAT, "role": "role",
         "properties": "jsonb_build_object('term', element, 'guidance', repeat('Hướng dẫn ', 8))",
         "inputs": f"case when step = open_step then {ANSWERS} else '{{}}'::jsonb end",
         "assignee_id": "case when step <> open_step or step is null or r(i, 41) > 0.6 then null"
         " when role = 'specialist'"
         " then md5('officer-' || unit || '-' || room || '-' || floor(2 * r(i, 42)))::uuid when role = 'counter_clerk'"
         " and r(i, 41) < 0.2 then md5('clerk-' || unit || '-' || floor(2 * r(i, 42)))::uuid end",
         "status": "case when step = open_step then 'open' else 'done' end",
         "subject_code": "coalesce(code, filing_code)", "subject_name": "owner_name",
         "title": "'Cấp giấy cho cửa hàng số ' || i",
         "search_key": "lower(coalesce(code, filing_code)) || ' ' || search_key || ' cap giay cho cua hang so ' || i",
         "opened_at": "submitted_at + interval '5 hours' * step",
         "due_at": "submitted_at + interval '1 day' * (step + 1)", "legal_due_at": "promised_at",
         "owed_at": "case when step = open_step and decided_at is null and status <> 5 then promised_at end",
         "decided_at": "case when step = open_step then decided_at end",
         "closed_at": f"case when step = open_step then {NEVER} else submitted_at + interval '5 hours' * (step + 1)"
         " end",
         "outcome": "case when step = open_step then '' else 'approve' end"},
        f"made join {STEPS} on step <= last_step where kept or step = open_step order by i",
    ),
    "clocks": (
        {"id": "md5('clock-' || i)::uuid", "case_id": "case_id", "term": "'dossier'",
         "limit_value": "greatest(days, 1)",
         "limit_unit": "case when days = 0 then 'same_day' else 'working_days' end", "calendar": "'vn'",
         "calendar_version": "1", "bundle_id": "bundle_id", "effective_on": "accepted_at::date",
         "started_at": "accepted_at", "due_on": "promised_on", "due_at": "promised_at", "promised_on": "promised_on",
         "promised_at": "promised_at", "apology_by": "promised_at - interval '1 day'",
         "status": "case when decided_at is not null then 'stopped' when status = 5 then 'paused' else 'running' end",
         "stopped_at": "decided_at", "marks": "'[\"50\"]'", "ledger": "'[]'",
         "next_at": "case when decided_at is null and status <> 5 then case when r(i, 43) < 0.0005"
         " then timestamptz '2026-11-18 02:59:30+00' else timestamptz '2026-11-18 03:10:00+00'"
         " + interval '20 days' * r(i, 44) end end"},
        "made where accepted_at is not null order by i",
    ),
    "interruptions": (
        {"id": "md5('pause-' || i)::uuid", "clock_id": "md5('clock-' || i)::uuid",
         "started_at": "accepted_at + interval '3 hours'", "cause": "'supplement'", "mode": "'shift'",
         "ended_at": "case when status = 5 then null else accepted_at + interval '1 day' end",
         "ground": "'Nghị định 118/2025/NĐ-CP'"},
        "made where accepted_at is not null and (status = 5 or r(i, 45) < 0.04)",
    ),
    "supplement_requests": (
        {"id": "md5('ask-' || i)::uuid", "case_id": "case_id", "round": "1", "stage": "'processing'",
         "reason": "'Thiếu biên bản họp'", "items": "'[{\"name\": \"Biên bản họp\"}]'",
         "requested_at": "accepted_at + interval '3 hours'", "answer_by": "accepted_at::date + 30",
         "answered_at": "case when status = 5 then null else accepted_at + interval '1 day' end"},
        "made where accepted_at is not null and (status = 5 or r(i, 45) < 0.04)",
    ),
    "timers": (
        {"id": "md5('timer-' || i)::uuid", "case_id": "case_id", "token": "'timer'", "element_id": "'wait'",
         "due_at": "timestamptz '2026-11-18 02:59:50+00' + interval '9 days' * r(i, 46)",
         "status": "case when decided_at is null then 'waiting' else 'done' end"},
        "made where r(i, 47) < 0.05",
    ),
    "subscriptions": (
        {"id": "md5(message || i)::uuid", "case_id": "case_id", "token": "message", "element_id": "'catch'",
         "kind": "'message'", "message": "message", "key": "case_id::text"},
        "made, unnest(array['dossier.withdrawn', 'apology.due']) message where decided_at is null",
    ),
    "calls": (
        {"id": "md5('call-' || i || type)::uuid", "case_id": "case_id", "token": "type", "element_id": "type",
         "name": "'Lập văn bản'", "type": "type", "status": "'done'", "asked_at": "submitted_at",
         "finished_at": "submitted_at + interval '20 seconds'"},
        "made, unnest(array['letter.render', 'document.sign']) type where kept and accepted_at is not null",
    ),
    "passages": (
        {"case_id": "case_id", "seq": "seq", "element_id": "'element_' || seq", "name": "'Bước ' || seq",
         "type": "'userTask'", "at": "submitted_at + interval '2 hours' * seq"},
        "made, generate_series(1, 10) seq where kept order by i",
    ),
    "journal_entries": (
        {"chain": "'case:' || case_id", "seq": "seq", "at": "submitted_at + interval '2 hours' * seq", "verb": "verb",
         "actor": "'official:' || md5('officer-' || unit || '-' || room || '-0')::uuid",
         "facts": "jsonb_build_object('task', md5('task-' || i || '-' || seq)::uuid, 'element', 'check',"
         " 'outcome', 'ok')",
         "personal_digest": f"case when seq in (1, 3, 7) then {DIGEST} end", "previous": DIGEST, "digest": DIGEST},
        f"made, {ACTS} where kept order by i",
    ),
    "journal_personal": (
        {"chain": "'case:' || case_id", "seq": "seq", "salt": "decode(md5(i::text), 'hex')", "values": ANSWERS},
        "made, unnest(array[1, 3, 7]) seq where kept order by i",
    ),
    "components": (
        {"id": "md5('paper-' || i || key)::uuid", "case_id": "case_id", "key": "key", "position": "1",
         "name": "'Giấy tờ ' || key", "form": "'copy'", "required": "true", "present": "true", "photocopies": "1"},
        "made, unnest(array['application', 'minutes', 'identity']) key where kept order by i",
    ),
    "attachments": (
        {"id": "md5('file-' || i)::uuid", "case_id": "case_id", "field": "'minutes'", "name": "'bien-ban.pdf'",
         "media_type": "'application/pdf'", "size": "182000", "sha256": "md5(i::text) || md5((-i)::text)",
         "uploaded_at": "submitted_at", "uploaded_by": "'citizen'"},
        "made where kept and channel <> 'counter' order by i",
    ),
    "documents": (
        {"id": "md5('document-' || i || letter)::uuid", "case_id": "case_id", "letter": "letter",
         "title": "'Văn bản ' || letter", "layout": "'form01'", "office_id": "agency", "status": "'issued'",
         "verify_code": "md5('verify-' || i || letter)", "sha256": "md5(i::text) || md5(letter)", "size": "48000",
         "boxes": "'{}'", "created_at": "accepted_at", "issued_at": "accepted_at", "for_applicant": "true"},
        "made, unnest(array['form01', 'result']) letter where kept and accepted_at is not null"
        " and (letter = 'form01' or decided_at is not null) order by i",
    ),
    "notices": (
        {"id": "md5('notice-' || i)::uuid", "case_id": "case_id", "key": "'accepted-' || i", "event": "'accepted'",
         "channel": "'sms'", "recipient": "phone", "body": "'Hồ sơ ' || code || ' đã được tiếp nhận.'",
         "status": "'delivered'", "created_at": "accepted_at", "settled_at": "accepted_at"},
        "made where kept and accepted_at is not null order by i",
    ),
    "apologies": (
        {"id": "md5('sorry-' || i)::uuid", "case_id": "case_id", "round": "1",
         "due_by": "promised_at - interval '1 day'",
         "promised_on": "promised_on", "opened_at": "promised_at - interval '2 days'",
         "sent_at": "case when judged = 'late' or r(i, 48) < 0.9 then promised_at - interval '1 day' end"},
        "made where judged = 'late' or (decided_at is null and status <> 5 and promised_on <= date '2026-11-18')",
    ),
    "incidents": (
        {"id": "md5('trouble-' || i)::uuid", "case_id": "case_id", "element_id": "'appraise'", "name": "'Thẩm định'",
         "kind": "'expression'", "message": "'Không tính được điều kiện.'", "opened_at": "submitted_at"},
        "made where decided_at is null and r(i, 49) < 0.005",
    ),
    "ratings": (
        {"case_id": "case_id", "score": "1 + floor(5 * sqrt(r(i, 50)))::int", "criteria": "'{}'", "words": "''",
         "rated_at": "returned_at + interval '1 day'"},
        "made where returned_at is not null and r(i, 51) < 0.08",
    ),
}  # fmt: skip
