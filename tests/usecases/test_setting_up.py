"""A real office from a file: opened, changed, applied again, and refused with the key that is wrong."""

from __future__ import annotations

import tomllib
from datetime import date

import pytest
from sqlalchemy import select

from cli.setup_office import give_passwords, settle
from engine.accounts.capacities import problem_of
from engine.accounts.models import Mandate, Office, Person
from engine.accounts.people import actor_of, check_password
from engine.calendars.load import calendar_of
from engine.cases.models import Case
from engine.composition import build_house
from engine.journal import Entry, OfficeChain, verify
from engine.procedures.models import PublishedBundle
from engine.settings import read_settings
from engine.usecases.office_file import OfficeFileError, read_office_file
from tests.conftest import database as empty_database
from tests.house.tree import HOUSE

EXAMPLE = (HOUSE / "docs/examples/ward.toml").read_text(encoding="utf-8")
CODES = ("1.001612", "1.001193", "1.013225", "2.000815", "1022")
DECISIONS = """
[procedures."1.001612".announced]
number = "1234/QĐ-UBND"
agency = "Ủy ban nhân dân \\"Thành phố\\""
date = 2025-07-01
[procedures."1.001612".internal_process]
number = "56/QĐ-UBND"
agency = "Ủy ban nhân dân phường"
date = 2025-07-15
"""
SERIES = EXAMPLE[EXAMPLE.index("# [[series]]") :].replace("# ", "")
HEAD_OF_ROOM = 'title = "TRƯỞNG PHÒNG"'
GROUND = '{ number = "12/UQ-UBND", agency = "UBND phường Thí Dụ", date = 2026-06-01 }'
database = empty_database


def read(text: str = EXAMPLE):
    return read_office_file(text, procedures=CODES)


@pytest.fixture
def real(database, tmp_path, clock):
    """An installation without a sample."""
    told = {"DATABASE_URL": database.url, "MOTCUA_DATA": str(tmp_path / "real"), "MOTCUA_SAMPLE": "0"}
    house = build_house(read_settings({**told, "MOTCUA_SECRET": "a secret for tests only"}), clock=clock)
    yield house
    house.database.dispose()


def rows(house, model, *where):
    with house.reading() as look:
        return list(look.session.scalars(select(model).where(*where)))


def test_the_example_opens_a_ward_where_everybody_can_sign_in_and_every_rule_finds_its_office(real):
    settled, doubts = settle(real, read())
    assert doubts == []
    assert ("centre", "opened") in settled.offices
    passwords = dict(give_passwords(real, read(), again=[], ask=False))
    assert passwords.keys() == {"lan", "nam", "an", "mai", "dung", "van"}
    with real.reading() as look:
        clerk = check_password(look.session, "lan", passwords["lan"])
        assert clerk is not None
        assert actor_of(look.session, clerk.id, now=look.now).holds("counter_clerk")
        assert check_password(look.session, "lan", passwords["nam"]) is None
        assert calendar_of(look.session, "vn").is_working(date(2026, 9, 2)) is False
    assert {row.procedure for row in rows(real, PublishedBundle)} == set(CODES)
    assert all(row.trial for row in rows(real, PublishedBundle, PublishedBundle.kind == "dossier"))
    acts = len(rows(real, Entry))  # applied again nothing changes, and nobody gets another password
    settled, _doubts = settle(real, read())
    assert (settled.offices, settled.people, settled.procedures) == ([], [], [])
    assert give_passwords(real, read(), again=[], ask=False) == []
    assert len(rows(real, Entry)) == acts
    renewed = dict(give_passwords(real, read(), again=["lan"], ask=False))
    with real.reading() as look:
        assert check_password(look.session, "lan", passwords["lan"]) is None
        clerk = check_password(look.session, "lan", renewed["lan"])
    assert clerk is not None
    assert clerk.sessions_from == real.clock.now(), "whoever was signed in with the old one is signed out"


