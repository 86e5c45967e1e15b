"""Who is asking: the person behind the session cookie, and the gates that let only the right ones through."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import wraps
from typing import ParamSpec, Protocol, TypeVar
from uuid import UUID, uuid4

from flask import Flask, current_app, g, request, session

from engine.clock import Clock
from engine.errors import Forbidden, NotSignedIn
from engine.work import ANONYMOUS, Actor

Parameters = ParamSpec("Parameters")
Answer = TypeVar("Answer")

KEY = "motcua.people"
LONGEST = timedelta(hours=12)
"""A session ends this long after signing in, whatever happens."""
IDLE = timedelta(minutes=60)
"""A session ends when nothing was asked for this long."""
STAMP = timedelta(minutes=1)


@dataclass(frozen=True)
class SamplePerson:
    """A role of the sample office that anybody may step into; `group` is a key of the sign-in page."""

    person_id: UUID
    group: str
    name: str
    title: str
    office: str


class People(Protocol):
    """What the web asks about persons; given by the composition."""

    def actor_of(self, person_id: UUID, *, signed_in: datetime, now: datetime) -> Actor | None:
        """The person with today's posts; None when the account is closed or its sessions of that time were ended."""

    def verify(self, login: str, password: str) -> UUID | None:
        """The person whose login and password these are."""

    def sample_people(self, now: datetime) -> tuple[SamplePerson, ...]:
        """The roles offered on the sign-in page of a sample office."""


def know_people(app: Flask, people: People, clock: Clock) -> None:
    """Tell the application where persons are looked up and what time it is."""
    app.extensions[KEY] = (people, clock)


def people() -> People:
    """The door to persons of this application."""
    found: People = current_app.extensions[KEY][0]
    return found


def now() -> datetime:
    """The moment of this request: one and the same from its first line to its last."""
    if "now" not in g:
        g.now = current_app.extensions[KEY][1].now()
    moment: datetime = g.now
    return moment


def sign_in(person_id: UUID, *, stepped_in: bool = False) -> None:
    """Begin a session for a person; whatever an earlier one held is forgotten.

    `stepped_in` is a role of the sample office taken without a password: there is none to change.
    """
    session.clear()
    session.permanent = False
    session["person"] = str(person_id)
    session["signed_in"] = session["seen"] = now().timestamp()
    if stepped_in:
        session["stepped_in"] = True
    g.pop("actor", None)


def must_change_password() -> bool:
    """Whether whoever asks came in with a password somebody else gave them."""
    return current_actor().must_change and not session.get("stepped_in")


def sign_out() -> None:
    """End the session."""
    session.clear()
    g.pop("actor", None)


def _session_over(moment: datetime) -> bool:
    stamp = moment.timestamp()
    signed_in, seen = session.get("signed_in", 0), session.get("seen", 0)
    return stamp - signed_in > LONGEST.total_seconds() or stamp - seen > IDLE.total_seconds()


def _forget_person() -> None:
    """End a session in the middle of an answer: the form key that this very page carries must stay good."""
    key = session.get("csrf_token")
    session.clear()
    if key:
        session["csrf_token"] = key


def _load() -> Actor:
    if "person" not in session:
        return ANONYMOUS
    moment = now()
    if _session_over(moment):
        _forget_person()
        g.session_ended = True
        return ANONYMOUS
    signed_in = datetime.fromtimestamp(session["signed_in"], UTC)
    actor = people().actor_of(UUID(session["person"]), signed_in=signed_in, now=moment)
    if actor is None:
        _forget_person()
        return ANONYMOUS
    if moment.timestamp() - session["seen"] > STAMP.total_seconds():
        session["seen"] = int(moment.timestamp())
    return actor


def current_actor() -> Actor:
    """The person who asks, or the anonymous one; looked up once per request."""
    if "actor" not in g:
        g.actor = _load()
    actor: Actor = g.actor
    return actor


def is_signed_in() -> bool:
    """Whether somebody is behind this request."""
    return current_actor().id is not None


def check_signed_in() -> Actor:
    """The person who asks; NotSignedIn (401) for a stranger."""
    actor = current_actor()
    if actor.id is None:
        if g.get("session_ended"):
            raise NotSignedIn("Phiên làm việc đã hết hạn. Hãy đăng nhập lại để tiếp tục.", code="session_ended")
        raise NotSignedIn("Bạn cần đăng nhập để xem trang này.")
    return actor


def check_role(*roles: str) -> Actor:
    """The person who asks if one of these roles is theirs today; Forbidden (403) otherwise."""
    actor = check_signed_in()
    if not actor.roles & set(roles):
        raise Forbidden("Vai trò hiện tại của bạn không được mở trang này.")
    return actor


def require_signed_in(view: Callable[Parameters, Answer]) -> Callable[Parameters, Answer]:
    """Only for persons who are signed in."""

    @wraps(view)
    def answer(*args: Parameters.args, **kwargs: Parameters.kwargs) -> Answer:
        check_signed_in()
        return view(*args, **kwargs)

    return answer


def require_role(*roles: str) -> Callable[[Callable[Parameters, Answer]], Callable[Parameters, Answer]]:
    """Only for persons who hold one of these roles today (`require_role("specialist", "unit_head")`)."""

    def decorate(view: Callable[Parameters, Answer]) -> Callable[Parameters, Answer]:
        @wraps(view)
        def answer(*args: Parameters.args, **kwargs: Parameters.kwargs) -> Answer:
            check_role(*roles)
            return view(*args, **kwargs)

        return answer

    return decorate


def form_key() -> str:
    """The one-time key of the form on this page: kept when the page comes back with errors, new otherwise."""
    if "form_key" not in g:
        try:
            g.form_key = str(UUID(request.form.get("form_key", "")))
        except ValueError:
            g.form_key = str(uuid4())
    key: str = g.form_key
    return key


def form_key_sent() -> UUID:
    """The key a form was sent with; the engine acts once per key, so a double click finds the first act."""
    return UUID(form_key())
