"""The page's own code comes to the same words as signing/offline*.py: written twice, held together by the vectors."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from cli.setup.node import MODULES, node_folder
from tests.unit.signing.test_offline import SAID


@pytest.fixture(scope="module")
def said() -> dict:
    if not (MODULES / "@noble" / "curves").exists():
        pytest.skip("front-end packages are not installed: ./motcua build")
    script = Path(__file__).with_name("offline_in_node.mjs")
    done = subprocess.run([node_folder() / "node", script], capture_output=True, text=True, timeout=60, check=True)
    return json.loads(done.stdout)


def test_the_page_reads_what_the_house_writes(said):
    assert (said["verdict"], said["round"]) == ("genuine", True)
    assert {"number": SAID.number, "kind": SAID.kind, "agency": SAID.agency, "holder": SAID.holder}.items() <= (
        said["said"].items()
    )
    assert (said["said"]["date"], said["said"]["digest"], said["said"]["sample"]) == ("2026-03-04", SAID.digest, True)


def test_one_changed_character_at_any_place_fails_there_too(said):
    assert said["survivors"] == []
    assert said["changedLists"] == []
    assert said["cut"] == "not_a_code"


def test_the_browser_s_own_cryptography_and_the_library_agree_and_refuse_the_upper_s(said):
    assert said["both"] == [True, True]
    assert said["high"] == said["zero"] == [False, False]


def test_list_and_keys_mean_the_same(said):
    assert (said["stands"], said["state"], said["later"]) == (False, "fresh", "old")
    assert said["acts"][0]["decision"] == "15/QĐ-UBND"
    assert (said["ended"], said["unknown"], said["elsewhere"]) == ("key_ended", "unknown_key", "elsewhere")
