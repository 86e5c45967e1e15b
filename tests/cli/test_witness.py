"""./motcua journal witness: another house's history, seen day by day over the web; a rewritten one is named."""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from cli import journal
from cli.witnessing.fetching import address_of, fetch
from cli.witnessing.seals import NoSeals
from engine.merkle import complete_of, consistency, leaf_hash, root
from signing.authority import SampleAuthority
from signing.roots import sign
from tests.pki import Site
from tests.unit.signing.conftest import NOW, SECRET

PAGE = "/niem-phong/tat-ca.jsonl"
FIRST = date(2026, 3, 2)


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    made = Site()
    yield made
    made.server.shutdown()


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> Any:
    authority = SampleAuthority.create(tmp_path_factory.mktemp("authority"), secret=SECRET, now=NOW)
    return authority.issue("UBND", "UBND phường", "", "", now=NOW), authority.timestamper(NOW)


Publish = Callable[..., None]


@pytest.fixture
def publish(site: Site, key: Any) -> Publish:
    """Publishes days of so many new heads each; `edited` names a head that is another one, `cut` leaves out days."""

    def published(*days: int, edited: int | None = None, signed: bool = True, spoil: Any = None, by: Any = key) -> None:
        hashes = [leaf_hash(b"%d%s" % (at, b"x" * (at == edited))) for at in range(sum(days))]
        lines, before, size = [], None, 0
        for number, new in enumerate(days):
            kept, size = size, size + new
            tree = complete_of(hashes)
            told = {
                "format": "motcua-seal/1", "house": "http://ward.example", "day": str(FIRST + timedelta(days=number)),
                "size": size, "new": new, "root": root(size, tree).hex(), "before": before,
                "consistency": [step.hex() for step in consistency(kept, size, tree)],
            }  # fmt: skip
            if spoil:
                spoil(number, told)
            statement = json.dumps(told)
            before = {"day": told["day"], "size": size, "root": told["root"]}
            before["sha256"] = hashlib.sha256(statement.encode()).hexdigest()
            mark = sign(statement.encode(), by[0], now=NOW, timestamper=by[1]) if signed else None
            lines.append(
                json.dumps({"statement": statement, "signature": base64.b64encode(mark).decode() if mark else None})
            )
        text = "".join(f"{line}\n" for line in lines).encode()
        site.answers[PAGE] = lambda _body: text

    return published


Look = Callable[..., tuple[int, Any]]


