"""Bring the database to the newest migration (serve does this by itself at every start)."""

from __future__ import annotations

import argparse
import os

from cli.setup.house import HOUSE

NEEDS = ("packages",)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The database comes from DATABASE_URL, as everywhere."""
    parser.add_argument("--to", default="head", help="the number of a migration, “head” (default) or “base”")


def run(args: argparse.Namespace) -> int:
    """Migrate the database of this installation."""
    from engine.settings import read_settings

    migrate(read_settings().database_url, to=args.to)
    return 0


def migrate(url: str, *, to: str = "head") -> None:
    """Take the database at an SQLAlchemy URL up (or, for an older number or “base”, down) to a migration."""
    from alembic import command
    from alembic.config import Config

    config = Config(attributes={"url": url})
    config.set_main_option("script_location", str(HOUSE / "migrations").replace("%", "%%"))
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    before = os.environ.get("DATABASE_URL")
    os.environ["DATABASE_URL"] = url  # for an env.py that asks the settings
    try:
        if to == "base" or to.startswith("-"):
            command.downgrade(config, to)
        else:
            command.upgrade(config, to)
    finally:
        if before is None:
            del os.environ["DATABASE_URL"]
        else:
            os.environ["DATABASE_URL"] = before
