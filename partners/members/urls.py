from django.urls import path

from partners.members import entering, views

app_name = "members"
TEAM = "espace/partenaire/<slug:code>/equipe/"
urlpatterns = [
    path(TEAM, views.team, name="team"),
    path(f"{TEAM}invitations/<uuid:invitation_id>/renvoyer/", views.resend, name="resend"),
    path(f"{TEAM}invitations/<uuid:invitation_id>/retirer/", views.withdraw, name="withdraw"),
    path(f"{TEAM}demandes/<uuid:request_id>/accepter/", views.let_in, name="let_in"),
    path(f"{TEAM}demandes/<uuid:request_id>/decliner/", views.decline, name="decline"),
    path(f"{TEAM}membres/<uuid:member_id>/", views.role, name="role"),
    path(f"{TEAM}membres/<uuid:member_id>/retirer/", views.leave, name="leave"),
    path("espace/rejoindre/", entering.join, name="join"),
    path("espace/rejoindre/<uuid:request_id>/retirer/", entering.take_back, name="take_back"),
    path("invitation/<str:token>/", entering.invitation, name="invitation"),
    path("invitation/<str:token>/code/", entering.code, name="code"),
    path("invitation/<str:token>/accepter/", entering.accept, name="accept"),
    path("invitation/<str:token>/nouveau-lien/", entering.renew, name="renew"),
]
