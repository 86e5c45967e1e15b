"""Another version of the household business registration, as an office would publish it, and moves to it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from engine.accounts.models import Mandate
from engine.cases.models import Case
from engine.cases.moves import Move
from engine.db import Base, new_id
from engine.procedures.published import in_force, publish, unpack
from engine.queries.moving import DryRun, dry_run
from engine.usecases.moving import approve_batch, request_move
from engine.usecases.moving_orders import Ground
from tests.factories import HOUSEHOLD, Ward

GROUND = Ground("45/2026/QĐ-UBND", date(2026, 2, 20), "Điều 3 khoản 2: hồ sơ đang giải quyết theo quy trình mới.")
DRAWING, SETTINGS = "process.bpmn", "procedure.toml"
OWN = ("journal_entries", "journal_personal", "journal_offices", "moves", "move_batches", "jobs", "progress")
"""What an undone move leaves behind: that it was done and undone."""
GROWS = {"cases": {"journal_seq", "journal_head", "last_act_at"}}


def published(ward: Ward, *changes: tuple[str, str, str], procedure: str = HOUSEHOLD) -> int:
    """Publish the version in force with some words replaced (path, old, new); gives the new number."""
    with ward.work() as work:
        files = dict(unpack(in_force(work.session, procedure, work.now.date()).content))
        for path, old, new in changes:
            text = files[path].decode()
            assert old in text, f"{path} has no {old!r}"
            files[path] = text.replace(old, new).encode()
        return publish(work, files, origin="office", note="thử").version


def renamed(old: str, new: str) -> list[tuple[str, str, str]]:
    """An element of the drawing under another id, its flows and its shape along."""
    names = ("id", "sourceRef", "targetRef", "bpmnElement")
    return [(DRAWING, f'{name}="{old}"', f'{name}="{new}"') for name in names]


def looked(ward: Ward, target: int, source: int = 1, by: str = "thiet", **more: Any) -> DryRun:
    with ward.look(by) as look:
        return dry_run(look, HOUSEHOLD, source, target, **more)


def asked(ward: Ward, run: DryRun, by: str = "thiet") -> UUID:
    with ward.work(by) as work:
        return request_move(work, run.order, run.plans, GROUND, shown=run.digest)


def appointed(ward: Ward, login: str, office: str, *roles: str) -> None:
    """Give somebody posts in an office, from before the first dossier."""
    with ward.work() as work:
        person, place = ward.people[login], ward.offices[office]
        for role in roles:
            post = Mandate(id=new_id(), person_id=person, office_id=place, role=role, valid_from=date(2025, 7, 1))
            work.session.add(post)


def carried_out(ward: Ward, target: int, **more: Any) -> UUID:
    """Dry run, request, approval by somebody else, and the worker."""
    batch_id = asked(ward, looked(ward, target, **more))
    with ward.work("van") as work:
        approve_batch(work, batch_id)
    ward.run_deferred()
    return batch_id


def moves(ward: Ward, batch_id: UUID) -> Mapping[UUID, Move]:
    return {one.case_id: one for one in ward.rows(Move, Move.batch_id == batch_id)}


def picture(ward: Ward) -> dict[str, list[str]]:
    """Every row of every table as the database holds it, but for the record of the moves themselves."""
    found = {}
    with ward.house.database.connect() as connection:
        for table in Base.metadata.sorted_tables:
            if table.name in OWN:
                continue
            kept = [c for c in table.columns if c.name not in GROWS.get(table.name, set())]
            raw = sa.select(*(sa.type_coerce(c, sa.types.NullType()) for c in kept)).order_by(*table.primary_key)
            found[table.name] = [repr(tuple(row)) for row in connection.execute(raw)]
    return found


def version_of(ward: Ward, case_id: UUID) -> UUID:
    return ward.row(Case, case_id).bundle_id
