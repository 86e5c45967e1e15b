"""The floor jobs stand on: a database of each kind, empty and separate for every test."""

import pytest
from sqlalchemy.orm import Session

from engine import outbox
from engine.db import open_database


@pytest.mark.parametrize("round_", range(10))
def test_every_test_has_a_database_of_its_own(database, clock, round_):
    engine = open_database(database.url)
    with Session(engine) as session:
        assert session.query(outbox.Job).count() == 0
        outbox.ask(session, "letter.render", {}, now=clock.now())
        session.commit()
    engine.dispose()
