"""Keys at the terminal: brought in, listed, opened in the signer process alone; what is typed is never printed."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from cli.drills.keys import PASSPHRASE, key_file
from cli.main import PREPARED, main
from signing.signer import Signer
from signing.signer_line import serve
from tests.unit.letters import images
from tests.usecases.conftest import database, offices, run_deferred, ward
from tests.usecases.test_signing_keys import issued

__all__ = ["database", "offices", "run_deferred", "ward"]

pytestmark = pytest.mark.dialects("sqlite")


@pytest.fixture
def told(ward, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    """Type a command with lines behind it; (exit code, what was printed)."""
    monkeypatch.setattr("engine.composition.composition", lambda: ward.house)

    def typed(*words: str, lines: str = "") -> tuple[int, str]:
        monkeypatch.setattr("sys.stdin", io.StringIO(lines))
        code = main([PREPARED, "keys", *words])
        said = capsys.readouterr()
        assert "canary" not in said.out + said.err
        return code, said.out + said.err

    return typed


def test_a_key_file_is_brought_in_unlocked_locked_and_taken_out(ward, told, tmp_path: Path) -> None:
    file = tmp_path / "an.p12"
    file.write_bytes(key_file(issued(ward)))
    adding = ("add", "--person", "an", "--unit", "bt-kthtdt", "--file", str(file))
    assert told(*adding, "--by", "nam", lines=f"{PASSPHRASE}\n")[0] == 1
    code, said = told(*adding, "--by", "van", lines="canary-sai\n")
    assert code == 1
    assert "sai mật khẩu" in said
    assert told(*adding, "--by", "van", lines=f"{PASSPHRASE}\n")[0] == 0
    assert told("add", "--person", "an", "--by", "van")[0] == 1  # no place is named
    code, said = told("list")
    assert code == 0
    assert "pkcs12  locked" in said
    unlocking = ("unlock", "--person", "an", "--by", "an")
    code, said = told(*unlocking, lines=f"{PASSPHRASE}\n")
    assert code == 1
    assert "./motcua serve" in said  # opened in this command alone, it would be locked again at its end
    keys = ward.house.settings.keys
    server = serve(keys, Signer(keys, ward.house.settings.secret))
    try:
        assert told(*unlocking, lines=f"{PASSPHRASE}\n")[0] == 0
        assert "pkcs12  unlocked" in told("list")[1]
        assert told("lock", "--person", "an", "--by", "van")[0] == 0
        assert "pkcs12  locked" in told("list")[1]
        assert told("remove", "--person", "an", "--by", "van")[0] == 0
        assert "pkcs12" not in told("list")[1]
    finally:
        server.shutdown()
        server.server_close()


def test_an_operator_brings_in_the_image_of_a_seal_with_its_size(told, tmp_path: Path) -> None:
    file = tmp_path / "dau.png"
    file.write_bytes(images.seal())
    bringing = ("image", "--office", "bt-kthtdt", "--file", str(file))
    assert told(*bringing, "--across", "36", "--by", "nam")[0] == 1
    code, said = told(*bringing, "--by", "van")
    assert code == 1
    assert "across: Nhập đường kính dấu từ 25 đến 45 mm" in said
    assert told(*bringing, "--across", "36", "--by", "van")[0] == 0
    assert told("image", "--office", "bt-kthtdt", "--none", "--by", "mai")[0] == 0
    assert told("image", "--office", "bt-kthtdt", "--none", "--by", "mai")[0] == 1


def test_a_missing_file_and_an_unknown_holder_are_said(told, tmp_path: Path) -> None:
    assert told("add", "--person", "an", "--file", str(tmp_path / "no.p12"), "--by", "van", lines="x\n")[0] == 1
    code, said = told("unlock", "--person", "khong.co", "--by", "van")
    assert code == 1
    assert "khong.co" in said
    assert told("remove", "--by", "van")[0] == 1
