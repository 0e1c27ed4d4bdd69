"""moto's server, whose IAM and Organizations go by a clock that a test sets: the file MOTO_CLOCK holds the instant that it is.

moto dates keys, their uses and accounts by the machine's clock, and has no call that ages them.
"""

import os
import sys
from datetime import datetime, timezone
from pathlib import Path

import moto.iam.models
import moto.organizations.models
from moto.server import main

clock = Path(os.environ["MOTO_CLOCK"])


def now() -> datetime:
    """UTC without a zone, as moto's own utcnow."""
    instant = datetime.fromisoformat(clock.read_text())
    return instant.astimezone(timezone.utc).replace(tzinfo=None)


# A moto that dates things another way must not pass for one that goes by this clock.
for models in (moto.iam.models, moto.organizations.models):
    if not callable(getattr(models, "utcnow", None)):
        sys.exit(f"{models.__name__}.utcnow is not there: its clock cannot be set")
    models.utcnow = now

sys.exit(main())
