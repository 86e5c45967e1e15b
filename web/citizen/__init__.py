"""The applicant's own side: filing step by step, the dossiers filed, answering a supplement, taking the result."""
