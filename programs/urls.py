from django.urls import path

from programs import verifying, viewing, views
from programs.editing.urls import urlpatterns as editing
from programs.schemes import views as schemes

urlpatterns = [
    path("catalogue/", views.catalogue, name="catalogue"),
    path("catalogue/carte/", views.catalogue_map, name="catalogue_map"),
    path("catalogue/comparer/", views.catalogue_compare, name="catalogue_compare"),
    path("catalogue/sessions/", views.catalogue_sessions, name="catalogue_sessions"),
    path("catalogue/<uuid:public_id>/", views.offer, name="offer"),
    path("partenaires/<slug:code>/", views.organisation, name="organisation"),
    path("aides/", schemes.schemes, name="schemes"),
    path("aides/<slug:code>/", schemes.scheme, name="scheme"),
    path("catalogue/<uuid:public_id>/vue/", viewing.viewed, name="offer_viewed"),
    path("offres/a-verifier/<str:token>/", verifying.verify_offers, name="verify_offers"),
    path("offres/a-verifier/<str:token>/dire/", verifying.verify_act, name="verify_act"),
    path("offres/a-verifier/<str:token>/nouveau-lien/", verifying.verify_renew, name="verify_renew"),
    path("espace/partenaire/", views.partner_space, name="partner_space"),
    *editing,
]
