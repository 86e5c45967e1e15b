"""Open cases by the thousand for the drill of moves: brought to each stage by the real use cases once, then copied."""

from __future__ import annotations

import base64
import json
import re
import zlib
from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

from lxml import etree
from sqlalchemy import insert, select

from engine.bpmn.saved import checksum, pack, unpack, written
from engine.cases.models import Call, Task
from engine.composition import House
from engine.db import Base, canonical
from engine.dossiers.points import Brought
from engine.journal import GENESIS
from engine.performing import perform_call
from engine.procedures.published import in_force, publish
from engine.procedures.published import unpack as files_of
from engine.usecases import moving_rows
from engine.usecases.apologies import open_apology
from engine.usecases.calls import claim_call, fail_call, leave_unknown
from engine.usecases.running import lock_case
from engine.usecases.submit import Filing, submit_dossier
from engine.usecases.tasks import complete_task
from engine.work import SYSTEM, Actor

PROCEDURE = "1.001612"
DRAWING, SETTINGS = "process.bpmn", "procedure.toml"
BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
IN = "flow_status_processing__appraise"
ROUNDS = f"""<bpmn:userTask id="survey" name="%s">
<bpmn:extensionElements><zeebe:userTask /><zeebe:formDefinition formId="late_approval" />
<zeebe:assignmentDefinition candidateGroups="handling.specialist" /></bpmn:extensionElements>
<bpmn:incoming>{IN}</bpmn:incoming><bpmn:outgoing>flow_survey__appraise</bpmn:outgoing>
<bpmn:multiInstanceLoopCharacteristics><bpmn:extensionElements>
<zeebe:loopCharacteristics inputCollection="=[1, 2, 3]" inputElement="round" /></bpmn:extensionElements>
</bpmn:multiInstanceLoopCharacteristics></bpmn:userTask>
<bpmn:sequenceFlow id="{IN}" sourceRef="status_processing" targetRef="survey" />
<bpmn:sequenceFlow id="flow_survey__appraise" sourceRef="survey" targetRef="appraise" />"""
OPINION = {"late_approval": {"outcome": "approve", "reason": "Đồng ý."}}
MAPPING = {"approve": "approve_signing"}
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_UNIQUE = {"dossiers": ("code", "filing_code", "submission_key"), "documents": ("verify_code",)}


def publish_source(house: House) -> int:
    """The library's version with one step more that several people do at once."""
    return _publish(house, lambda drawing: _with_rounds(drawing, "Lấy ý kiến"), "3")


def publish_target(house: House) -> int:
    """The version to move to: steps renamed, one way to withdraw gone, a limit four days longer."""

    def change(drawing: str) -> str:
        drawing = _renamed(_renamed(drawing, "approve", "approve_signing"), "check", "check_papers")
        drawing = drawing.replace('name="Lấy ý kiến"', 'name="Lấy ý kiến các bên"')
        return _without(drawing, "withdrawal")

    return _publish(house, change, "7")


def _publish(house: House, change: Any, days: str) -> int:
    with house.unit_of_work(actor=SYSTEM) as work:
        files = dict(files_of(in_force(work.session, PROCEDURE, work.now.date()).content))
        files[DRAWING] = change(files[DRAWING].decode()).encode()
        limit = re.compile(r'^default = \{ value = \d+, unit = "working_days" \}', re.MULTILINE)
        text = limit.sub(f'default = {{ value = {days}, unit = "working_days" }}', files[SETTINGS].decode(), count=1)
        files[SETTINGS] = text.encode()
        return publish(work, files, origin="office", note="diễn tập").version


def _with_rounds(drawing: str, name: str) -> str:
    """Three people are asked, each for themselves, before the appraisal."""
    flow = f'<bpmn:sequenceFlow id="{IN}" sourceRef="status_processing" targetRef="appraise" />'
    came = f"<bpmn:incoming>{IN}</bpmn:incoming>"
    assert drawing.count(flow) == drawing.count(came) == 1
    drawing = drawing.replace(came, "<bpmn:incoming>flow_survey__appraise</bpmn:incoming>")
    return drawing.replace(flow, ROUNDS % name)


def _renamed(drawing: str, old: str, new: str) -> str:
    for name in ("id", "sourceRef", "targetRef", "bpmnElement"):
        drawing = drawing.replace(f'{name}="{old}"', f'{name}="{new}"')
    return drawing


def _without(drawing: str, element: str) -> str:
    """The drawing without an event sub-process and without the shapes of what is inside it."""
    tree = etree.fromstring(drawing.encode())
    gone = next(one for one in tree.iter(f"{{{BPMN}}}subProcess") if one.get("id") == element)
    ids = {one.get("id") for one in gone.iter() if one.get("id")}
    for shown in [one for one in tree.iter() if one.get("bpmnElement") in ids]:
        shown.getparent().remove(shown)
    gone.getparent().remove(gone)
    return etree.tostring(tree, encoding="unicode")


