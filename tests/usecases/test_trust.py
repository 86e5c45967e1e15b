"""Trust by document and two persons, certificates that end or are taken back, and a clock held against another."""

from __future__ import annotations

import argparse
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import delete

from cli import trust as trust_verb
from engine.accounts.models import Person
from engine.composition import House
from engine.errors import Conflict, Forbidden, Invalid, NotFound
from engine.journal import Entry
from engine.notifications.models import Notice
from engine.performing import look_at_certificates
from engine.queries.trust import certificates_page, clock_state, clocks, trust_page
from engine.trust.house import Doors, HouseTrust
from engine.trust.models import ClockReading, HeldCertificate, KeptAnswer, TrustOrder
from engine.trust.orders import begins, timestamp_authorities, trust_list
from engine.trust.stamps import NAMED
from engine.usecases.certificates import ENDING, REVOKED
from engine.usecases.trust_orders import (
    decide_order,
    propose_end_of_root,
    propose_end_of_tsa,
    propose_root,
    propose_rules,
    propose_tsa,
    take_back_order,
)
from engine.work import SYSTEM
from signing.authority import SampleAuthority
from signing.errors import SigningRefused
from signing.revocation import Evidence, Unreachable
from signing.timestamps import HttpTimestamper
from signing.trust import fingerprint
from signing.trust_timestamps import believed, moment_of
from tests.pki import Site

pytestmark = pytest.mark.dialects("sqlite")  # about rules, not about the database
SECRET = "a secret for tests only"
PAPER = {"document": "Công văn 12/CV-BCY", "dated_on": date(2026, 2, 2), "verified": True}
DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    made = Site()
    yield made
    made.server.shutdown()


@pytest.fixture
def public(site, ward, tmp_path) -> SampleAuthority:
    """An authority of the outside: its own site, its own root, nothing of this house."""
    site.asked.clear()
    made = SampleAuthority.create(tmp_path / "public", secret=SECRET, now=ward.clock.now(), address=site.url)
    site.answers = {
        "/pki/ocsp": lambda body: made.answer(body, now=ward.clock.now()),
        "/pki/root.crl": lambda _body: made.crl("root", now=ward.clock.now()) or b"",
    }
    return made


@pytest.fixture
def real(ward) -> HouseTrust:
    """The trust of a real office: no sample authority, orders alone."""
    return relied_on(ward.house)


def relied_on(house: House, **settings: str) -> HouseTrust:
    """What a real office of this house relies on, authorities on the loopback included."""
    doors = Doors(
        reading=lambda: house.reading(actor=SYSTEM, brief=True),
        writing=lambda: house.unit_of_work(actor=SYSTEM),
        clock=house.clock.now,
    )
    return HouseTrust(doors, house.settings.keys, sample=None, inside=frozenset({"127.0.0.1"}), **settings)


def laid_down(ward, propose, *words, valid_from=date(2026, 3, 2), by="van", agreed="kiem", **more) -> TrustOrder:
    """Proposed by the operator, agreed to by the procedure controller."""
    with ward.work(by) as work:
        order = propose(work, *words, valid_from=valid_from, **PAPER, **more)
        key = order.id
    with ward.work(agreed) as work:
        decide_order(work, key, agree=True)
    return ward.row(TrustOrder, key)


def test_a_root_is_trusted_from_its_day_on_by_two_persons_and_until_it_is_ended(ward, public):
    (root,) = public.roots
    order = laid_down(ward, propose_root, root, kind="public_service", valid_from=date(2026, 3, 5))
    assert order.content["fingerprint"] == _openssl_fingerprint(root)
    ended = laid_down(
        ward, propose_end_of_root, order.content["fingerprint"], reason="Lộ khóa", valid_from=date(2026, 4, 1)
    )
    with ward.look() as look:
        found = trust_list(look.session)
    first, last = begins(date(2026, 3, 5)), begins(date(2026, 4, 1))
    tick = timedelta(microseconds=1)
    assert [len(found.roots(at)) for at in (first - tick, first, last - tick, last)] == [0, 1, 1, 0]
    assert found.kind_of(root) == "public_service"
    assert found.standing(root, at=first, now=first) == "in_force"
    assert found.standing(root, at=first, now=last) == "ended_since"
    assert found.standing(root, at=first - tick, now=first) == "begun_since"
    assert found.standing(root, at=last, now=last) == "not_then"
    verbs = [one.verb for one in ward.rows(Entry, Entry.chain == "office:house", by=Entry.seq)]
    assert verbs[-4:] == ["trust.proposed", "trust.agreed"] * 2
    again = laid_down(ward, propose_root, root, kind="public_service", valid_from=date(2026, 5, 1))
    with ward.look() as look:
        assert [one.until for one in trust_list(look.session).entries] == [last, None]
    assert again.id != order.id != ended.id


