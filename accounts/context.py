"""What every page may show."""

from django.conf import settings


def site(request) -> dict:
    return {"site_name": settings.SITE_NAME, "demo_mode": settings.DEMO}
