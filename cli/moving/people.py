"""Who stands behind an act at the terminal: somebody of the house, by login and password."""

from __future__ import annotations

import getpass
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.composition import House
    from engine.work import Actor


def signed_in(house: House, login: str) -> Actor:
    """The person with this login and today's posts; Forbidden without one.

    Two people have to act here one after the other, so each proves to be the one named. In the sample office everybody
    may step in as anybody, as on its sign-in page.
    """
    from sqlalchemy import select

    from engine.accounts.models import Person
    from engine.accounts.people import actor_of, check_password
    from engine.errors import Forbidden, Invalid

    if not login:
        raise Invalid("Nêu người thực hiện: --by TÊN-ĐĂNG-NHẬP")
    with house.reading() as look:
        if house.settings.sample:
            person = look.session.scalar(select(Person).where(Person.login == login.strip().lower(), Person.active))
        else:
            person = check_password(look.session, login, _password(login))
        actor = actor_of(look.session, person.id, now=look.now) if person is not None else None
    if actor is None or actor.must_change:
        raise Forbidden("Tên đăng nhập hoặc mật khẩu không đúng, hoặc mật khẩu chưa được đổi.")
    return actor


def _password(login: str) -> str:
    """Asked at the terminal; from a pipe the first line is taken."""
    if sys.stdin.isatty():
        return getpass.getpass(f"{login}: ")
    return sys.stdin.readline().rstrip("\n")