@pytest.fixture
def look(site: Site, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Look:
    """One round of the witness: (exit code, what it found)."""

    def looked(*more: str) -> tuple[int, Any]:
        parser = argparse.ArgumentParser()
        journal.add_arguments(parser)
        words = ["witness", site.url, "--keep", str(tmp_path / "kept" / "ward.jsonl"), "--json", *more]
        code = journal.run(parser.parse_args(words))
        out = capsys.readouterr().out
        return code, json.loads(out) if out else None

    return looked


def kinds(found: Any) -> list[tuple[str, str]]:
    return [(one["kind"], one["day"]) for one in found["problems"]]


def test_a_history_that_only_grew_is_kept_day_by_day(publish: Publish, look: Look, tmp_path: Path) -> None:
    publish(5)
    code, found = look()
    assert (code, found["first_look"], found["published"]) == (0, True, 1)
    assert found["signed_by"].startswith("UBND phường, key ")
    publish(5, 0, 300)
    code, found = look()
    assert (code, found["first_look"], found["kept"], found["newest"]["size"]) == (0, False, 1, 305)
    assert found["quiet"] is True
    assert (found["problems"], found["other_key"]) == ([], False)
    kept = (tmp_path / "kept" / "ward.jsonl").read_bytes()
    assert kept.count(b"\n") == 3
    assert look()[0] == 0
    assert (tmp_path / "kept" / "ward.jsonl").read_bytes() == kept
    assert [path.name for path in (tmp_path / "kept").iterdir()] == ["ward.jsonl"]


def test_a_rewritten_history_is_named_by_its_first_day_and_what_was_kept_stays(
    publish: Publish, look: Look, tmp_path: Path, site: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    """An owner who edits an old head and makes all seals anew, with the agency's own key, is caught by any copy."""
    publish(5, 4, 3)
    look()
    kept = (tmp_path / "kept" / "ward.jsonl").read_bytes()
    publish(5, 4, 3, 2, edited=6)
    code, found = look()
    assert (code, kinds(found)) == (1, [("fork", "2026-03-03")])
    assert "kept root" in found["problems"][0]["words"]
    assert (tmp_path / "kept" / "ward.jsonl").read_bytes() == kept
    assert Path(found["disputed"]).read_bytes() == site.answers[PAGE](b"")
    parser = argparse.ArgumentParser()
    journal.add_arguments(parser)
    words = ["witness", f"{site.url}/niem-phong", "--keep", str(tmp_path / "kept" / "ward.jsonl")]
    assert journal.run(parser.parse_args(words)) == 1
    assert "FORK  2026-03-03: history was rewritten on or before this day" in capsys.readouterr().out


def test_a_house_that_was_set_back_or_takes_away_a_signature_is_named(publish: Publish, look: Look) -> None:
    publish(5, 4, 3)
    look()
    publish(5)
    assert kinds(look()[1]) == [("gone", "2026-03-03"), ("gone", "2026-03-04")]
    publish(5, 4, 3, signed=False)
    assert {kind for kind, _day in kinds(look()[1])} == {"gone"}


def test_seals_that_contradict_each_other_are_named_even_at_the_first_look(publish: Publish, look: Look) -> None:
    def another_proof(number: int, told: dict[str, Any]) -> None:
        if number == 1:
            told["consistency"] = told["consistency"][::-1]

    def another_before(number: int, told: dict[str, Any]) -> None:
        if number == 1:
            told["before"] = told["before"] | {"sha256": "0" * 64}

    def a_day_left_out(number: int, told: dict[str, Any]) -> None:
        if number == 1:
            told["day"] = str(FIRST + timedelta(days=2))

    def shorter(number: int, told: dict[str, Any]) -> None:
        if number == 1:
            told["size"] = 3

    for spoil in (another_proof, another_before, a_day_left_out, shorter):
        publish(5, 4, spoil=spoil, signed=False)
        code, found = look()
        assert (code, {kind for kind, _day in kinds(found)}) == (1, {"broken"}), spoil


def test_a_signature_over_something_else_and_a_new_key_are_seen(
    publish: Publish, look: Look, site: Site, tmp_path: Path
) -> None:
    publish(5, signed=False)
    code, found = look()
    assert (code, found["unsigned"]) == (0, ["2026-03-02"])
    publish(5)
    assert look()[0] == 0  # signed later: the line that is kept gets its signature
    assert b'"signature": null' not in (tmp_path / "kept" / "ward.jsonl").read_bytes()
    other = SampleAuthority.create(tmp_path / "other", secret=SECRET, now=NOW)
    publish(5, 4, by=(other.issue("Ai đó", "Nơi khác", "", "", now=NOW), other.timestamper(NOW)))
    assert look()[1]["other_key"] is True
    publish(5, 4)
    lines = site.answers[PAGE](b"").decode().splitlines()
    first, second = json.loads(lines[0]), json.loads(lines[1])
    swapped = json.dumps(second | {"signature": first["signature"]})
    site.answers[PAGE] = lambda _body: f"{lines[0]}\n{swapped}\n".encode()
    assert ("broken", "2026-03-03") in kinds(look()[1])


@pytest.mark.parametrize(
    "answer",
    [b"<html>", b"{}\n", b'{"statement": "{}"}\n', b"\xff\n", b"x" * 300_000, b'{"statement": 7}', b"[" * 100_000],
    ids=["a page", "empty", "no statement", "no text", "endless", "a number", "nested"],
)
def test_what_is_no_list_of_seals_changes_nothing(
    publish: Publish, look: Look, site: Site, tmp_path: Path, answer: bytes
) -> None:
    publish(5)
    look()
    kept = (tmp_path / "kept" / "ward.jsonl").read_bytes()
    site.answers[PAGE] = lambda _body: answer
    assert look() == (2, None)
    site.answers.clear()
    assert look() == (2, None)
    assert (tmp_path / "kept" / "ward.jsonl").read_bytes() == kept
    (tmp_path / "kept" / "ward.jsonl").write_text("no seals\n")
    publish(5)
    assert look() == (2, None)


def test_an_endless_answer_is_left(site: Site) -> None:
    site.answers["/much"] = lambda _body: b"{}\n" * 1000
    with pytest.raises(NoSeals, match="too much"):
        list(fetch(f"{site.url}/much", most=2_999))
    for url in ("ftp://x/", "http://", ""):
        with pytest.raises(NoSeals):
            address_of(url)
    assert address_of("mot-cua.example.vn") == f"https://mot-cua.example.vn{PAGE}"
    assert address_of("https://x.vn/niem-phong/") == f"https://x.vn{PAGE}"
    assert address_of("https://x.vn/cu/tat-ca.jsonl") == "https://x.vn/cu/tat-ca.jsonl"
