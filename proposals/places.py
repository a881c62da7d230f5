"""Where our own assets lie, for whoever needs no renderer: pages compose a document too, and WeasyPrint is a second
to import.
"""

from pathlib import Path

from django.conf import settings

ROOT = (Path(settings.BASE_DIR) / "static").resolve()
FONTS = tuple(sorted((ROOT / "fonts" / "pdf").glob("*.woff2")))
