"""What every test may ask for: a database of each kind, a clock that stands still, a browser, a served page."""

from __future__ import annotations

import gc
import os
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from engine.clock import LEGAL_ZONE, ControlledClock

if TYPE_CHECKING:  # fixtures import what they need, so that a pure test needs nothing of the engine
    from engine.composition import House
    from engine.settings import Settings
    from tests.databases import Database

MORNING = datetime(2026, 3, 2, 9, 0, tzinfo=LEGAL_ZONE)
"""A plain Monday, far from any holiday."""

CHROMIUM_WORDS = (
    "--no-sandbox", "--disable-gpu", "--disable-software-rasterizer", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip


def pytest_configure(config: pytest.Config) -> None:
    """No test ever touches the installation of the person who runs it."""
    os.environ["MOTCUA_DATA"] = tempfile.mkdtemp(prefix="motcua-test-")
    os.environ["MOTCUA_SAMPLE"] = "1"
    for name in ("DATABASE_URL", "BROKER_URL"):
        os.environ.pop(name, None)
    config.addinivalue_line(
        "markers", "dialects(*names): run a test that uses a database only on these (sqlite, postgresql), saying why"
    )


def pytest_unconfigure(config: pytest.Config) -> None:
    shutil.rmtree(os.environ["MOTCUA_DATA"], ignore_errors=True)


def pytest_collection_finish(session: pytest.Session) -> None:
    """What was imported and collected stays to the end: the collector need not walk through it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test that asks for a database runs on SQLite and on PostgreSQL; one that does not runs once."""
    if "database" not in metafunc.fixturenames:
        return
    marker = metafunc.definition.get_closest_marker("dialects")
    names = marker.args if marker else ("sqlite", "postgresql")
    metafunc.parametrize("database", names, indirect=True)


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """The URL of a PostgreSQL whose owner may create databases: the one of ./motcua test, or one started now."""
    given = os.environ.get("DATABASE_URL_POSTGRES")
    if given:
        yield given
        return
    from cli.testing.postgres import server_of_tests

    with server_of_tests() as url:
        yield url


@pytest.fixture(scope="session")
def templates() -> dict[str, Any]:
    """The migrated templates of this session by kind, made when first asked for."""
    from tests.databases import code_mark

    return {"mark": code_mark()}


@pytest.fixture
def database(request: pytest.FixtureRequest, tmp_path: Path, templates: dict[str, Any]) -> Iterator[Database]:
    """An empty, migrated database of this test's own."""
    from tests.databases import copy_postgresql, copy_sqlite, postgresql_template, sqlite_template

    if request.param == "sqlite":
        if "sqlite" not in templates:
            templates["sqlite"] = sqlite_template(templates["mark"])
        yield copy_sqlite(templates["sqlite"], tmp_path)
        return
    server = request.getfixturevalue("postgresql_server")
    if "postgresql" not in templates:
        templates["postgresql"] = postgresql_template(server, templates["mark"])
    with copy_postgresql(server, templates["postgresql"]) as copy:
        yield copy


@pytest.fixture
def settings(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """An installation of this test's own, also told to whatever reads the environment."""
    from engine.settings import read_settings

    told = {
        "DATABASE_URL": database.url,
        "MOTCUA_DATA": str(tmp_path / "data"),
        "MOTCUA_SECRET": "a secret for tests only",
        "MOTCUA_SAMPLE": "1",
        "BROKER_URL": "",
    }
    for name, value in told.items():
        monkeypatch.setenv(name, value)
    return read_settings()


@pytest.fixture
def clock() -> ControlledClock:
    """A clock that stands on a Monday morning at nine until the test moves it."""
    return ControlledClock(MORNING)


@pytest.fixture
def house(settings: Settings, clock: ControlledClock) -> Iterator[House]:
    """One whole installation: an empty database, sample ports, and the clock that stands still."""
    from engine.composition import build_house
    from tests import stages
    from tests.databases import share_statements

    built = build_house(settings, clock=clock)
    share_statements(built.database)
    stages.watch(built)
    yield built
    built.database.dispose()


@pytest.fixture
def run_deferred(house: House) -> Callable[[], int]:
    """Carry out, here and now, every job that is due, and those they ask for; gives how many were carried out."""
    from jobs.app import load_every_kind
    from jobs.carrying import carry_out
    from jobs.relay import Relay

    def run() -> int:
        relay, done = Relay(house, lambda kind, job_id, holder: carry_out(house, job_id, holder), entries=()), 0
        while sent := relay.turn():
            done += sent
        return done

    load_every_kind()
    return run


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """A headless Chromium (a playwright Browser)."""
    from playwright.sync_api import sync_playwright

    from cli.setup.system import chromium_path

    path = chromium_path()
    assert path, "No Chromium here: ./motcua test installs it, or set MOTCUA_CHROMIUM to one."
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(CHROMIUM_WORDS))
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Any) -> Iterator[Any]:
    """A fresh page in a context of its own, Vietnamese, in the legal time zone."""
    context = chromium.new_context(locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh", accept_downloads=True)
    context.set_default_timeout(15_000)
    yield context.new_page()
    context.close()


@pytest.fixture
def serve() -> Iterator[Callable[[Any], str]]:
    """Serve a WSGI application on a free loopback port for the length of the test; gives its address."""
    from werkzeug.serving import BaseWSGIServer, make_server

    servers: list[BaseWSGIServer] = []

    def start(application: Any) -> str:
        server = make_server("127.0.0.1", 0, application, threaded=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()
