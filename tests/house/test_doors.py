"""Every door of the site, walked from its own list of addresses: nobody comes in who has no business there."""

from __future__ import annotations

import base64
import hashlib
import re
import sqlite3
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from werkzeug.routing import AnyConverter, Rule
from werkzeug.test import TestResponse

from engine.cases.models import Task
from engine.dossiers.models import Document
from engine.procedures.models import PublishedBundle
from engine.usecases.drafts import attach, open_draft, store_upload
from tests.factories import HOUSEHOLD, Ward
from tests.house.tree import HOUSE, told
from tests.unit.storage.files import pdf
from tests.usecases.conftest import database, offices, run_deferred, ward
from tests.web.citizen.office import key_of
from web.application import AUDIENCES, audience_module, create_application

__all__ = ["database", "offices", "run_deferred", "ward"]

pytestmark = pytest.mark.dialects("sqlite")  # who may come in is decided above the database

WRITES = {"POST", "PUT", "PATCH", "DELETE"}
OPEN_ROOMS = {
    "pages": "texts about the site itself",
    "public": "the catalogue, tracking by code and second fact, verification of papers",
    "styleguide": "shown in the sample office alone, nobody's data on it",
    "signin": "the way in",
    "static": "styles, scripts and fonts",
}
"""Rooms every stranger may walk through, with why; a room that is new is closed until it stands here."""
OPEN_DOORS = {
    "hotline.report": "anybody may report to 1022, with a name or without",
    "hotline.sent": "shown to the browser that has just sent a report, others are led to the proof",
    "hotline.follow": "asks for code and second fact",
    "hotline.followed": "leads whoever has not proved code and second fact to that question",
    "hotline.published": "what was answered, masked and published",
    "operator.health": "says whether the house is well, without a secret",
    "operator.tray": "the sample office's own tray of invented messages",
    "api.all_procedures": "what the catalogue says, for machines",
    "api.one_procedure": "what the catalogue says, for machines",
    "api.openapi": "how to talk to the house",
}
OPEN_WRITES = {
    "hotline.redraw": "draws the form anew, writes nothing",
    "hotline.send": "anybody may report; guarded by limits and the form key",
    "hotline.look_up": "looks up by code and second fact, writes nothing",
    "hotline.rate": "leads whoever has not proved code and second fact to that question",
    "signin.check": "a stranger becomes somebody",
    "signin.step_into": "a stranger becomes somebody of the sample office",
    "signin.leave": "ends the caller's own session, which a stranger has not",
    "public.rate": "leads whoever has not proved code and second fact to that question",
    "public.answer_told": "leads whoever has not proved code and second fact to that question",
    "public.look_up": "looks up by code and second fact, writes nothing",
    "public.check_paper": "reads a paper somebody brings, writes nothing",
    "public.verification_report": "signs only what this site itself found about a file a moment ago",
    "api.verify_paper": "reads a paper somebody brings, writes nothing",
    "public.compare": "reads a paper somebody brings, writes nothing",
    "public.pki_status": "answers machines whether a certificate of the sample authority holds, writes nothing",
}
"""State-changing methods open to strangers: every one has its reason."""
KEYLESS = {"public.pki_status": "a machine's question over POST, as RFC 6960 has it; no cookie changes its answer"}
"""Doors that want no form key."""
EVERYBODYS = {
    "signin.own": "one's own name, sign-in name and posts",
    "signin.own_password": "everybody who is signed in may change the own password",
    "signin.keep_password": "everybody who is signed in may change the own password",
}
"""Doors for whoever is signed in, citizen or official; a stranger is refused."""
CITIZEN_ROOMS = {"citizen"}
REFUSED = {401, 403, 404}
UNWELL = ("operator.health", 503)
"""No relay is alive in this test, and the health page says so."""
EITHER = ("hoa", "lan")
"""A citizen and an official: what is open to strangers, and how one is turned away, is the same for all others."""
PEOPLE = ("hoa", "lan", "nam", "an", "mai", "thiet", "kiem", "tong", "van")


@dataclass(frozen=True)
class Door:
    """One address of the site with one of its methods."""

    rule: Rule
    method: str

    @property
    def endpoint(self) -> str:
        return str(self.rule.endpoint)

    @property
    def room(self) -> str:
        return self.endpoint.partition(".")[0]

    @property
    def is_open(self) -> bool:
        """Whether a stranger may use it."""
        if self.method in WRITES:
            return self.endpoint in OPEN_WRITES
        if self.endpoint in EVERYBODYS:
            return False
        return self.room in OPEN_ROOMS or self.endpoint in OPEN_DOORS


