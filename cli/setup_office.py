"""Set up a real office from a file: offices, people with their posts, calendar, procedures.

An example with every key explained is docs/examples/ward.toml. The file may be applied again after every change, also
while the house is being served. Signing keys are not made here: they belong to the people who sign.
"""

from __future__ import annotations

import argparse
import getpass
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.composition import House
    from engine.usecases.office_file import OfficeFile
    from engine.usecases.setting_up import Settled

NEEDS = ("packages", "assets", "letters")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which file, which installation, and where passwords come from."""
    parser.add_argument("file", type=Path, metavar="FILE.toml", help="the office, see docs/examples/ward.toml")
    parser.add_argument("--data", type=Path, default=None, metavar="DIR", help="data folder (default: data/ here)")
    parser.add_argument("--ask", action="store_true", help="ask for the passwords instead of making them up")
    parser.add_argument(
        "--password", action="append", default=[], metavar="LOGIN", help="give this person a new password"
    )


def run(args: argparse.Namespace) -> int:
    """0 when the office is as the file says; 2 when file or installation do not fit, and then nothing is written."""
    if args.data is not None:
        os.environ["MOTCUA_DATA"] = str(args.data.expanduser().absolute())
    os.environ["MOTCUA_SAMPLE"] = "0"
    from cli.schema import migrate
    from engine.composition import composition
    from engine.errors import Refusal
    from engine.usecases.office_file import OfficeFileError

    house = composition()
    if (house.settings.keys / "authority").exists():
        return refuse("this data folder holds the sample office; give a real one a folder of its own with --data DIR.")
    try:
        wanted = read(args.file)
        migrate(house.settings.database_url)
        settled, doubts = settle(house, wanted)
        passwords = give_passwords(house, wanted, again=args.password, ask=args.ask)
    except (OfficeFileError, UnicodeDecodeError) as fault:
        return refuse(f"{args.file}: {fault}")
    except OSError as fault:
        return refuse(f"{args.file}: {fault.strerror or fault}")
    except Refusal as refusal:
        return refuse(f"{args.file}: {refusal}")
    report(settled, doubts, passwords, shown=not args.ask)
    return 0


def refuse(words: str) -> int:
    """Say why nothing was done."""
    print(f"motcua: {words}", file=sys.stderr)
    return 2


def read(path: Path) -> OfficeFile:
    """The file, checked against the shipped procedures."""
    from engine.usecases.office_file import read_office_file
    from processes.bundle import library, load_bundle

    codes = {load_bundle(folder).procedure.code for folder in library()}
    return read_office_file(path.read_text(encoding="utf-8"), procedures=codes)


def settle(house: House, wanted: OfficeFile) -> tuple[Settled, list[tuple[str, str, str]]]:
    """Write everything in one transaction."""
    from engine.calendars.models import NATIONAL
    from engine.clock import legal_date
    from engine.usecases import setting_up
    from engine.usecases.calendars import add_calendar
    from engine.usecases.series_start import start_series
    from engine.work import SYSTEM

    settled = setting_up.Settled()
    with house.unit_of_work(actor=SYSTEM) as work:
        if add_calendar(work):
            work.record_for_office("system", "calendar.added", {"calendar": NATIONAL})
        offices = setting_up.settle_offices(work, wanted.offices, settled)
        since = legal_date(work.now)
        setting_up.settle_people(work, wanted.people, offices, settled, since=since)
        published = setting_up.publish_library(work, wanted.decisions, note="Thư viện đi kèm", settled=settled)
        for entry in wanted.series:
            if start_series(work, entry):
                settled.series.append((entry.office, f"{entry.name} {entry.year} goes on after {entry.last}"))
        return settled, setting_up.unresolved_places(work, published)


def give_passwords(house: House, wanted: OfficeFile, *, again: list[str], ask: bool) -> list[tuple[str, str]]:
    """A password for everybody of the file who has none, and for those named; (login, password) in that order."""
    from engine.accounts.passwords import one_time_password
    from engine.usecases import setting_up
    from engine.work import SYSTEM

    with house.unit_of_work(actor=SYSTEM) as work:
        logins = setting_up.without_password(work, [one.login for one in wanted.people])
    names = {one.login: one.name for one in wanted.people}
    given = []
    for login in dict.fromkeys([*logins, *again]):
        password = asked(login, names.get(login, "")) if ask else one_time_password()
        with house.unit_of_work(actor=SYSTEM) as work:
            setting_up.give_password(work, login, password, one_time=not ask)
        given.append((login, password))
    return given


def asked(login: str, name: str) -> str:
    """A password typed twice alike and not easily guessed; it is the person's own and stays."""
    from engine.accounts.passwords import SHORTEST, doubts

    while True:
        password = getpass.getpass(f"Password for {login}: ")
        if doubts(password, login=login, full_name=name):
            print(
                f"At least {SHORTEST} characters; not the person's name, a common word or a row of keys.",
                file=sys.stderr,
            )
        elif getpass.getpass(f"Once more for {login}: ") != password:
            print("The two are not alike.", file=sys.stderr)
        else:
            return password


def report(
    settled: Settled, doubts: list[tuple[str, str, str]], passwords: list[tuple[str, str]], *, shown: bool
) -> None:
    """Say what was changed, what is doubtful and, once, the passwords that were made up."""
    for title, lines in (
        ("Offices", settled.offices),
        ("People", settled.people),
        ("Procedures", settled.procedures),
        ("Series", settled.series),
    ):
        for name, change in lines:
            print(f"{title:<12}{name:<12}{change}")
    if not (settled.offices or settled.people or settled.procedures or settled.series):
        print("Everything is already as the file says.")
    for centre, procedure, problem in doubts:
        print(f"Attention   {procedure} filed at {centre}: {problem}")
    if passwords and shown:
        print("\nOne-time passwords, shown this once; each is changed by its person at the first sign-in:")
        for login, password in passwords:
            print(f"  {login:<16}{password}")
    print("\nSigning: nobody has a signing key yet unless you installed one; see docs/operations.md.")
