"""What every page may show."""

from django.conf import settings


def site(request) -> dict:
    """`here`: where this page is read again, in another language (accounts.reading.read_at)."""
    here = getattr(request, "read_at", "") or request.get_full_path()
    return {"site_name": settings.SITE_NAME, "demo_mode": settings.DEMO, "here": here}