def test_nobody_lays_down_trust_alone_or_without_the_post(ward, public):
    (root,) = public.roots
    for login in ("an", "dung", "kiem"):
        with pytest.raises(Forbidden), ward.work(login) as work:
            propose_root(work, root, kind="public", valid_from=date(2026, 3, 5), **PAPER)
    with ward.work("van") as work:
        key = propose_root(work, root, kind="public", valid_from=date(2026, 3, 5), **PAPER).id
    with pytest.raises(Forbidden, match="không tự duyệt"), ward.work("van") as work:
        decide_order(work, key, agree=True)
    with pytest.raises(Forbidden), ward.work("an") as work:
        decide_order(work, key, agree=True)
    with pytest.raises(Invalid), ward.work("kiem") as work:
        decide_order(work, key, agree=False)
    with pytest.raises(Conflict), ward.work("van") as work:
        propose_root(work, root, kind="public", valid_from=date(2026, 3, 5), **PAPER)
    with ward.work("kiem") as work:
        decide_order(work, key, agree=False, answer="Chưa thấy công bố.")
    with pytest.raises(Conflict), ward.work("dung") as work:
        decide_order(work, key, agree=True)
    with ward.look() as look:
        assert trust_list(look.session).entries == ()
    with ward.work("van") as work:
        other = propose_root(work, root, kind="public", valid_from=date(2026, 3, 5), **PAPER).id
        take_back_order(work, other)
    assert ward.row(TrustOrder, other).status == "void"


def test_every_field_in_the_way_of_a_proposal_is_named(ward, public):
    leaf = public.issue("Ai đó", "Đâu đó", "", "", now=ward.clock.now())

    def wrong(propose, *words, **more):
        with pytest.raises(Invalid) as refusal, ward.work("van") as work:
            propose(work, *words, **{"valid_from": None, "document": " ", "dated_on": None, **more})
        return {one.path for one in refusal.value.problems}

    paper = {"document", "dated_on", "valid_from"}
    assert wrong(propose_root, b"", kind="sample", purposes=()) == paper | {"certificate", "kind", "purposes"}
    for content in (b"nonsense", leaf.certificate, public.roots[0] * 2, b"x" * 20_000):
        assert "certificate" in wrong(propose_root, content, kind="public")
    assert wrong(propose_tsa, name="TSA Một", url="ftp://x", rank="0") == paper | {"name", "url", "rank"}
    assert "url" in wrong(propose_tsa, name="mot", url="http://user:secret@tsa.example.vn/")
    assert "url" in wrong(propose_tsa, name="mot", url="http://tsa.example.vn:99999/")
    numbers = {"grace_hours": "-1", "drift_warn_seconds": "x", "drift_stop_seconds": "9999"}
    assert wrong(propose_rules, numbers) == paper | set(numbers)
    steep = {"grace_hours": 1, "drift_warn_seconds": 60, "drift_stop_seconds": 60}
    assert "drift_stop_seconds" in wrong(propose_rules, steep)
    with pytest.raises(NotFound), ward.work("van") as work:
        propose_end_of_root(work, "00", reason="x", valid_from=date(2026, 3, 5), **PAPER)
    with pytest.raises(NotFound), ward.work("van") as work:
        propose_end_of_tsa(work, "mot", reason="x", valid_from=date(2026, 3, 5), **PAPER)


