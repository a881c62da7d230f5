"""Beside the other pages of the partner's space, without the prefix of the board."""

from django.urls import path

from insights.brought import views

app_name = "brought"
urlpatterns = [
    path("espace/partenaire/<slug:code>/apporte/", views.brought, name="page"),
    path("espace/partenaire/<slug:code>/apporte.csv", views.brought_csv, name="csv"),
]
