"""A file from outside is signed by whoever holds the key and by nobody else, and that is written down."""

from __future__ import annotations

import argparse
import io

import pypdf
import pytest

from cli import sign
from engine.errors import Forbidden
from engine.journal import Entry
from engine.usecases.keys import find_holder
from engine.usecases.signing_files import check_may_sign_file
from signing.verify import verify

ONE = pytest.mark.dialects("sqlite")  # about rules, not about the database


def scan() -> bytes:
    made = io.BytesIO()
    writer = pypdf.PdfWriter()
    writer.add_blank_page(595, 842)
    writer.write(made)
    return made.getvalue()


def may(ward, who, **whose):
    with ward.look(who) as look:
        check_may_sign_file(look, find_holder(look.session, **whose))


@ONE
def test_a_key_is_used_by_its_holder_and_a_seal_by_who_keeps_it(ward):
    may(ward, "an", login="an")
    may(ward, "mai", office="bt")
    for other in ("nam", "khoa", "hoa"):
        with pytest.raises(Forbidden):
            may(ward, other, login="an")
    for other in ("dung", "an", "nam"):
        with pytest.raises(Forbidden):
            may(ward, other, office="bt")


@ONE
def test_the_command_signs_raises_and_writes_it_down(ward, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("engine.composition.composition", lambda: ward.house)
    paper, output = tmp_path / "scan.pdf", tmp_path / "signed.pdf"
    paper.write_bytes(scan())
    parser = argparse.ArgumentParser()
    sign.add_arguments(parser)
    assert sign.run(parser.parse_args([str(paper), "--as", "office:bt", "--by", "nam", "-o", str(output)])) == 1
    assert "văn thư" in capsys.readouterr().err
    assert not output.exists()
    assert sign.run(parser.parse_args([str(paper), "--as", "office:bt", "--by", "mai", "-o", str(output)])) == 0
    assert "B-LTA" in capsys.readouterr().out
    assert output.read_bytes().startswith(paper.read_bytes())
    roots = ward.house.ports.signatures.authority.roots
    (signature,) = verify(output.read_bytes(), roots=roots, now=ward.clock.now()).signatures
    assert (signature.valid, signature.level) == (True, "B-LTA")
    (act,) = ward.rows(Entry, Entry.verb == "file.signed", by=Entry.seq)
    assert act.facts["holder"] == "office:bt"