class Site:
    """The whole site over a ward at work, and who knocks at it."""

    def __init__(self, ward: Ward) -> None:
        self.ward = ward
        self.app: Flask = create_application(ward.house, config={"RATELIMIT_ENABLED": False})
        self._keys: dict[str, str] = {}
        case_id = ward.dossier_at("approve")
        with ward.work("hoa") as work:
            draft = open_draft(work, HOUSEHOLD)
            stored = store_upload(work.ports, BytesIO(pdf()), "giay-to.pdf")
            draft_file = attach(work, field="minutes", stored=stored, draft_id=draft.id).id
        with ward.work() as work:
            sent = attach(work, field="minutes", stored=stored, case_id=case_id).id
        task = ward.rows(Task, Task.case_id == case_id, Task.status == "open")[0]
        document = ward.rows(Document, Document.case_id == case_id)[0]
        bundle = ward.rows(PublishedBundle, PublishedBundle.procedure == HOUSEHOLD)[0]
        self.known: dict[str, tuple[Any, ...]] = {
            "case_id": (case_id,),
            "task_id": (task.id,),
            "document_id": (document.id,),
            "attachment_id": (sent, draft_file),
            "version_id": (bundle.id,),
            "code": (HOUSEHOLD, ward.dossier(case_id).code),
            "path": ("process.bpmn", "forms/check.form"),
        }

    def doors(self) -> Iterator[Door]:
        for rule in self.app.url_map.iter_rules():
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                yield Door(rule, method)

    def addresses(self, door: Door) -> list[str]:
        """Those of things that are there, and one of nothing there is."""
        found = []
        for number in range(2):
            known = {name: values[min(number, len(values) - 1)] for name, values in self.known.items()}
            found.append(self._address(door.rule, known))
        return list(dict.fromkeys([*found, self._address(door.rule, {})]))

    def answers(self, login: str, doors: Iterable[Door]) -> Iterator[tuple[Door, str, TestResponse]]:
        """What somebody is answered at each address of these doors: (door, address, answer).

        Whoever is turned away for who he is knocks there no further; one citizen and one official try every address.
        """
        client = self.client(login)
        for door in doors:
            for address in self.addresses(door):
                answer = self.knock(client, door, address)
                yield door, address, answer
                if answer.status_code == 403 and login not in EITHER:
                    break

    def _address(self, rule: Rule, known: dict[str, Any]) -> str:
        values = {name: known.get(name, _strange(rule, name)) for name in rule.arguments}
        with self.app.test_request_context():
            built = rule.build(values, append_unknown=False)
        assert built is not None, f"no address for {rule}"
        return str(built[1])

    def client(self, login: str = "") -> FlaskClient:
        client = self.app.test_client()
        if login:
            sent = {"csrf_token": key_of(client.get("/signin").text), "person": str(self.ward.people[login])}
            assert client.post("/signin/sample", data=sent).status_code == 303
        return client

    def knock(self, client: FlaskClient, door: Door, address: str, *, keyed: bool = True) -> TestResponse:
        """Send one request, with the form key of the client's session unless told otherwise."""
        data = {"csrf_token": self._key(client)} if keyed and door.method in WRITES else None
        return client.open(address, method=door.method, data=data)

    def _key(self, client: FlaskClient) -> str:
        """The form key of the client's session, read from a page again whenever the session has changed."""
        session = client.get_cookie(self.app.config["SESSION_COOKIE_NAME"])
        if session is None or session.value not in self._keys:
            key = key_of(client.get("/accessibility").text)
            session = client.get_cookie(self.app.config["SESSION_COOKIE_NAME"])
            assert session is not None
            self._keys[session.value] = key
        return self._keys[session.value]


def _strange(rule: Rule, name: str) -> Any:
    """A value that names nothing in this house; where only certain words fit, one of them."""
    kind = type(rule._converters[name]).__name__
    if isinstance(rule._converters[name], AnyConverter):
        return min(rule._converters[name].items)
    return {"UUIDConverter": uuid4(), "IntegerConverter": 977}.get(kind, f"khong-co-{uuid4().hex[:8]}")


@pytest.fixture
def site(ward: Ward) -> Site:
    return Site(ward)


def test_every_room_is_open_or_closed_on_purpose():
    offices = {"counter", "officer", "books", "hotline", "leader", "designer", "moving", "operator", "calendars", "api"}
    offices.add("whatif")
    known = {*OPEN_ROOMS, *CITIZEN_ROOMS, *offices}
    assert set(AUDIENCES) <= known


def test_the_lists_of_open_doors_name_real_doors(site):
    there = {door.endpoint for door in site.doors()}
    assert {*OPEN_DOORS, *OPEN_WRITES, *EVERYBODYS} <= there


