from django.urls import path

from programs import views
from programs.editing.urls import urlpatterns as editing

urlpatterns = [
    path("catalogue/", views.catalogue, name="catalogue"),
    path("catalogue/<uuid:public_id>/", views.offer, name="offer"),
    path("partenaires/<slug:code>/", views.organisation, name="organisation"),
    path("espace/partenaire/", views.partner_space, name="partner_space"),
    *editing,
]
