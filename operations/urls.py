"""Two groups: at the root for machines, in the workbench for people (mounted by enact_portal.site)."""

from django.urls import path

from operations import views

urlpatterns = [
    path("health/live", views.live, name="health_live"),
    path("health/ready", views.ready, name="health_ready"),
    path("metrics", views.figures, name="metrics"),
]
workbench = [path("sante/", views.page, name="workbench_health")]
