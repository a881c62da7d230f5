from django.urls import path

from partners.identity import views

app_name = "identity"
urlpatterns = [
    path("espace/partenaire/<slug:code>/organisation/", views.organisation, name="organisation"),
]
