"""./motcua offline-keys at the terminal: the key to post, a code judged, a stolen key given up."""

from __future__ import annotations

from argparse import Namespace

import pytest

from cli import offline_keys
from engine.errors import Forbidden
from tests.factories import Ward
from tests.usecases.conftest import database, offices, run_deferred, ward

__all__ = ["database", "offices", "run_deferred", "ward"]

pytestmark = pytest.mark.dialects("sqlite")


def test_a_code_is_judged_until_its_key_is_given_up(ward: Ward, capsys):
    (result,) = ward.documents(ward.dossier_at("hand_over"), "result")
    house, (key,) = ward.house, ward.house.ports.offline.published()
    assert offline_keys.show(house, Namespace()) == 0
    assert key.id[:4] in capsys.readouterr().out
    assert offline_keys.check(house, Namespace(code=result.qr)) == 0
    assert "Nguyễn T. H." in capsys.readouterr().out
    assert offline_keys.check(house, Namespace(code=result.qr[:-1] + "3")) == 1
    with pytest.raises(Forbidden):
        offline_keys.end(house, Namespace(key=key.id, reason="mất", by="an"))
    operator = next(login for login in ward.people if "operator" in ward.actor(login).roles)
    assert offline_keys.end(house, Namespace(key=key.id, reason="mất máy chủ", by=operator)) == 0
    ward.run_deferred()
    capsys.readouterr()
    assert offline_keys.check(house, Namespace(code=result.qr)) == 1
    assert "key_ended" in capsys.readouterr().out
