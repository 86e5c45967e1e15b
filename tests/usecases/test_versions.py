"""A published version is one thing for ever: nobody changes it in the database, and nothing runs by one that was."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from engine.errors import Altered
from engine.procedures import published
from engine.procedures.published import in_force, open_bundle, pack, unpack
from engine.usecases.designing import withdraw_version
from processes.bundle import digest_of
from tests.factories import BIRTH, HOUSEHOLD

CHANGES = ("content = 'x'", "valid_to = '2030-01-01'", "trial = NOT trial", "digest = 'x'", "procedure = 'x'")


def unguarded(ward, statement, **values):
    """What somebody does who holds the database itself and has put the guard aside."""
    drop = "DROP TRIGGER keep_published" + (" ON bundles" if ward.house.database.dialect.name == "postgresql" else "")
    with ward.house.database.begin() as connection:
        connection.execute(sa.text(drop))
        connection.execute(sa.text(statement), values)
    published._open.clear()


def the_version(ward, procedure=HOUSEHOLD):
    with ward.look() as look:
        return in_force(look.session, procedure, ward.clock.now().date())


@pytest.mark.dialects("sqlite")
def test_the_database_refuses_to_change_what_was_published(ward):
    for change in [*(f"UPDATE bundles SET {one}" for one in CHANGES), "DELETE FROM bundles"]:
        with ward.house.database.connect() as connection, pytest.raises(DBAPIError, match="never changed"):
            connection.execute(sa.text(change))


def test_the_database_lets_a_version_be_withdrawn_once_and_nothing_else(ward):
    version = the_version(ward, BIRTH)
    with ward.work("thiet") as work:
        withdraw_version(work, version.id, "Công bố nhầm")
    changes = ("valid_to = '2030-01-01'", "content = 'x'", "withdrawn_at = NULL", "note = 'x'")
    for change in (*(f"UPDATE bundles SET {one}" for one in changes), "DELETE FROM bundles"):
        with ward.house.database.connect() as connection, pytest.raises(DBAPIError, match="never changed"):
            connection.execute(sa.text(change))


@pytest.mark.dialects("sqlite")
def test_a_case_whose_version_was_changed_behind_the_house_does_not_go_on(ward):
    case_id = ward.dossier_at("appraise")
    version = the_version(ward)
    files = unpack(version.content)
    files["forms/check.form"] = files["forms/check.form"].replace(b"accept", b"refuse")
    unguarded(ward, "UPDATE bundles SET content = :content WHERE id = :id", content=pack(files), id=version.id.hex)
    with pytest.raises(Altered, match="Phiên bản 1"):
        ward.do(case_id, "appraise")
    assert ward.open_steps(case_id) == ["appraise"]


@pytest.mark.dialects("sqlite")
def test_a_version_whose_row_says_something_else_than_its_settings_is_refused(ward):
    version = the_version(ward)
    unguarded(ward, "SELECT 1")
    days = ("valid_from = '2020-01-01'", "valid_to = '2020-01-01'")
    for change in (*days, "trial = 1", "digest = 'x'", "content = x'78'"):
        with pytest.raises(Altered):
            opened_after(ward, version, change)


def opened_after(ward, version, change):
    """Opens the version in a transaction that is rolled back when it is refused."""
    with ward.work() as work:
        work.session.execute(sa.text(f"UPDATE bundles SET {change} WHERE id = '{version.id.hex}'"))
        open_bundle(work.session, version.id)


@pytest.mark.dialects("sqlite")
def test_the_address_of_a_version_covers_every_file_it_calls(ward):
    """A desk form, a letter, a fee, a decision or a drawing that differs by one word gives another address."""
    bundle = ward.bundle("1.013225").bundle
    for path, content in bundle.files.items():
        other = content.replace(b"a", b"b", 1)
        if other == content or path.endswith(".json"):
            continue
        assert digest_of({**bundle.files, path: other}) != bundle.digest, path
        assert digest_of({one: kept for one, kept in bundle.files.items() if one != path}) != bundle.digest, path