def test_a_stranger_gets_in_nowhere_else(site):
    stranger = site.client()
    findings = []
    for door in site.doors():
        for address in site.addresses(door):
            status = site.knock(stranger, door, address).status_code
            if (status >= 500 and (door.endpoint, status) != UNWELL) or (not door.is_open and status not in REFUSED):
                findings.append(f"{door.method} {address} ({door.endpoint}): {status}")
    assert not findings, told(findings, "A stranger is answered 401 or 403:")


def test_a_citizen_has_no_business_in_the_office_and_an_official_none_in_a_citizens_pages(site):
    citizen, official = site.client("duc"), site.client("nam")
    findings = []
    for door in site.doors():
        if door.is_open or door.room == "api" or door.endpoint in EVERYBODYS:
            continue
        knocker = official if door.room in CITIZEN_ROOMS else citizen
        for address in site.addresses(door):
            status = site.knock(knocker, door, address).status_code
            if status not in REFUSED:
                findings.append(f"{door.method} {address} ({door.endpoint}): {status}")
    assert not findings, told(findings, "403 for whoever belongs elsewhere:")


def test_another_citizen_opens_nothing_of_a_filing(site):
    other = site.client("duc")
    findings = []
    for door in site.doors():
        if door.room not in CITIZEN_ROOMS or not {"case_id", "attachment_id", "document_id"} & door.rule.arguments:
            continue
        for address in site.addresses(door):
            status = site.knock(other, door, address).status_code
            if status not in REFUSED:
                findings.append(f"{door.method} {address}: {status}")
    assert not findings, told(findings, "A dossier is its applicant's own:")


def test_nothing_is_changed_without_the_form_key(site):
    findings = []
    for login in ("", "an"):
        client = site.client(login)
        for door in site.doors():
            if door.method not in WRITES or getattr(audience_module(door.room), "OWN_AUTHENTICATION", False):
                continue
            if door.endpoint in KEYLESS:
                continue
            for address in site.addresses(door):
                status = site.knock(client, door, address, keyed=False).status_code
                if status not in {400, 403}:
                    findings.append(f"{login}: {door.method} {address} ({door.endpoint}): {status}")
    assert not findings, told(findings, "Every state-changing request needs the key of a form of ours:")


def test_no_door_breaks_and_looking_changes_nothing(site):
    watcher = sqlite3.connect(site.ward.house.database.url.database)
    before = watcher.execute("PRAGMA data_version").fetchone()
    findings = []
    for login in PEOPLE:
        doors = [door for door in site.doors() if door.method == "GET" and (not door.is_open or login in EITHER)]
        for door, address, answer in site.answers(login, doors):
            findings += [f"{login} {address}: {fault}" for fault in faults(door, answer)]
    assert not findings, told(findings, "Every page answers, strictly and unstored:")
    assert watcher.execute("PRAGMA data_version").fetchone() == before, "a GET has written something"


def test_empty_posts_are_answered_in_words(site):
    findings = []
    for login in ("hoa", "lan", "an", "thiet", "tong", "van"):
        writes = [door for door in site.doors() if door.method in WRITES and door.endpoint != "signin.leave"]
        doors = [door for door in writes if not door.is_open or login in EITHER]
        for door, address, answer in site.answers(login, doors):
            if answer.status_code >= 500:
                findings.append(f"{login} {door.method} {address} ({door.endpoint}): {answer.status_code}")
    assert not findings, told(findings, "A post with nothing in it is refused in words:")


def faults(door: Door, answer: TestResponse) -> Iterator[str]:
    """What is wrong with an answer as a browser would take it."""
    broken = answer.status_code >= 500 and (door.endpoint, answer.status_code) != UNWELL
    if broken and door.endpoint != "styleguide.failure":
        yield f"answers {answer.status_code}"
    policy = dict(part.strip().partition(" ")[::2] for part in answer.headers["Content-Security-Policy"].split(";"))
    # A page that is one file may carry what its policy names byte by byte, and nothing else.
    known = {*policy.get("script-src", "").split(), *policy.get("style-src", "").split()}
    by_digest = policy.get("script-src", "").startswith("'sha256-") and all(one.startswith("'sha256-") for one in known)
    if not (by_digest or policy.get("script-src") == "'self'") or policy.get("default-src") != "'none'":
        yield f"a lax policy for scripts: {policy}"
    if policy.get("frame-ancestors") != "'none'" or policy.get("base-uri") != "'none'":
        yield "may be framed or re-based"
    if answer.headers.get("X-Content-Type-Options") != "nosniff":
        yield "may be sniffed"
    if not door.is_open and answer.headers.get("Cache-Control") != "no-store":
        yield f"may be kept: {answer.headers.get('Cache-Control')}"
    if answer.mimetype == "text/html" and answer.data:
        yield from inline_code(html.fromstring(answer.data), known if by_digest else set())


