"""What the door of the commands says when there is nothing behind it to work with."""

from __future__ import annotations

import pytest

from cli import main
from cli.verbs import find_verbs

LOOK = ["1.001612", "--from", "1", "--to", "2"]


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("postgresql+psycopg://nobody@127.0.0.1:1/none", "cannot be reached"),
        ("sqlite:///{folder}/not/there.sqlite3", "cannot be reached"),
        ("sqlite:///{folder}/empty.sqlite3", "has no tables"),
    ],
)
def test_a_dead_or_empty_database_is_told_in_a_sentence(url, told, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("engine.composition._built", None)
    monkeypatch.setenv("MOTCUA_DATA", str(tmp_path))
    monkeypatch.setenv("DATABASE_URL", url.format(folder=tmp_path))
    assert main._run(find_verbs()["migrate"], LOOK) == 2
    said = capsys.readouterr().err
    assert told in said
    assert len(said.splitlines()) == 1


def test_any_other_fault_is_not_hidden(monkeypatch):
    def fail(args):
        raise ZeroDivisionError

    monkeypatch.setattr("cli.migrate.run", fail)
    with pytest.raises(ZeroDivisionError):
        main._run(find_verbs()["migrate"], LOOK)
