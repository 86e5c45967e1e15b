"""A made-up record of acts on PostgreSQL for measuring history: chains of valid digests, made by the database itself.

Owners are offices, which need nothing beside them; to seals and checks a chain is a chain. Acts of a chain lie apart
in the table, as those of a dossier do that takes weeks: every round adds one act to every chain.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Engine, text

NAMES = """
create table made as
select i, 'm' || to_char(i, 'FM000000000') || '-' || md5(i::text) as office
from generate_series(1, :chains) i
"""
OWNERS = """
insert into journal_offices (office, journal_seq, journal_head)
select office, 0, decode(repeat('00', 32), 'hex') from made
"""
ROUND = """
with told as (
    select o.office, 'office:' || o.office as chain, o.journal_seq + 1 as seq, o.journal_head as previous,
           cast(:start as timestamptz) + make_interval(secs => i %% 36000) as at
    from made m join journal_offices o using (office) where i %% :every = 0
), hashed as (
    select *, sha256(convert_to('{"actor":"system","chain":"' || chain
                                || '","facts":{},"personal"\\:null,"verb":"made"}', 'UTF8')) as content
    from told
), digested as (
    select *, sha256('motcua act 2' || E'\\\\x0a'::bytea || previous || int8send(seq)
                     || int8send((extract(epoch from at) * 1000000)::bigint) || content) as digest
    from hashed
), written as (
    insert into journal_entries (chain, seq, at, actor, verb, facts, personal_digest, previous, digest)
    select chain, seq, at, 'system', 'made', '{}', null, previous, digest from digested
)
update journal_offices o set journal_seq = d.seq, journal_head = d.digest from digested d where o.office = d.office
"""


def fill(database: Engine, chains: int, acts: int, first: datetime) -> None:
    """So many chains of so many acts each, one a day from the moment `first` on; the tables are packed afterwards."""
    with database.begin() as connection:
        connection.execute(text(NAMES), {"chains": chains})
        connection.execute(text(OWNERS))
    for number in range(acts):
        go_on(database, first + timedelta(days=number), every=1)
    with database.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for table in ("journal_entries", "journal_offices"):
            connection.execute(text(f"vacuum full analyze {table}"))


def go_on(database: Engine, day: datetime, *, every: int) -> None:
    """One more act on that day for every so-manieth chain."""
    with database.begin() as connection:
        connection.execute(text(ROUND.replace("%%", "%")), {"start": day, "every": every})
