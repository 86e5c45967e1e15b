"""Dated calendars as rows, turned into the pure calendar of the deadlines room."""
