"""The address of the verification page as a QR code: dark modules as boxes, four quiet around "
"(ISO/IEC 18004)."""

import base64
import io

from django.utils.translation import gettext as _

from proposals.document.pictures.shapes import Box, Picture

_QUIET = 4


def _code(url: str):
    import segno

    return segno.make(url, error="m", micro=False, boost_error=False)


def small(url: str) -> str:
    """The same for the foot of every page, as the address of one image: a drawing would be drawn anew on each."""
    out = io.BytesIO()
    _code(url).save(out, kind="png", scale=8, border=_QUIET)
    return f"data:image/png;base64,{base64.b64encode(out.getvalue()).decode()}"


def qr(url: str, side_on_paper: float) -> Picture:
    """`side_on_paper`: in points, quiet modules included. Raises ValueError when the address is too long.

    Medium error correction: a folded or stained foot of a page still reads.
    """
    modules = [list(row) for row in _code(url).matrix]
    side = len(modules) + 2 * _QUIET
    shapes: list[Box] = [Box(0, 0, side, side, "paper")]
    for y, row in enumerate(modules):
        x = 0
        while x < len(row):
            run = x
            while run < len(row) and row[run]:
                run += 1
            if run > x:
                shapes.append(Box(x + _QUIET, y + _QUIET, run - x, 1, "black"))
            x = max(run, x + 1)
    alternative = _("Code QR de la page qui dit si ce papier est authentique et à jour : %(url)s") % {
        "url": url
    }
    return Picture("qr", side, side, tuple(shapes), alternative, side_on_paper / side)
