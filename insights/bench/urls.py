"""Mounted by the admin site (enact_portal.site), beside the workbench."""

from django.urls import path

from insights.bench import views

urlpatterns = [path("chiffres/", views.figures, name="workbench_figures")]
