"""Runs a procedure's BPMN drawing with SpiffWorkflow, without a database or a clock: state in, Advance out."""
