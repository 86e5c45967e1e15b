"""Who stands behind an act at the terminal: an official of the house, by login and password."""

from __future__ import annotations

import getpass
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.composition import House
    from engine.work import Actor


def signed_in(house: House, login: str) -> Actor:
    """The official with this login and today's posts; Forbidden for whoever does not prove to be the one named.

    What is done carries that name in the record, and some acts take two people, one after the other. In the sample
    office everybody may step in as anybody, as on its sign-in page.
    """
    from engine.accounts.people import official_named
    from engine.errors import Invalid

    if not login:
        raise Invalid("Nêu người thực hiện: --by TÊN-ĐĂNG-NHẬP")
    password = None if house.settings.sample else typed_secret(login)
    with house.reading() as look:
        return official_named(look.session, login, password, now=look.now)


def typed_secret(what: str) -> str:
    """A password, PIN or passphrase asked at the terminal and not shown; from a pipe the next line is taken."""
    if sys.stdin.isatty():
        return getpass.getpass(f"{what}: ")
    return sys.stdin.readline().rstrip("\n")