def test_a_sample_root_is_trusted_in_the_sample_office_only(ward, real):
    with ward.look("van") as look:
        (line,) = trust_page(look).roots
    assert (line.root.kind, line.state) == ("sample", "in_force")
    assert real.trust_list().entries == ()
    for login in ("an", "hoa"):
        with pytest.raises(Forbidden), ward.look(login) as look:
            trust_page(look)


# --- certificates of the house


def test_an_end_is_told_sixty_thirty_and_seven_days_ahead_once_each(ward):
    desk, now = ward.house.ports.signatures, ward.clock.now()
    holder = f"person:{ward.people['an']}"
    ends = now + 100 * DAY
    desk.keys.save_sample(holder, desk.authority.issue("Dương Thành Ân", "UBND", "", "", now=now, until=ends))
    person = ward.row(Person, ward.people["an"])

    def told_on(days_before: float) -> list[tuple[str, str]]:
        ward.clock.set(ends - timedelta(days=days_before))
        before = {row.id for row in ward.rows(Notice, Notice.event == ENDING)}
        look_at_certificates(ward.house)
        look_at_certificates(ward.house)
        new = [row for row in ward.rows(Notice, Notice.event == ENDING) if row.id not in before]
        assert all("Dương Thành Ân" in row.body for row in new)
        return sorted(row.recipient for row in new)

    operator = ward.row(Person, ward.people["van"]).email
    both = sorted([person.email, operator])
    assert told_on(61) == []
    assert told_on(60) == both
    assert told_on(40) == []
    assert told_on(29.5) == both
    assert told_on(7) == both
    assert told_on(1) == []
    assert told_on(-1) == []
    ward.run_deferred()
    assert {row.status for row in ward.rows(Notice, Notice.event == ENDING)} == {"delivered"}
    with ward.look("van") as look:
        first = certificates_page(look).lines[0]
    assert (first.state, first.name) == ("over", "Dương Thành Ân")


def test_who_has_a_new_certificate_or_left_is_told_no_more(ward):
    desk, now = ward.house.ports.signatures, ward.clock.now()
    for login in ("an", "dung"):
        short = desk.authority.issue(login, "UBND", "", "", now=now, until=now + 20 * DAY)
        desk.keys.save_sample(f"person:{ward.people[login]}", short)
    look_at_certificates(ward.house)
    desk.keys.save_sample(f"person:{ward.people['an']}", desk.authority.issue("an", "UBND", "", "", now=now))
    with ward.work() as work:
        work.session.get_one(Person, ward.people["dung"]).active = False
    told = len(ward.rows(Notice, Notice.event == ENDING))
    ward.clock.advance(15 * DAY)
    look_at_certificates(ward.house)
    assert len(ward.rows(Notice, Notice.event == ENDING)) == told == 3
    gone = ward.rows(HeldCertificate, HeldCertificate.gone_at.is_not(None), by=HeldCertificate.serial)
    assert [row.holder for row in gone] == [f"person:{ward.people['an']}"]


def test_a_revoked_certificate_signs_nothing_more_and_the_case_says_why(ward):
    case_id = ward.dossier_at("approve")
    desk = ward.house.ports.signatures
    state = desk.keys.state(f"person:{ward.people['an']}")
    desk.authority.revoke(state.serial, ward.clock.now(), "keyCompromise")
    ward.do(case_id, "approve")
    (trouble,) = ward.incidents(case_id)
    assert trouble.kind == "call-failed"
    assert "đã bị thu hồi" in trouble.message
    assert ward.documents(case_id, "result")[0].signed_at is None
    look_at_certificates(ward.house)
    look_at_certificates(ward.house)
    notices = ward.rows(Notice, Notice.event == REVOKED)
    assert {row.recipient for row in notices} == {ward.row(Person, ward.people[login]).email for login in ("an", "van")}
    with ward.look("van") as look:
        assert certificates_page(look).lines[0].state == "revoked"
    with pytest.raises(Forbidden), ward.look("an") as look:
        certificates_page(look)


