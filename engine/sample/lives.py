"""What becomes of each sample dossier: when it is filed, how slow each desk is, where it stops."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from engine.clock import LEGAL_ZONE

HOUSEHOLD, BIRTH, PERMIT, COPIES = "1.001612", "1.001193", "1.013225", "2.000815"
SHARE = ((HOUSEHOLD, 48), (BIRTH, 34), (PERMIT, 28), (COPIES, 10))

FULL = "full"
ENDINGS = (
    (FULL, 54),
    ("refused_at_check", 5),
    ("refused_after_appraisal", 5),
    ("supplemented", 14),
    ("waiting_for_supplement", 8),
    ("withdrawn", 4),
    ("late", 12),
    ("open", 18),
)
"""How the lives are spread, of 120."""

STOPS = ("check", "appraise", "approve", "register", "hand_over")


@dataclass
class Life:
    """One sample dossier's fate; `pace` stretches the time every desk takes, `stop` is the step it is left at."""

    number: int
    procedure: str
    ending: str
    filed_at: datetime
    channel: str
    pace: float
    stop: str = ""
    late_at: str = ""
    supplemented: int = 0
    dice: Random = field(default_factory=Random)

    @property
    def key(self) -> str:
        return f"sample-{self.number:04d}"


def plan(count: int, *, until: datetime, days: int = 120, seed: int = 1022) -> list[Life]:
    """The fates of `count` dossiers filed within `days` before a moment, oldest first; the same for the same seed.

    What is to be open today is filed in the last days, the rest long enough ago to be over.
    """
    dice = Random(seed)
    procedures = [code for code, share in SHARE for _ in range(share)]
    endings = [ending for ending, share in ENDINGS for _ in range(share)]
    dice.shuffle(procedures)
    dice.shuffle(endings)
    lives = []
    for number in range(1, count + 1):
        ending = endings[number % len(endings)]
        procedure = procedures[number % len(procedures)]
        recent = ending in {"open", "waiting_for_supplement"}
        back = dice.uniform(0.2, 3.0 if procedure != PERMIT else 6.0) if recent else dice.uniform(7, days)
        day = (until.astimezone(LEGAL_ZONE) - timedelta(days=back)).replace(
            hour=dice.randint(8, 16), minute=dice.randint(0, 59)
        )
        lives.append(
            Life(
                number=number,
                procedure=procedure,
                ending=ending,
                filed_at=min(day, until - timedelta(hours=1)),
                channel=dice.choices(("online", "counter", "post"), (6, 4, 0.4))[0],
                pace=dice.uniform(0.4, 1.1),
                stop=dice.choice(STOPS) if ending == "open" else "",
                late_at="appraise" if ending == "late" else "",
                dice=Random(f"{seed}-{number}"),
            )
        )
    return sorted(lives, key=lambda life: life.filed_at)
