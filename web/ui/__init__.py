"""What all pages share: face, words, dates, safety headers and the pages that explain a refusal."""
