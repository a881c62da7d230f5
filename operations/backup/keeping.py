"""The folder of backups: their names, how many stay, how old the newest is."""

import re
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from foundation import clock

_NAME = re.compile(r"enact-(\d{8}T\d{6}Z)\.backup(\.age)?")
LATE = timedelta(hours=26)  # a day, and time to make one


def name_for(moment: datetime, *, plain: bool = False) -> Path:
    stamp = moment.astimezone(timezone.get_fixed_timezone(0))
    return Path(settings.BACKUP_DIR) / f"enact-{stamp:%Y%m%dT%H%M%SZ}.backup{'' if plain else '.age'}"


def there() -> list[tuple[datetime, Path]]:
    """Backups of the folder with when they were made, newest first. Raises OSError when it cannot be read."""
    found = [
        (match, path) for path in Path(settings.BACKUP_DIR).iterdir() if (match := _NAME.fullmatch(path.name))
    ]
    made = [(datetime.strptime(match[1] + "+0000", "%Y%m%dT%H%M%SZ%z"), path) for match, path in found]
    return sorted(made, reverse=True)


def newest() -> datetime | None:
    """When the last backup was made; None when there is none, or no folder."""
    try:
        return next((made for made, _path in there()), None)
    except OSError:
        return None


def thin_out() -> list[Path]:
    """Remove all but the newest BACKUP_KEEP."""
    gone = [path for _made, path in there()[settings.BACKUP_KEEP :]]
    for path in gone:
        path.unlink(missing_ok=True)
    return gone


def is_due() -> bool:
    last = newest()
    return last is None or last < clock.now() - timedelta(hours=23)
