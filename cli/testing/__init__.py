"""What the test run needs around pytest: a private PostgreSQL, the stages in order, and the last line."""
