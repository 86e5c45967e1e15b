"""The counter: taking dossiers in, printing receipts, taking supplements, handing results over."""
