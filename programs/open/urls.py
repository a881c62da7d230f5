from django.urls import path

from programs.open import views

urlpatterns = [
    path("robots.txt", views.robots, name="robots"),
    path("sitemap.xml", views.sitemap, name="sitemap"),
    path("sitemap-<slug:section>.xml", views.section, name="sitemap_section"),
    path("catalogue/nouveautes.atom", views.feed, name="offer_feed"),
    path("catalogue/sessions.ics", views.sessions, name="sessions_calendar"),
    path("catalogue/<uuid:public_id>/sessions.ics", views.offer_sessions, name="offer_calendar"),
]
