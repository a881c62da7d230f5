"""Offers in the space of an organisation."""

from django.urls import path

from programs.editing import views

OFFERS = "espace/partenaire/<slug:code>/offres/"
OFFER = f"{OFFERS}<uuid:offer_id>/"
urlpatterns = [
    path(OFFERS, views.offers, name="partner_offers"),
    path(f"{OFFERS}nouvelle/", views.new, name="partner_offer_new"),
    path(OFFER, views.edit, name="partner_offer"),
    path(f"{OFFER}au-fil/", views.keep, name="partner_offer_keep"),
    path(f"{OFFER}apercu/", views.preview, name="partner_offer_preview"),
    path(f"{OFFER}histoire/", views.past, name="partner_offer_history"),
    path(f"{OFFER}dupliquer/", views.duplicate, name="partner_offer_duplicate"),
    path(f"{OFFER}faire/<slug:move>/", views.move, name="partner_offer_move"),
]