class Stages:
    """One real case at each stage, brought there by the people of the sample ward."""

    def __init__(self, house: House, actors: Mapping[str, Actor], answers: dict[str, Any], office: UUID) -> None:
        self.house, self.actors, self.answers, self.office = house, actors, answers, office

    def build(self) -> dict[str, UUID]:
        """Stage name → case; what each of them stands for in the drill is told in cli/drills/moving.py."""
        found = {"checking": self._filed("hoa", "online"), "in flight": self._filed("lan", "counter")}
        for name in ("rounds", "appraise", "approve", "supplement", "apology", "failed", "unknown"):
            found[name] = self._filed("lan", "counter")
            self._calls(found[name])
        self._complete(found["rounds"], "nam", OPINION, rounds=1)
        for name in ("appraise", "approve", "supplement", "apology", "failed", "unknown"):
            self._complete(found[name], "nam", OPINION, rounds=3)
        with self.house.unit_of_work(actor=SYSTEM) as work:
            case = lock_case(work, found["apology"])
            open_apology(work, case, because="term")
        grant = {"outcome": "propose_grant", "verified": ["name", "owner", "lines", "address"]}
        missing = [{"name": "Biên bản họp", "form": "copy", "guidance": "Thiếu chữ ký."}]
        more = {"outcome": "request_supplement", "items": missing, "reason": "Thiếu giấy tờ."}
        for name in ("approve", "failed", "unknown"):
            self._complete(found[name], "nam", {"appraisal": grant})
        self._complete(found["supplement"], "nam", {"appraisal": more})
        for name in ("approve", "supplement"):
            self._calls(found[name])
        self._break(found["failed"], known=True)
        self._break(found["unknown"], known=False)
        return found

    def _filed(self, login: str, channel: str) -> UUID:
        papers = [Brought(key, originals=1) for key in ("minutes", "authorisation")]
        key = f"drill-{uuid4()}"
        filing = Filing(PROCEDURE, self.answers, channel, self.office, submission_key=key, brought=papers)
        with self.house.unit_of_work(actor=self.actors[login]) as work:
            return submit_dossier(work, filing).case_id

    def _complete(self, case_id: UUID, login: str, answers: Mapping[str, Any], *, rounds: int = 1) -> None:
        for _ in range(rounds):
            with self.house.unit_of_work(actor=self.actors[login]) as work:
                open_task = select(Task.id).where(Task.case_id == case_id, Task.status == "open").order_by(Task.id)
                task_id = work.session.scalars(open_task).first()
                assert task_id is not None, f"case {case_id} has no open task"
                complete_task(work, task_id, answers)

    def _calls(self, case_id: UUID) -> None:
        while call_id := self._waiting(case_id):
            perform_call(self.house, call_id)

    def _waiting(self, case_id: UUID) -> UUID | None:
        with self.house.reading(actor=SYSTEM) as look:
            return look.session.scalar(
                select(Call.id).where(Call.case_id == case_id, Call.status == "waiting").limit(1)
            )

    def _break(self, case_id: UUID, *, known: bool) -> None:
        """Let the call a case waits for end badly: certainly failed, or nobody knows."""
        call_id = self._waiting(case_id)
        assert call_id is not None
        with self.house.unit_of_work(actor=SYSTEM) as work:
            claim_call(work, call_id)
        with self.house.unit_of_work(actor=SYSTEM) as work:
            if known:
                fail_call(work, call_id, "diễn tập: bên ngoài từ chối", final=True)
            else:
                leave_unknown(work, call_id, "diễn tập: không rõ bên ngoài đã nhận chưa")


def copies(house: House, case_id: UUID, count: int) -> list[UUID]:
    """So many more cases with the rows of this one, each under ids and codes of its own and a journal of its own."""
    with house.reading(actor=SYSTEM) as look:
        rows = json.loads(zlib.decompress(moving_rows.take(look.session, case_id)))
    made: list[UUID] = []
    known = {row["id"] for table in rows.values() for row in table if "id" in row}
    for first in range(0, count, 100):
        batch = [_copy(rows, known) for _ in range(min(100, count - first))]
        with house.unit_of_work(actor=SYSTEM) as work:
            for table in Base.metadata.sorted_tables:
                values = [moving_rows.read_row(table, row) for _, one in batch for row in one.get(table.name, ())]
                if values:
                    work.session.execute(insert(table), values)
        made += [case for case, _ in batch]
    return made


def _copy(rows: Mapping[str, list[dict[str, Any]]], known: set[str]) -> tuple[UUID, dict[str, list[dict[str, Any]]]]:
    fresh = {old: str(uuid4()) for old in known}

    def renewed(text: str) -> str:
        return _UUID.sub(lambda found: fresh.get(found.group(), found.group()), text)

    case = rows["cases"][0]
    data = base64.b64decode(case["data"])
    data = pack(renewed(unpack(data))) if data else b""
    picture = json.loads(renewed(unpack(base64.b64decode(case["state"]))))
    picture["d"] = checksum(data)
    copied: dict[str, list[dict[str, Any]]] = json.loads(renewed(canonical(rows)))
    own = copied["cases"][0]
    own["state"], own["data"] = _b64(pack(written(picture))), _b64(data)
    own |= {"journal_seq": 0, "journal_head": _b64(GENESIS), "last_act_at": own["opened_at"], "passage_seq": 0}
    for table, columns in _UNIQUE.items():
        for row in copied.get(table, ()):
            row |= {column: f"{row[column]}-{uuid4().hex[:12]}" for column in columns if row[column] is not None}
    return UUID(own["id"]), copied


def _b64(content: bytes) -> str:
    return base64.b64encode(content).decode()
