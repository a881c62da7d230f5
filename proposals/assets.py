"""What a PDF may read: data: addresses and files below our own static folder, under the scheme `asset:`."""

import mimetypes
from urllib.parse import unquote, urlsplit

from weasyprint.urls import URLFetcher, URLFetcherResponse

from proposals.places import ROOT

_SUFFIXES = {".css", ".woff2", ".svg", ".png"}


class Refused(ValueError):
    """An address that a document of ours has no business reading."""


class AssetFetcher(URLFetcher):
    """Gives `data:` and `asset:path/below/static`; anything else (http, ftp, file, ..) stops the rendering.

    The parent's own handlers are reached for `data:` alone: no network or file handler is ever called.
    """

    def __init__(self):
        super().__init__(allowed_protocols={"data"}, allow_redirects=False, fail_on_errors=True)

    def fetch(self, url, headers=None):
        parts = urlsplit(url)
        if parts.scheme == "data":
            return super().fetch(url, headers)
        if parts.scheme != "asset" or parts.netloc or parts.query:
            raise Refused(url[:200])
        path = (ROOT / unquote(parts.path).lstrip("/")).resolve()
        if not path.is_relative_to(ROOT) or path.suffix not in _SUFFIXES or not path.is_file():
            raise Refused(url[:200])
        content_type = "font/woff2" if path.suffix == ".woff2" else mimetypes.guess_type(path.name)[0]
        return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": content_type})
