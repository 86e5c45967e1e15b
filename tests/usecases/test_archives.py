"""Backup and restore: everything comes back, also on the other database; what is broken or hostile stays outside."""

from __future__ import annotations

import json
import os
import shutil
import zipfile
from argparse import Namespace
from pathlib import Path

import pytest
import sqlalchemy as sa

from cli import backup, journal, restore
from cli.archives.manifest import MANIFEST
from engine.composition import build_house
from engine.db import open_database
from engine.performing import perform_call
from engine.settings import read_settings
from engine.work import SYSTEM
from tests.factories import Ward


@pytest.fixture
def archive(ward, tmp_path, monkeypatch) -> Path:
    """An archive of an office with a dossier on its way."""
    ward.case_id = ward.dossier_at("register")
    (ward.house.settings.keys / "secret").write_text(os.environ["MOTCUA_SECRET"])
    path = tmp_path / "kept.zip"
    assert backup.run(Namespace(file=path, data=ward.house.settings.data)) == 0
    return path


@pytest.fixture
def elsewhere(tmp_path, monkeypatch):
    """Another, empty place with a database of its own."""
    folder = tmp_path / "elsewhere"
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{folder}/motcua.sqlite3")
    return folder


def put_back(path: Path, folder: Path, **more) -> int:
    return restore.run(Namespace(**{"file": path, "data": folder, "digest": "", **more}))


def contents(url: str) -> dict[str, list[str]]:
    """Every row of every table, as text in a stable order."""
    from cli.archives.rows import dump
    from engine.tables import metadata

    engine = open_database(url)
    with engine.connect() as connection:
        found = {
            table.name: sorted(line.decode() for line in dump(connection, table)) for table in metadata.sorted_tables
        }
    engine.dispose()
    return found


def altered(path: Path, to: Path, change) -> Path:
    """The archive with its members changed by a function of (name, content) that gives other members or nothing."""
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            for written, content in change(name, old.read(name)):
                new.writestr(written, content)
    return to


def test_everything_comes_back_on_sqlite_and_goes_on_where_it_was(ward, archive, elsewhere, capsys):
    before = contents(ward.house.settings.database_url)
    assert put_back(archive, elsewhere) == 0
    assert "heads of the journal agree" in capsys.readouterr().out
    settings = read_settings()
    assert contents(settings.database_url) == before
    house = build_house(read_settings({**os.environ, "MOTCUA_DATA": str(elsewhere)}), clock=ward.clock)
    again = Ward(house, ward.clock, lambda: 0)
    assert again.open_steps(ward.case_id) == ["register"]
    assert again.faults() == []
    result = again.documents(ward.case_id, "result")[0]
    assert house.ports.signatures.verify(again.paper(result), now=ward.clock.now()).signatures
    again.do(ward.case_id, "register")
    call = again.calls(ward.case_id, "document.seal")[0]
    perform_call(house, call.id)
    verdict = house.ports.signatures.verify(
        again.paper(again.documents(ward.case_id, "result")[0]), now=ward.clock.now()
    )
    assert verdict.valid, verdict.problem
    house.database.dispose()


@pytest.mark.dialects("sqlite")  # the way from the small database to the large one
def test_an_office_moves_to_postgresql_and_back(ward, archive, tmp_path, monkeypatch, postgresql_server):
    from tests.databases import _connect, beside

    name = f"copy_{os.getpid()}_9001"
    with _connect(postgresql_server) as link:
        link.execute(f'CREATE DATABASE "{name}"'.encode())
        try:
            url = beside(postgresql_server, name)
            monkeypatch.setenv("DATABASE_URL", url)
            assert put_back(archive, tmp_path / "large") == 0
            assert contents(url) == contents(ward.house.settings.database_url)
            second = tmp_path / "second.zip"
            assert backup.run(Namespace(file=second, data=tmp_path / "large")) == 0
        finally:
            link.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/small/motcua.sqlite3")
    assert put_back(second, tmp_path / "small") == 0
    assert contents(f"sqlite:///{tmp_path}/small/motcua.sqlite3") == contents(ward.house.settings.database_url)


def test_nothing_that_exists_is_replaced(ward, archive, elsewhere, capsys):
    assert backup.run(Namespace(file=archive, data=ward.house.settings.data)) == 2
    assert put_back(archive, elsewhere) == 0
    assert put_back(archive, elsewhere) == 2
    assert "empty place only" in capsys.readouterr().err
    shutil.rmtree(elsewhere / "keys")
    shutil.rmtree(elsewhere / "files")
    assert put_back(archive, elsewhere) == 2
    assert "already has rows" in capsys.readouterr().err


def untouched(folder: Path) -> bool:
    return not folder.exists() or [path.name for path in folder.rglob("*") if path.is_file()] in ([], ["serve.lock"])


