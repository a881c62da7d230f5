"""Every URL of the portal. Each view declares who may open it (accounts.access)."""

from django.apps import apps
from django.contrib import admin
from django.urls import include, path

from enact_portal import outage, views
from journal import tracking

handler500 = outage.failed

urlpatterns = [
    path("", views.home, name="home"),
    path("pages/<slug:slug>/", views.page, name="page"),
    path("langue/", views.set_language, name="set_language"),
    path("espace/", views.space, name="space"),
    path("", include("operations.urls")),
    path("courriels/retours/<slug:provider>/", tracking.webhook, name="mail_webhook"),
    path("", include("intake.urls")),
    path("", include("triage.urls")),
    path("", include("partners.members.urls")),
    path("", include("partners.identity.urls")),
    path("", include("programs.open.urls")),
    path("", include("programs.urls")),
    path("", include("programs.exchange_urls")),
    path("api/", include("programs.api.urls")),
    path("", include("proposals.urls")),
    path("", include("insights.brought.urls")),
    path("chiffres/", include("insights.urls")),
    path("compte/", include("accounts.urls")),
    path("compte/", include("allauth.urls")),
    path("admin/", admin.site.urls),
]
if apps.is_installed("demo"):
    urlpatterns.append(path("demo/", include("demo.urls")))
