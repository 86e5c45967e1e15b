"""A running process, whatever it is about: its state, tasks, clocks, calls and incidents."""
