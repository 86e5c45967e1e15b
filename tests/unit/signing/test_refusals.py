"""What the signing room says reaches people in their language: whole sentences, never put together from pieces.

That each has its English is for tests/house/test_catalogue.py.
"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import signing
from engine.spoken import speaker
from rules.sentences import said
from signing.errors import SigningRefused
from signing.signer import Signer
from signing.signer_line import Line, serve
from signing.telling_words import ENGLISH, REPORTS, STAMPS
from signing.verdicts import PROBLEMS

ROOM = Path(signing.__file__).parent
SPOKEN = speaker("en")


def refusals() -> list[tuple[str, ast.expr]]:
    """Where a refusal is raised, and its sentence."""
    found = []
    for file in sorted(ROOM.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            named = isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("SigningRefused", "PerhapsSigned")
            if named and len(node.args) == 2:  # type: ignore[attr-defined]
                found.append((f"{file.name}:{node.lineno}", node.args[1]))  # type: ignore[attr-defined]
    return found


def test_every_refusal_is_a_whole_sentence() -> None:
    every = refusals()
    assert len(every) > 60
    assert not [place for place, sentence in every if isinstance(sentence, (ast.JoinedStr, ast.BinOp))]


def test_a_refusal_crosses_from_the_signer_process_with_its_places(tmp_path: Path) -> None:
    class Refusing(Signer):
        def lock(self, holder: str = "") -> list[str]:
            raise SigningRefused("no_place", "Ô “%(place)s” đã được ghi.", place="số")

    server = serve(tmp_path, Refusing(tmp_path, "a secret of the installation, long"))
    try:
        with pytest.raises(SigningRefused) as refusal:
            Line(tmp_path).lock("person:an")
    finally:
        server.shutdown()
        server.server_close()
    assert str(refusal.value) == "Ô “số” đã được ghi."
    assert said(refusal.value.message, SPOKEN) == "The place “số” is filled in already."


def test_every_finding_has_words_in_both_languages() -> None:
    assert PROBLEMS.keys() == ENGLISH.problems.keys()
    for words in (STAMPS, REPORTS):
        assert all(one.keys() == {"vi", "en"} and all(one.values()) for one in words.values())
