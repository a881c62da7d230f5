from django.urls import path

from programs.api import catalogue, own, pages

urlpatterns = [
    path("", pages.documentation, name="api"),
    path("v1/openapi.json", pages.document, name="api_document"),
    path("v1/catalogue/offers", catalogue.offers, name="api_catalogue_offers"),
    path("v1/catalogue/offers/<uuid:public_id>", catalogue.offer, name="api_catalogue_offer"),
    path("v1/catalogue/organisations", catalogue.organisations, name="api_catalogue_organisations"),
    path("v1/catalogue/organisations/<slug:code>", catalogue.organisation, name="api_catalogue_organisation"),
    path("v1/catalogue/topics", catalogue.topics, name="api_catalogue_topics"),
    path("v1/offers", own.offers, name="api_offers"),
    path("v1/offers/<str:external_id>", own.offer, name="api_offer"),
    path("v1/<path:rest>", pages.nowhere, name="api_nowhere"),
]
