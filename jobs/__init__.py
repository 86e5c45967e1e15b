"""Celery: what runs without a browser; relay, schedule, one module per kind, three lines a task."""
