"""A small working office for tests of pages: real offices and people, published procedures, dossiers driven by hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from engine import outbox
from engine.accounts.models import Office as OfficeRow
from engine.cases.models import Task
from engine.clock import ControlledClock
from engine.composition import House
from engine.outbox import Job
from engine.performing import perform_call, send_notice
from engine.procedures.published import publish
from engine.queries.people import actor_of
from engine.sample.applicants import sample_answers
from engine.sample.calendar import add_calendar
from engine.sample.offices import add_offices
from engine.sample.people import add_people
from engine.usecases.submit import Filing, submit_dossier
from engine.usecases.tasks import complete_task
from engine.work import SYSTEM, Actor
from processes.bundle import load_bundle
from web.application import create_application

LIBRARY = Path(__file__).resolve().parents[3] / "processes" / "library"
HOUSEHOLD = "1.001612"
SIGNERS = ("lan", "an")


@dataclass
class Office:
    """The house with everybody in it, and short ways to drive a dossier."""

    house: House
    clock: ControlledClock
    people: dict[str, UUID]
    offices: dict[str, UUID]

    def actor(self, login: str) -> Actor:
        """Somebody of the office, as signed in now."""
        with self.house.reading() as look:
            found = actor_of(look, self.people[login])
        assert found is not None
        return found

    def run_jobs(self) -> int:
        """Carry out everything the outbox asks, and what that asks in turn."""
        count = 0
        while True:
            with self.house.reading() as look:
                jobs = [(job.id, job.kind, job.args) for job in look.session.scalars(
                    select(Job).where(Job.status == "ready"))]  # fmt: skip
            if not jobs:
                return count
            for job_id, kind, args in jobs:
                count += 1
                if kind == "PerformCall":
                    perform_call(self.house, UUID(args["call"]), last_attempt=True)
                elif kind == "SendNotice":
                    send_notice(self.house, UUID(args["notice"]))
                with self.house.unit_of_work(actor=SYSTEM) as work:
                    outbox.done(work.session, job_id, now=work.now)

    def answers(self, procedure: str = HOUSEHOLD) -> dict[str, Any]:
        """The answers of the procedure's own filled-in example."""
        from engine.queries.catalogue import procedure_page

        with self.house.reading() as look:
            return sample_answers(procedure_page(look, procedure).open.application)

    def file(self, login: str = "hoa", key: str = "k1", procedure: str = HOUSEHOLD) -> UUID:
        """A dossier filed online by a citizen at the ward's centre."""
        with self.house.unit_of_work(actor=self.actor(login)) as work:
            filing = Filing(procedure, self.answers(procedure), "online", self.offices["bt-pvhcc"], key)
            case_id = submit_dossier(work, filing).case_id
        self.run_jobs()
        return case_id

    def do(self, login: str, element: str, answers: Mapping[str, Any], *, minutes: int = 30) -> None:
        """Complete the open task of one element."""
        self.clock.advance(timedelta(minutes=minutes))
        with self.house.reading() as look:
            task = look.session.scalar(select(Task.id).where(Task.status == "open", Task.element_id == element))
        assert task is not None, f"no open task {element}"
        with self.house.unit_of_work(actor=self.actor(login)) as work:
            complete_task(work, task, answers)
        self.run_jobs()

    def accept(self) -> None:
        self.do("lan", "check", {"check": {"outcome": "accept"}})

    def ask_for_supplement(self) -> None:
        """The specialist finds something missing while appraising; the clock pauses."""
        items = [
            {"name": "Hợp đồng thuê nhà", "form": "copy", "guidance": "Bản chụp thiếu trang 2"},
            {"name": "Tên hộ kinh doanh", "form": "eform", "guidance": "Trùng với hộ đã đăng ký"},
        ]
        reason = "Địa điểm kinh doanh chưa rõ quyền sử dụng và tên hộ bị trùng."
        given = {"outcome": "request_supplement", "items": items, "reason": reason, "verified": []}
        self.do("nam", "appraise", {"appraisal": given})

    def finish(self) -> None:
        """Appraised, signed, numbered, sealed and handed out electronically."""
        given = {"outcome": "propose_grant", "verified": ["name", "owner", "lines", "address"], "note": ""}
        self.do("nam", "appraise", {"appraisal": given})
        self.do("an", "approve", {"approval": {"outcome": "approve"}})
        self.do("mai", "register", {"registering": {"checked": True}})

    def application(self) -> Flask:
        """The site over this office, as far as citizens see it."""
        rooms = ("pages", "signin", "public", "citizen")
        return create_application(self.house, audiences=rooms, config={"RATELIMIT_ENABLED": False})


def furnish(house: House, clock: ControlledClock, bundles: Iterable[str] = ("household-business",)) -> Office:
    """Move in: calendar, offices, people, the keys that are needed, and the procedures."""
    signatures: Any = house.ports.signatures
    signatures.open(now=clock.now() - timedelta(days=400))
    with house.unit_of_work(actor=SYSTEM) as work:
        add_calendar(work)
        offices = add_offices(work)
        people = add_people(work, offices)
        room = work.session.get_one(OfficeRow, offices["bt-kthtdt"])
        since = clock.now() - timedelta(days=399)
        for login in SIGNERS:
            signatures.ensure_key(
                f"person:{people[login]}", name=login, organisation=room.short_name, title="", email="", now=since
            )
        for code in ("bt-kthtdt", "bt-pvhcc"):
            signatures.ensure_key(f"office:{code}", name=room.name, organisation="", title="", email="", now=since)
        for bundle in bundles:
            publish(work, load_bundle(LIBRARY / bundle).files, origin="library")
    return Office(house, clock, people, offices)


def sign_in(client: FlaskClient, office: Office, login: str = "hoa") -> FlaskClient:
    """A browser in which somebody has stepped in."""
    token = key_of(client.get("/signin").text)
    sent = {"csrf_token": token, "person": str(office.people[login])}
    assert client.post("/signin/sample", data=sent).status_code == 303
    return client


def key_of(page: str) -> str:
    """The site's form key on a page."""
    return page.split('name="csrf-token" content="', 1)[1].split('"', 1)[0]


def field(page: str, name: str) -> str:
    """The value of a hidden field on a page."""
    return page.split(f'name="{name}" value="', 1)[1].split('"', 1)[0]
