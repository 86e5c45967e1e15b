"""Signing a list of papers: shown with its digest, confirmed once, an outcome for each paper."""

from __future__ import annotations

import re
from uuid import UUID

import pytest

from engine.dossiers.models import Document, SigningConsent
from engine.dossiers.signing import ListedPaper, SigningList
from engine.usecases.signing_list import SLICE, digest_of, sign_slice
from engine.usecases.tasks import complete_task
from engine.work import SYSTEM
from tests.web.officer.visitor import hidden

pytestmark = pytest.mark.dialects("sqlite")  # pages; what they call is tested on both


def listed(an, tasks):
    """Tick these tasks and come to the page of their list: (its address, the page)."""
    answer = an.post("/cong-viec/ky-nhieu", [("task", str(one)) for one in tasks])
    assert answer.status_code == 303
    return answer.location, an.text(answer.location)


def confirmed(an, address, page):
    return an.post(f"{address}/xac-nhan", {"digest": hidden(page, "digest")})


def test_a_list_is_confirmed_once_and_each_paper_has_an_outcome_of_its_own(ward, visit):
    cases = [ward.dossier_at("approve") for _ in range(3)]
    tasks = [ward.task(case_id, "approve") for case_id in cases]
    strange = ward.task(ward.dossier_at("appraise"), "appraise")
    an = visit("an")
    waiting = an.text("/cong-viec/cho-ky")
    assert all(str(one) in waiting for one in tasks)
    assert str(strange) not in waiting
    address, page = listed(an, [*tasks, strange])
    assert "Ký 3 văn bản?" in page
    assert "thuộc vai trò hoặc người khác" in page
    drafts = [ward.documents(case_id, "result")[0] for case_id in cases]
    codes = re.findall(r'data-label="Mã hồ sơ">\s*<a[^>]*>([^<]+)</a>', page)
    assert hidden(page, "digest") == digest_of(zip(codes, [one.sha256 for one in drafts], strict=True))
    assert not ward.rows(SigningConsent)

    ward.do(cases[1], "approve", {"approval": {"outcome": "return", "comment": "Xem lại"}})
    with ward.work() as work:  # another paper changes under the leader's eyes
        work.session.get_one(Document, drafts[2].id).sha256 = ward.documents(cases[2], "form01")[0].sha256
    for _ in range(2):  # a double click, or two tabs
        assert confirmed(an, address, page).status_code == 303
    assert "Đang ký" in an.text(address)
    ward.run_deferred()
    done = an.text(address)
    assert "Đã ký 1 trên 3 văn bản" in done
    assert "Đã thay đổi, chưa ký" in done
    assert "đã được xử lý hoặc không còn nữa" in done
    assert len(ward.rows(SigningConsent)) == 1
    assert ward.documents(cases[0], "result")[0].signed_by == ward.people["an"]
    assert ward.documents(cases[2], "result")[0].signed_at is None
    assert [ward.open_steps(case_id) for case_id in cases] == [["register"], ["appraise"], ["approve"]]
    with ward.look() as look:
        assert look.session.get_one(SigningList, UUID(address.rpartition("/")[2])).ended_at is not None


def test_two_windows_with_the_same_paper_sign_it_once(ward, visit):
    task_id = ward.task(ward.dossier_at("approve"), "approve")
    an = visit("an")
    lists = [listed(an, [task_id]) for _ in range(2)]
    for address, page in lists:
        confirmed(an, address, page)
    ward.run_deferred()
    assert len(ward.rows(SigningConsent)) == 1
    assert all("Đã ký 1 trên 1 văn bản" in an.text(address) for address, _ in lists)


def test_other_words_than_the_digest_shown_confirm_nothing(ward, visit):
    an = visit("an")
    address, _page = listed(an, [ward.task(ward.dossier_at("approve"), "approve")])
    answer = an.post(f"{address}/xac-nhan", {"digest": "0" * 64})
    assert answer.status_code == 409
    assert "Chưa có gì được ký" in an.words(answer)
    ward.run_deferred()
    assert not ward.rows(SigningConsent)
    assert "Ký 1 văn bản?" in an.text(address)


def test_a_list_is_its_owner_s_alone(ward, visit):
    address, page = listed(visit("an"), [ward.task(ward.dossier_at("approve"), "approve")])
    khoa = visit("khoa")
    assert khoa.get(address).status_code == 404
    assert confirmed(khoa, address, page).status_code == 404
    assert visit("nam").get(address).status_code == 403
    assert not ward.rows(SigningConsent)


def test_a_mandate_that_ended_after_the_confirmation_signs_nothing(ward, visit):
    from datetime import timedelta

    from engine.accounts.models import Mandate
    from engine.clock import legal_date

    an = visit("an")
    address, page = listed(an, [ward.task(ward.dossier_at("approve"), "approve")])
    confirmed(an, address, page)
    with ward.work() as work:
        for mandate in work.session.query(Mandate).filter(Mandate.person_id == ward.people["an"]):
            mandate.valid_to = legal_date(work.now) - timedelta(days=1)
    ward.run_deferred()
    assert [one.status for one in ward.rows(ListedPaper)] == ["refused"]
    assert not ward.rows(SigningConsent)


def test_a_long_list_is_signed_in_slices(ward, visit, monkeypatch):
    monkeypatch.setattr("engine.usecases.signing_list.SLICE", 1)
    assert SLICE > 1
    tasks = [ward.task(ward.dossier_at("approve"), "approve") for _ in range(3)]
    an = visit("an")
    address, page = listed(an, tasks)
    confirmed(an, address, page)
    ward.run_deferred()
    assert "Đã ký 3 trên 3 văn bản" in an.text(address)


def test_a_worker_killed_in_the_middle_goes_on_and_signs_nothing_twice(ward, visit, monkeypatch):
    cases = [ward.dossier_at("approve") for _ in range(3)]
    an = visit("an")
    address, page = listed(an, [ward.task(case_id, "approve") for case_id in cases])
    confirmed(an, address, page)
    done = []

    def killed_at_the_second(work, task_id, answers, *, shown):
        complete_task(work, task_id, answers, shown=shown)
        done.append(task_id)
        if len(done) == 2:  # after the act and before its commit: no handler of ours runs in a process that is killed
            raise SystemExit

    list_id, entry = UUID(address.rpartition("/")[2]), lambda actor: ward.house.unit_of_work(actor=actor)
    monkeypatch.setattr("engine.usecases.signing_list.complete_task", killed_at_the_second)
    with pytest.raises(SystemExit):
        sign_slice(entry, SYSTEM, list_id)
    assert len(ward.rows(SigningConsent)) == 1
    monkeypatch.undo()
    for _ in range(2):  # its job is delivered again, and once more
        sign_slice(entry, SYSTEM, list_id)
    ward.run_deferred()
    assert len(ward.rows(SigningConsent)) == 3
    assert "Đã ký 3 trên 3 văn bản" in an.text(address)


def test_nothing_ticked_is_said(visit):
    an = visit("an")
    assert an.post("/cong-viec/ky-nhieu").status_code == 303
    assert "đánh dấu ít nhất một việc" in an.text("/cong-viec")


def test_who_signs_nothing_has_no_such_door(visit):
    assert visit("nam").post("/cong-viec/ky-nhieu").status_code == 403
    assert visit("mai").get("/cong-viec/cho-ky").status_code == 403
