"""Pictures: read to the last pixel, then kept without what they say about people and places.

Source: ITU T.81 annex B and JFIF 1.02 (JPEG).
"""

import io
import re
import struct

from .png import MAX_PIXELS, png_parts, read_png
from .refusing import Refused, refuse_doubles


def picture(kind: str, data: bytes) -> bytes:
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    try:
        told = read_png(data) if kind == "png" else data
        image = Image.open(io.BytesIO(told), formats=("PNG",) if kind == "png" else ("JPEG", "MPO"))
        if image.width * image.height > MAX_PIXELS:
            raise Refused("pixels")
        orientation = image.getexif().get(0x0112, 1)
        if kind == "jpeg":  # an eighth of each side proves every byte readable at a fraction of the memory
            image.draft(None, (image.width // 8, image.height // 8))
        image.load()
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Refused("pixels") from error
    turned = b""
    if orientation in range(2, 9):
        only = Image.Exif()
        only[0x0112] = orientation
        turned = only.tobytes()
    kept, tail = (png_parts if kind == "png" else jpeg_parts)(data, turned)
    refuse_doubles(data, tail, kind)
    return kept


_MARKER = re.compile(rb"\xff+([\x01-\xcf\xd8-\xfe])")  # not a stuffed zero, not a restart


def jpeg_parts(data: bytes, exif: bytes) -> tuple[bytes, bytes]:
    """The picture without EXIF, XMP, IPTC, comments and thumbnails, but for `exif`; and what follows its end."""
    kept, at, in_scan = [b"\xff\xd8"], 2, False
    if exif:
        kept.append(b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif)
    while found := _MARKER.search(data, at):
        marker = found[1][0]
        if in_scan:
            kept.append(data[at : found.start()])
        if marker == 0xD9:
            return b"".join([*kept, b"\xff\xd9"]), data[found.end() :]
        end = found.end() + int.from_bytes(data[found.end() : found.end() + 2], "big")
        body = data[found.end() : end]
        if _belongs_to_the_picture(marker, body[2:]):
            kept += [b"\xff", found[1], body]
        at, in_scan = end, in_scan or marker == 0xDA
    raise Refused("damaged")


def _belongs_to_the_picture(marker: int, body: bytes) -> bool:
    if marker == 0xE0:
        return body.startswith(b"JFIF\0")
    if marker == 0xE2:
        return body.startswith(b"ICC_PROFILE\0")
    if marker == 0xEE:
        return body.startswith(b"Adobe")
    return 0xC0 <= marker <= 0xDF
