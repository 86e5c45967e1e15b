"""The commands behind ./motcua: every module directly in this folder that defines run() is a verb of the same name.

A verb's module has a docstring (its first line is the help text), `add_arguments(parser) -> None`,
`run(args) -> int` (the exit code) and may name what must be ready first:

    NEEDS = ("packages", "assets", "letters")      # the default
    "developer" adds the test tools, "postgresql", "chromium" and "poppler" bring the programs the tests use.

The docstring and NEEDS are read without importing the module, so help works on a bare machine, and the module
itself may import anything: it is loaded only by the prepared Python. The house's own processes (web, jobs) are
started by name and never imported here. Nothing needs to be registered: the folder is the list.
"""
