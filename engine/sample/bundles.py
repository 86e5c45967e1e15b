"""The shipped procedures as the sample office publishes them, with sample decisions where the real ones are open."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from engine.procedures.models import PublishedBundle
from engine.procedures.published import publish
from engine.work import Work
from processes.bundle import SETTINGS, library, load_bundle

DECISIONS = {
    "announced": ("MẪU-01/QĐ-UBND", "2025-07-01"),
    "internal_process": ("MẪU-02/QĐ-UBND", "2025-07-01"),
}
AGENCY = "Ủy ban nhân dân Thành phố Hồ Chí Minh (quyết định mẫu)"


def with_sample_decisions(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The bundle's files with sample decisions where it names none, so that the sample office may run it for real."""
    settings = files[SETTINGS].decode("utf-8")
    for table, (number, day) in DECISIONS.items():
        pattern = rf'\[{table}\]\nnumber = ""\nagency = ""'
        settings = re.sub(pattern, f'[{table}]\nnumber = "{number}"\ndate = {day}\nagency = "{AGENCY}"', settings)
    return {**files, SETTINGS: settings.encode("utf-8")}


def publish_library(work: Work) -> list[PublishedBundle]:
    """Publish every procedure of the shipped library; what is already published stays."""
    published = []
    for folder in library():
        bundle = load_bundle(Path(folder))
        published.append(
            publish(
                work,
                with_sample_decisions(bundle.files),
                origin="library",
                note="Thư viện đi kèm, quyết định mẫu",
                library_digest=bundle.digest,
            )
        )
    return published