def test_changes_are_brought_in_and_written_into_the_journal_of_their_office(real):
    settle(real, read())
    real.clock.set(real.clock.now().replace(hour=15))
    changed = EXAMPLE.replace('phone = "028 0000 0001"', 'phone = "028 9999 9999"').replace(
        'title = "Chuyên viên" }', 'title = "Chuyên viên chính", until = 2026-12-31 }'
    )
    power = f', capacity = "TUQ.", acts_for = "CHỦ TỊCH", ground = {GROUND}, since = 2026-06-02, until = 2026-12-31'
    changed = changed.replace(HEAD_OF_ROOM, HEAD_OF_ROOM + power)
    settled, _doubts = settle(real, read(changed + DECISIONS + SERIES))
    assert settled.offices == [("centre", "changed: phone")]
    assert settled.people == [("nam", "changed specialist at economy"), ("an", "given unit_head at economy")]
    (post,) = rows(real, Mandate, Mandate.capacity == "TUQ.")
    assert (post.acts_for, post.ground_number, post.ground_date) == ("CHỦ TỊCH", "12/UQ-UBND", date(2026, 6, 1))
    assert problem_of(post.power) == ""
    assert [code for code, _what in settled.procedures] == ["1.001612"]
    assert settled.series == [("ward", "letters 2026 goes on after 57")]
    assert rows(real, Office, Office.code == "centre")[0].phone == "028 9999 9999"
    nam = rows(real, Person, Person.login == "nam")[0]
    assert [post.valid_to for post in rows(real, Mandate, Mandate.person_id == nam.id)] == [date(2026, 12, 31)]
    assert [entry.verb for entry in rows(real, Entry, Entry.chain == "office:centre")] == [
        "office.opened",
        "person.settled",
        "mandate.given",
        "office.changed",
    ]
    published = rows(real, PublishedBundle, PublishedBundle.procedure == "1.001612", ~PublishedBundle.trial)
    assert len(published) == 1
    with real.reading() as look:
        chains = {one.chain: (one.journal_seq, one.journal_head) for one in look.session.scalars(select(OfficeChain))}
        assert list(verify(look.session, chains)) == []
        assert look.session.scalars(select(Case)).all() == []


@pytest.mark.parametrize(
    ("before", "after", "key"),
    [
        ('code = "centre"', "", "offices[4].code"),
        ('kind = "room"', 'kind = "phòng"', "offices[5].kind"),
        ('code = "ward"', 'code = "Phường 1"', "offices[3].code"),
        ('parent = "ward"', 'parent = "chancery"', "offices “centre”.parent"),
        ('role = "unit_head"', 'role = "boss"', "people[3].posts[1].role"),
        (HEAD_OF_ROOM, HEAD_OF_ROOM + ', capacity = "KT"', "people[3].posts[1].capacity"),
        (HEAD_OF_ROOM, HEAD_OF_ROOM + ', capacity = "TUQ."', "people[3].posts[1].ground"),
        (HEAD_OF_ROOM, HEAD_OF_ROOM + f', capacity = "TUQ.", ground = {GROUND}', "people[3].posts[1].until"),
        (HEAD_OF_ROOM, HEAD_OF_ROOM + ', capacity = "TUQ.", ground = "12/UQ"', "people[3].posts[1].ground"),
        (HEAD_OF_ROOM, 'title = "", capacity = "TL."', "people[3].posts[1].title"),
        ("since = 2025-07-01", f"since = 2025-07-01, ground = {GROUND}", "people[5].posts[1].ground.date"),
        ("since = 2025-07-01", 'since = "1/7/2025"', "people[5].posts[1].since"),
        ("since = 2025-07-01", "since = 2025-07-01, until = 2024-01-01", "people[5].posts[1].until"),
        ('login = "nam"', 'login = "lan"', "people.login"),
        ('login = "nam"', 'login = "nam"\npassword = "123"', "people[2].password"),
        ('functions = ["one-stop"]', 'functions = "one-stop"', "offices[4].functions"),
        ('name = "Trần Văn Thí Dụ"', 'name = "Trần\\nVăn"', "people[2].name"),
        ("# [procedures.", '[procedures."9.9".announced]\n# [', 'procedures."9.9"'),
        ("[[offices]]", "[[office]]", "office"),
        ("# [[series]]", SERIES.replace("57", '"57"'), "series[1].last"),
        ("# [[series]]", SERIES.replace("ground", "because"), "series[1].because"),
    ],
)
def test_a_wrong_value_is_named_by_its_key(before, after, key):
    assert before in EXAMPLE
    with pytest.raises(OfficeFileError) as refused:
        read(EXAMPLE.replace(before, after, 1))
    assert refused.value.key == key


def test_half_a_decision_is_refused():
    with pytest.raises(OfficeFileError, match=r"announced\.date: is missing"):
        read(EXAMPLE + '[procedures."1.001612".announced]\nnumber = "1/QĐ"\nagency = "UBND"\n')


def test_what_is_no_toml_is_refused_in_words():
    with pytest.raises(OfficeFileError, match="is not TOML"):
        read("[[offices]\n")


def test_an_unknown_superior_leaves_nothing_behind(real):
    from engine.errors import Invalid

    with pytest.raises(Invalid, match="cấp trên"):
        settle(real, read(EXAMPLE.replace('parent = "city"', 'parent = "country"')))
    assert rows(real, Office) == []
    assert rows(real, Entry) == []


def test_the_example_is_plain_toml():
    assert tomllib.loads(EXAMPLE)["offices"]