def inline_code(page: html.HtmlElement, known: Collection[str]) -> Iterator[str]:
    """Whatever a strict policy would have to be softened for; `known` are the digests it names."""
    for element in page.iter():
        if not isinstance(element.tag, str):
            continue
        within = element.tag == "style" or (element.tag == "script" and not element.get("src") and _runs(element))
        if within and _digest_of(element) not in known:
            yield f"inline <{element.tag}>"
        for name, value in element.attrib.items():
            if name.startswith("on") or (name == "style" and not _in_picture(element)):
                yield f"<{element.tag} {name}>"
            if value.strip().lower().startswith("javascript:"):
                yield f"<{element.tag} {name}={value}>"


def _digest_of(element: html.HtmlElement) -> str:
    """How a policy names the text of an inline script or style."""
    digest = hashlib.sha256((element.text or "").encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def _runs(script: html.HtmlElement) -> bool:
    return script.get("type", "text/javascript") in {"text/javascript", "module", "importmap"}


def _in_picture(element: html.HtmlElement) -> bool:
    return any(above.tag == "svg" for above in element.iterancestors())


TEMPLATES = sorted(path for path in (HOUSE / "web").rglob("*.html") if "templates" in path.parts)
INLINE = {
    "an inline script": re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")", re.I),
    "an inline style sheet": re.compile(r"<style\b", re.I),
    "a style attribute": re.compile(r"\sstyle\s*=\s*[\"']", re.I),
    "an event handler": re.compile(r"<[^>{]*\son[a-z]+\s*=\s*[\"']", re.I),
    "a javascript address": re.compile(r"javascript:", re.I),
}
UNESCAPED = re.compile(r"\|\s*safe\b|autoescape\s+false", re.I)
OWN_MARKUP = {
    "web/officer/templates/officer/parts.html": "class names written there put into markup already escaped",
    "web/ui/templates/forms/fields.html": "texts of a form, escaped by forms.markup, which adds a short list of tags",
    "web/ui/templates/ui/parts.html": "the shapes of icons, written in the same file",
}
"""Templates that print markup as it is, and where that markup comes from."""


def test_no_template_carries_code_or_style():
    findings = [
        f"{path.relative_to(HOUSE)}:{text[: match.start()].count(chr(10)) + 1}: {what}"
        for path in TEMPLATES
        for text in [path.read_text(encoding="utf-8")]
        for what, pattern in INLINE.items()
        for match in pattern.finditer(text)
    ]
    assert TEMPLATES
    assert not findings, told(findings, "Pages hold words, styles and scripts live in files of their own:")


def test_markup_is_printed_as_it_is_only_where_it_is_our_own():
    found = {str(path.relative_to(HOUSE)) for path in TEMPLATES if UNESCAPED.search(path.read_text(encoding="utf-8"))}
    assert found == OWN_MARKUP.keys(), told(sorted(found ^ OWN_MARKUP.keys()), "Escaping is switched off on purpose:")


def test_the_session_is_out_of_reach_of_scripts_and_other_sites(ward):
    client = create_application(ward.house).test_client()
    cookie = client.get("/signin").headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "http:evil.example",
        "javascript:alert(1)",
        " //evil.example",
        "/\t/evil.example",
        "///evil.example",
        "/%0d%0aLocation:%20//evil.example",
        "https://[evil",
    ],
)
def test_signing_in_leads_nowhere_else(ward, elsewhere):
    client = create_application(ward.house, config={"RATELIMIT_ENABLED": False}).test_client()
    page = client.get("/signin", query_string={"next": elsewhere})
    assert page.status_code == 200
    sent = {"csrf_token": key_of(page.text), "person": str(ward.people["hoa"]), "next": elsewhere}
    answer = client.post("/signin/sample", data=sent)
    assert answer.status_code == 303
    assert re.match(r"/(?![/\\])", answer.headers["Location"]), answer.headers["Location"]


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80@127.0.0.1", "a b", "[::1", "127.0.0.1\\evil", ""])
def test_a_made_up_host_is_never_repeated(ward, host):
    client = create_application(ward.house).test_client()
    for address in ("/", "/signin", "/cong-viec", "/api/v1/openapi.json", "/ho-so-cua-toi"):
        answer = client.get(address, headers={"Host": host})
        assert answer.status_code < 500
        assert "evil" not in answer.text
        assert "evil" not in answer.headers.get("Location", "")