@pytest.mark.dialects("sqlite")  # an archive is the same thing whatever it was made from
def test_a_damaged_archive_is_refused_before_anything_is_written(archive, elsewhere, tmp_path, capsys):
    whole = archive.read_bytes()
    broken = tmp_path / "broken.zip"
    for length in (0, 100, len(whole) // 2, len(whole) - 1, len(whole) - 30):
        broken.write_bytes(whole[:length])
        assert put_back(broken, elsewhere) == 2, length
        assert untouched(elsewhere)
    for place in range(0, len(whole), max(1, len(whole) // 12)):
        broken.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        if put_back(broken, elsewhere) == 0:  # a byte that says nothing, like a date inside the container
            assert (elsewhere / "keys").exists()
            shutil.rmtree(elsewhere)
        else:
            assert untouched(elsewhere), place
    assert put_back(archive, elsewhere, digest="0" * 64) == 2
    assert untouched(elsewhere)


@pytest.mark.dialects("sqlite")
def test_a_hostile_archive_is_refused(archive, elsewhere, tmp_path, capsys):
    names = ("../outside", "/etc/passwd", "keys/../../outside", "keys/.ssh", "files/ab/short", "keys\\..\\x", "other")
    for number, name in enumerate(names):

        def adding(member, content, name=name):
            if member == MANIFEST:
                says = json.loads(content)
                says["members"][name] = [1, "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"]
                return [(name, b"a"), (member, json.dumps(says))]
            return [(member, content)]

        assert put_back(altered(archive, tmp_path / f"{number}.zip", adding), elsewhere) == 2, name
        assert untouched(elsewhere)
    assert not (tmp_path / "outside").exists()

    def without(member, content):
        return [] if member.endswith("people.jsonl") else [(member, content)]

    assert put_back(altered(archive, tmp_path / "without.zip", without), elsewhere) == 2
    assert untouched(elsewhere)


@pytest.mark.dialects("sqlite")
def test_an_archive_whose_journal_was_rewritten_is_refused_and_leaves_nothing(archive, elsewhere, tmp_path, capsys):
    import hashlib

    changed = {}

    def rewriting(member, content):
        if member == "database/journal_entries.jsonl":
            content = content.replace(b"task.completed", b"task.forgotten")
            changed[member] = [len(content), hashlib.sha256(content).hexdigest()]
        if member == MANIFEST:
            says = json.loads(content)
            says["members"].update(changed)
            content = json.dumps(says)
        return [(member, content)]

    assert put_back(altered(archive, tmp_path / "rewritten.zip", rewriting), elsewhere) == 2
    assert "journal does not hold" in capsys.readouterr().err
    assert not [path for path in (elsewhere / "keys").rglob("*") if path.is_file()]
    assert put_back(archive, elsewhere) == 0


def test_a_file_missing_from_the_store_is_told(ward, archive, tmp_path, capsys):
    gone = ward.documents(ward.case_id, "form01")[0].sha256
    ward.house.ports.storage.delete(gone)
    assert backup.run(Namespace(file=tmp_path / "second.zip", data=ward.house.settings.data)) == 1
    assert gone in capsys.readouterr().err


def test_the_journal_is_verified_from_the_command_line(ward, tmp_path, capsys):
    case_id = ward.filed_online()
    words = {"against": None, "json": False, "data": ward.house.settings.data}
    assert journal.run(Namespace(what="heads", **words)) == 0
    heads = tmp_path / "heads.txt"
    heads.write_text(capsys.readouterr().out)
    ward.do(case_id, "check", {"check": {"outcome": "refuse", "reason": "Sai thẩm quyền."}})
    assert journal.run(Namespace(what="verify", **words | {"against": heads})) == 0
    assert "all whole" in capsys.readouterr().out
    with ward.house.unit_of_work(actor=SYSTEM) as work:
        for statement in ("DELETE FROM journal_personal", "DELETE FROM journal_entries WHERE seq = 2"):
            work.session.execute(sa.text(statement))
    assert journal.run(Namespace(what="verify", **words)) == 1
    assert "FAULTS" in capsys.readouterr().out


def test_a_dossier_taken_away_with_its_whole_chain_is_found_against_heads_kept_elsewhere(ward, tmp_path, capsys):
    words = {"against": None, "json": False, "data": ward.house.settings.data}
    ward.filed_online()
    journal.run(Namespace(what="heads", **words))
    heads = tmp_path / "heads.txt"
    heads.write_text(capsys.readouterr().out)
    with ward.house.unit_of_work(actor=SYSTEM) as work:
        for table in ("journal_personal", "journal_entries"):
            work.session.execute(sa.text(f"DELETE FROM {table} WHERE chain LIKE 'case:%'"))
        for table in (
            "tasks",
            "subscriptions",
            "clocks",
            "passages",
            "components",
            "dossier_offices",
            "dossier_words",
            "dossiers",
        ):
            work.session.execute(sa.text(f"DELETE FROM {table}"))
        work.session.execute(sa.text("DELETE FROM cases"))
    assert journal.run(Namespace(what="verify", **words)) == 0
    assert journal.run(Namespace(what="verify", **words | {"against": heads})) == 1
    heads.write_text("nonsense")
    assert journal.run(Namespace(what="verify", **words | {"against": heads})) == 2
