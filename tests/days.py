"""Days as a test counts them: when it runs, not when its file is read, which may be
before midnight."""

from datetime import timedelta
from typing import Any

from spip_portal.security.dates import today


def from_today(values: dict[str, Any]) -> dict[str, Any]:
    """Each span of time becomes the day that far from today."""
    return {
        name: today() + value if isinstance(value, timedelta) else value
        for name, value in values.items()
    }
