"""A paper is PDF/A when printed and stays so with every signature, number and stamp; a result carries its data."""

from __future__ import annotations

import io
import json
from datetime import timedelta

import pypdf
import pytest

from engine.letters.data import SCHEMA, result_data
from engine.letters.pdf import render
from signing.ageing import SHIPPED, read_ageing
from signing.documents import prepare
from signing.levels import raised

from .archival import faults, part
from .conftest import NOW, PERMIT, Office, Paper

FACTS = {
    "sample": True,
    "letter": {"title": "Giấy phép xây dựng", "verify_code": "ABCDEFGH2345", "office": {"code": "bn", "name": "UBND"}},
    "dossier": {"code": "H29.1-26"},
    "procedure": {"code": "1.009994", "name": "Cấp giấy phép xây dựng"},
    "form": {
        "owner": {"name": "Trần Ước", "identity": "079012345678"},
        "storeys": 2,
        "place": "số 12 đường Nguyễn Huệ",
        "signed": True,
        "born": "1980-02-05",
    },
}


@pytest.mark.parametrize("stage", ["prepared", "signed", "filled", "sealed"])
def test_every_revision_is_pdf_a(paper: Paper, stage: str) -> None:
    assert part(getattr(paper, stage)) == 2
    assert faults(getattr(paper, stage)) == []


def test_a_printed_paper_and_a_raised_one_are_too(paper: Paper, office: Office) -> None:
    assert faults(paper.letter.pdf) == []
    later = NOW + timedelta(minutes=1)
    high = raised(
        paper.sealed, revocation=office.authority, timestamper=office.authority.timestamper(later),
        authorities=office.authority.roots, ageing=read_ageing(SHIPPED.parent), now=later,
    ).pdf  # fmt: skip
    assert faults(high) == []
    assert part(high) == 2


def test_the_check_itself_sees_what_is_wrong(paper: Paper) -> None:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(paper.sealed))
    form = writer._root_object["/AcroForm"]
    for field in form["/Fields"]:
        field.get_object().pop("/AP", None)
    form[pypdf.generic.NameObject("/NeedAppearances")] = pypdf.generic.BooleanObject(True)
    writer.add_attachment("a.txt", b"a")
    broken = io.BytesIO()
    writer.write(broken)
    found = " ".join(faults(broken.getvalue()))
    for section in ("6.3.3", "6.4.1", "6.8"):
        assert section in found


def test_a_result_carries_its_data_as_an_associated_file_and_stays_pdf_a(office: Office) -> None:
    data = result_data(FACTS, PERMIT)
    letter = render(PERMIT, sample=True, now=NOW, data=data)
    assert render(PERMIT, sample=True, now=NOW, data=data).pdf == letter.pdf, "same input, same bytes"
    signed = office.sign(prepare(letter.pdf, letter.boxes), "leader")
    assert part(signed) == 3
    assert faults(signed) == []
    reader = pypdf.PdfReader(io.BytesIO(signed))
    (associated,) = reader.trailer["/Root"]["/AF"]
    assert associated["/AFRelationship"] == "/Data"
    assert SCHEMA in associated["/Desc"]
    ((name, (content,)),) = reader.attachments.items()
    assert (name, content) == ("ket-qua.json", data)


def test_the_data_says_nothing_the_paper_does_not_show() -> None:
    said = json.loads(result_data(FACTS, PERMIT + "<p>ngày 05 tháng 02 năm 1980</p>"))
    assert said["schema"] == SCHEMA
    assert said["procedure"]["code"] == "1.009994"
    assert said["content"] == {"owner": {"name": "Trần Ước"}, "place": "số 12 đường Nguyễn Huệ", "born": "1980-02-05"}
    assert json.loads(result_data(FACTS, ""))["content"] == {}