def test_what_was_signed_before_a_revocation_is_told_from_what_came_after(ward):
    desk, now = ward.house.ports.signatures, ward.clock.now()
    key = desk.authority.issue("Ai đó", "UBND", "", "", now=now)
    desk.authority.revoke(key.serial, now + DAY, "cessationOfOperation")
    found = ward.house.ports.trust.evidence_for(key.certificate, key.chain[0], now=now + 2 * DAY)
    assert isinstance(found, Evidence)
    assert [found.revoked_by(now + step * DAY) for step in (0, 0.99, 1, 2)] == [False, False, True, True]


# --- a real office


@pytest.fixture
def signer(ward, public):
    return public.issue("Nguyễn Thật", "UBND", "Chủ tịch", "", now=ward.clock.now())


def test_a_certificate_without_a_known_root_signs_nothing(ward, real, public, signer):
    def refusal() -> str:
        try:
            real.refuse_unfit(signer.certificate, signer.chain, now=ward.clock.now())
        except SigningRefused as refused:
            return refused.code
        return ""

    assert refusal() == "root_not_trusted"
    laid_down(ward, propose_root, public.roots[0], kind="public_service")
    assert refusal() == ""
    public.revoke(signer.serial, ward.clock.now(), "superseded")
    assert refusal() == ""  # what the authority said holds until its next update
    ward.clock.advance(2 * DAY)
    assert refusal() == "certificate_revoked"


def test_not_checked_is_never_good_and_grace_ends(ward, real, public, signer, site):
    laid_down(ward, propose_root, public.roots[0], kind="public_service")
    site.answers = {}
    now = ward.clock.now()
    tried = real.evidence_for(signer.certificate, signer.chain[0], now=now)
    assert isinstance(tried, Unreachable)
    with pytest.raises(SigningRefused, match="Chưa kiểm tra được thu hồi"):
        real.refuse_unfit(signer.certificate, signer.chain, now=now)
    kept = ward.rows(KeptAnswer, by=KeptAnswer.key)
    assert {(row.kind, row.failure, row.failed_at) for row in kept} == {
        ("ocsp", "unreachable", now),
        ("crl", "unreachable", now),
    }
    with ward.work() as work:
        work.session.add(_held(signer, now))
    for hours, allowed in ((0, True), (24, True), (25, False)):
        moment = now + timedelta(hours=hours)
        if allowed:
            real.refuse_unfit(signer.certificate, signer.chain, now=moment)
        else:
            with pytest.raises(SigningRefused, match="Chưa kiểm tra được thu hồi"):
                real.refuse_unfit(signer.certificate, signer.chain, now=moment)
    none = {"grace_hours": 0, "drift_warn_seconds": 5, "drift_stop_seconds": 60}
    laid_down(ward, propose_rules, none)
    with pytest.raises(SigningRefused):
        real.refuse_unfit(signer.certificate, signer.chain, now=now + timedelta(minutes=10))


# --- time


@pytest.fixture
def tsas(ward, public, site):
    """Two time-stamping authorities of the outside; `off` is how wrong each clock is, None: it does not answer."""
    off: dict[str, timedelta | None] = {"mot": timedelta(), "hai": timedelta()}
    laid_down(ward, propose_root, public.roots[0], kind="public_service", purposes=("timestamps",))

    def answers(name: str):
        def answer(body: bytes) -> bytes:
            wrong = off[name]
            if wrong is None:
                return b"no"
            return public.timestamper(ward.clock.now() + wrong).answer(body)

        return answer

    for rank, name in enumerate(off, 1):
        site.answers[f"/{name}"] = answers(name)
        laid_down(ward, propose_tsa, name=name, url=f"{site.url}/{name}", rank=rank)
    return off


