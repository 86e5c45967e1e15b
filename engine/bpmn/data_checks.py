"""Whether a call activity and the process it calls agree about data (BPMN 2.0.2, 10.3.6: they must match exactly)."""

from __future__ import annotations

from engine.bpmn.model import Drawing
from rules.findings import Finding
from rules.sentences import Sentence


def check_data(drawing: Drawing) -> list[Finding]:
    """Call activities whose data inputs and outputs have other names than those of the process they call."""
    found: list[Finding] = []
    for process in drawing.processes.values():
        for _, element in process.everything():
            called = drawing.processes.get(element.extensions.called_process or "")
            if element.data is None or called is None or called.data is None:
                continue
            for mine, theirs in ((element.data.takes, called.data.takes), (element.data.results, called.data.results)):
                odd = sorted(set(mine.values()) ^ set(theirs.values()))
                if odd:
                    message = Sentence("Dữ liệu «%(names)s» không khớp với quy trình được gọi.", names=", ".join(odd))
                    advice = Sentence("Đặt cùng tên cho dữ liệu vào, ra ở cả hai nơi.")
                    found.append(Finding("bpmn.data", "error", process.file, element.id, element.name, message, advice))
    return found
