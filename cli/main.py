"""From the words typed after ./motcua to the verb that answers them, with everything it needs made ready first."""

from __future__ import annotations

import argparse
import importlib
import os
import sys

from cli.setup.house import HOUSE, VENV_PYTHON, SetupFailed
from cli.setup.prepare import prepare
from cli.verbs import Verb, find_verbs

PREPARED = "--prepared"


def main(words: list[str]) -> int:
    """Run one verb; the exit code is the verb's own, 2 for words nobody understands, 3 for a failed set-up."""
    if words and words[0] == PREPARED:
        return _run(find_verbs()[words[1]], words[2:])
    verbs = find_verbs()
    if not words or words[0] in ("-h", "--help", "help"):
        print(_help(verbs))
        return 0
    verb = verbs.get(words[0])
    if verb is None:
        print(f"motcua knows no verb “{words[0]}”.\n\n{_help(verbs)}", file=sys.stderr)
        return 2
    try:
        prepare(verb.needs)
    except SetupFailed as failure:
        print(f"\n{failure}", file=sys.stderr)
        return 3
    except KeyboardInterrupt:
        return 130
    sys.stdout.flush()
    sys.stderr.flush()
    os.execv(VENV_PYTHON, [str(VENV_PYTHON), str(HOUSE / "motcua"), PREPARED, verb.name, *words[1:]])


def _run(verb: Verb, words: list[str]) -> int:
    module = importlib.import_module(f"cli.{verb.name.replace('-', '_')}")
    parser = argparse.ArgumentParser(prog=f"motcua {verb.name}", description=module.__doc__, allow_abbrev=False)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    module.add_arguments(parser)
    if getattr(module, "PASS_THROUGH", False):
        args, rest = parser.parse_known_args(words)
        args.rest = rest
    else:
        args = parser.parse_args(words)
    from engine.settings import SettingsError

    try:
        return int(module.run(args))
    except SettingsError as fault:
        print(f"motcua: {fault}", file=sys.stderr)
        return 2
    except Exception as fault:
        told = no_database(fault)
        if not told:
            raise
        print(f"motcua: {told}", file=sys.stderr)
        return 2


def no_database(fault: Exception) -> str:
    """What to tell of a fault that means there is no database to work with; "" where it means anything else."""
    known = sys.modules.get("sqlalchemy.exc")
    if known is None or not isinstance(fault, known.OperationalError | known.ProgrammingError):
        return ""
    first = str(fault.orig).strip().partition("\n")[0]
    if fault.statement is None:
        return f"The database cannot be reached: {first}. Is it running, and is DATABASE_URL right?"
    if type(fault.orig).__name__ == "UndefinedTable" or first.startswith("no such table"):
        return f"The database has no tables of motcua yet ({first}). ./motcua serve or ./motcua schema makes them."
    return ""


def _help(verbs: dict[str, Verb]) -> str:
    lines = "\n".join(f"  {verb.name:<10}{verb.summary}" for verb in verbs.values())
    return f"usage: ./motcua VERB [options]      (./motcua VERB --help says more)\n\n{lines}"