def test_the_second_time_stamping_authority_is_asked_when_the_first_fails(ward, real, tsas, site):
    site.asked.clear()
    token = real.timestamper().token(b"\1" * 32, "sha256")
    assert moment_of(token) == ward.clock.now().replace(microsecond=0)
    tsas["mot"] = None
    real.timestamper().token(b"\1" * 32, "sha256")
    assert site.asked == ["/mot", "/mot", "/hai"]
    tsas["hai"] = None
    with pytest.raises(SigningRefused) as nobody:
        real.timestamper().token(b"\1" * 32, "sha256")
    assert nobody.value.code == "no_timestamp"
    with ward.look("van") as look:
        assert [(line.source, line.state) for line in clocks(look)] == [("mot", "failed"), ("hai", "failed")]
    laid_down(ward, propose_end_of_tsa, "mot", reason="Thôi dùng")
    with ward.look() as look:
        assert [one.name for one in timestamp_authorities(look.session, date(2026, 3, 2))] == ["hai"]


def test_a_time_stamp_nobody_vouches_for_is_not_taken(ward, real, tsas, public):
    mark = fingerprint(public.roots[0])
    laid_down(ward, propose_end_of_root, mark, reason="Lộ khóa", valid_from=date(2026, 3, 2))
    with pytest.raises(SigningRefused) as refusal:
        real.timestamper().token(b"\1" * 32, "sha256")
    assert refusal.value.code == "tsa_not_trusted"
    laid_down(ward, propose_root, public.roots[0], kind="public_service", purposes=("signing",))
    with pytest.raises(SigningRefused, match="không dẫn tới chứng thư gốc"):
        real.timestamper().token(b"\1" * 32, "sha256")
    token = public.timestamper(ward.clock.now()).token(b"\1" * 32, "sha256")
    assert believed(token, b"\1" * 32, public.roots, ward.clock.now())
    assert not believed(token, b"\2" * 32, public.roots, ward.clock.now())
    assert not believed(token[:-1] + bytes([token[-1] ^ 1]), b"\1" * 32, public.roots, ward.clock.now())
    assert not believed(b"no token", b"\1" * 32, public.roots, ward.clock.now())


def test_a_clock_that_runs_wrong_is_shown_and_then_signs_nothing(ward, real, tsas):
    for seconds, state in ((0, "ok"), (4, "ok"), (-30, "drifting"), (30, "drifting")):
        tsas["mot"] = timedelta(seconds=seconds)
        assert real.watch_clocks() == 2
        ward.clock.advance(timedelta(minutes=2))
        with ward.look("van") as look:
            assert clocks(look)[0].state == state
        real.timestamper().token(b"\1" * 32, "sha256")
    for seconds in (-120, 120):
        tsas["mot"] = timedelta(seconds=seconds)
        with pytest.raises(SigningRefused, match="lệch 119 giây") as refusal:
            real.timestamper().token(b"\1" * 32, "sha256")
        assert refusal.value.code == "clock_drift"
    with ward.look("van") as look:
        assert clock_state(look) == "stopped"
    with ward.work() as work:
        work.session.execute(delete(ClockReading))
    with ward.look("van") as look:
        assert {line.state for line in clocks(look)} == {"unknown"}


def test_who_asks_a_time_stamping_authority_by_password_keeps_it_beside_the_keys(ward, real, tsas):
    folder = ward.house.settings.keys / "timestamps"
    folder.mkdir()
    (folder / "mot").write_text("ubnd:bí mật:có hai chấm\n")
    assert real.secret_of("mot") == ("ubnd", "bí mật:có hai chấm")
    assert real.secret_of("../secret") == (None, None)
    ((_name, first), _second), _rules, _roots = real._sources()
    assert isinstance(first, HttpTimestamper)
    assert first._auth == ("ubnd", "bí mật:có hai chấm")


def test_orders_decide_where_stamps_come_from_and_a_setting_serves_only_until_the_first(ward, public, site):
    """Laid down, changed and ended by document: the setting never comes back."""
    settings = replace(ward.house.settings, sample=False, tsa_url=f"http://ubnd:m%40t@{site.url[7:]}/cu")
    office = replace(ward.house, settings=settings, ports=replace(ward.house.ports, settings=settings))
    trust = office.ports.trust = relied_on(office, tsa_url=settings.tsa_url)

    def asked() -> list[tuple[str, str]]:
        found = trust._sources()[0]
        with office.reading(actor=SYSTEM) as look:
            assert [name for name, _source in found] == [line.source for line in clocks(look)]
        return [(name, source.url) for name, source in found]

    def setting() -> str:
        with office.reading(actor=SYSTEM) as look:
            return trust_page(look).stamps.setting

    first = trust._sources()[0][0][1]
    assert isinstance(first, HttpTimestamper)
    assert (asked(), setting()) == ([(NAMED, f"{site.url}/cu")], "asked")
    assert first._auth == ("ubnd", "m@t")
    laid_down(ward, propose_tsa, name="mot", url=f"{site.url}/moi", rank=1, valid_from=date(2026, 3, 9))
    assert setting() == "asked"
    ward.clock.set(begins(date(2026, 3, 9)))
    assert (asked(), setting()) == ([("mot", f"{site.url}/moi")], "overruled")
    laid_down(ward, propose_tsa, name="hai", url=f"{site.url}/cu", rank=2, valid_from=date(2026, 3, 9))
    assert ([name for name, _url in asked()], setting()) == (["mot", "hai"], "same")
    for name in ("mot", "hai"):
        laid_down(ward, propose_end_of_tsa, name, reason="Hết hợp đồng", valid_from=date(2026, 3, 9))
    assert (asked(), setting()) == ([], "overruled")
    with pytest.raises(SigningRefused) as refusal:
        trust.timestamper()
    assert refusal.value.code == "no_timestamp"
    with ward.look("van") as look:
        assert trust_page(look).stamps.setting == ""  # nobody set one in the sample office


def _held(signer, now):
    return HeldCertificate(
        fingerprint=fingerprint(signer.certificate),
        holder="person:x",
        serial=signer.serial,
        subject="",
        issuer="",
        begins_at=now,
        ends_at=now + 365 * DAY,
        seen_at=now,
        state="good",
        good_until=now,
    )


def _openssl_fingerprint(certificate: bytes) -> str:
    command = ["openssl", "x509", "-noout", "-fingerprint", "-sha256"]
    told = subprocess.run(command, input=certificate, capture_output=True, check=True).stdout.decode()
    return told.strip().partition("=")[2].replace(":", "").lower()


def test_the_same_from_the_command_line(ward, public, tmp_path, capsys):
    (tmp_path / "root.pem").write_bytes(public.roots[0])

    def motcua(*words: str) -> tuple[int, str]:
        parser = argparse.ArgumentParser()
        trust_verb.add_arguments(parser)
        code = trust_verb.run(parser.parse_args(words))
        told = capsys.readouterr()
        return code, told.out + told.err

    paper = ("--from", "2026-03-02", "--document", "12/CV-BCY", "--dated", "2026-02-02", "--by", "van")
    assert motcua("root", str(tmp_path / "root.pem"), "--class", "sample", *paper)[0] == 2
    code, told = motcua("root", str(tmp_path / "root.pem"), "--class", "public", *paper)
    assert code == 0
    assert fingerprint(public.roots[0]) in told
    (order,) = ward.rows(TrustOrder)
    assert motcua("agree", str(order.id), "--by", "van")[0] == 2
    assert motcua("agree", "nonsense", "--by", "kiem")[0] == 2
    assert motcua("agree", str(order.id), "--by", "kiem")[0] == 0
    assert "root in_force  public" in motcua("list")[1]
    assert motcua("check") == (0, "18 certificates looked at, 0 need a look; 0 clocks compared\n")
    serial = ward.rows(
        HeldCertificate, HeldCertificate.holder == f"person:{ward.people['an']}", by=HeldCertificate.serial
    )
    assert motcua("revoke", serial[0].serial, "--reason", "superseded", "--by", "an")[0] == 2
    assert motcua("revoke", serial[0].serial, "--reason", "certificateHold", "--by", "van")[0] == 2
    assert motcua("revoke", serial[0].serial, "--reason", "superseded", "--by", "van")[0] == 0
    code, told = motcua("check")
    assert code == 1
    assert "revoked" in told
