from django.urls import path

from triage import availability, company_views, space_views, together_views, views

app_name = "triage"
urlpatterns = [
    path("au-nom-de/arreter/", views.stand_in_stop, name="stand_in_stop"),
    path("reponse/<str:token>/", views.answer, name="answer"),
    path("reponse/<str:token>/accepter/", views.accept, name="accept"),
    path("reponse/<str:token>/decliner/", views.decline, name="decline"),
    path("reponse/<str:token>/question/", views.question, name="question"),
    path("reponse/<str:token>/retrait/", views.withdraw, name="withdraw"),
    path("reponse/<str:token>/ouvrir/", views.open_company, name="open_company"),
    path("reponse/<str:token>/fichiers/<uuid:file_id>/", views.answer_file, name="answer_file"),
    path("reponse/<str:token>/rendez-vous/", together_views.propose, name="propose_meeting"),
    path(
        "reponse/<str:token>/rendez-vous/<uuid:meeting_id>/annuler/",
        together_views.cancel_meeting,
        name="cancel_meeting",
    ),
    path(
        "reponse/<str:token>/rendez-vous/<uuid:meeting_id>/agenda/",
        together_views.meeting_calendar,
        name="meeting_calendar",
    ),
    path("reponse/<str:token>/ecrire/", together_views.write, name="write_company"),
    path("reponse/<str:token>/conseiller/", together_views.suggest, name="suggest"),
    path("reponse/<str:token>/nouveau-lien/", views.renew, name="renew"),
    path("suivi/<str:token>/partager/<uuid:referral_id>/", company_views.disclose, name="disclose"),
    path("suivi/<str:token>/reprendre/<uuid:referral_id>/", company_views.reclaim, name="take_back"),
    path(
        "suivi/<str:token>/rendez-vous/<uuid:meeting_id>/choisir/",
        company_views.choose_moment,
        name="choose_moment",
    ),
    path(
        "suivi/<str:token>/rendez-vous/<uuid:meeting_id>/aucun/",
        company_views.no_moment,
        name="no_moment",
    ),
    path(
        "suivi/<str:token>/rendez-vous/<uuid:meeting_id>/annuler/",
        company_views.call_off,
        name="call_off_meeting",
    ),
    path(
        "suivi/<str:token>/rendez-vous/<uuid:meeting_id>/agenda/",
        company_views.moment_calendar,
        name="moment_calendar",
    ),
    path("suivi/<str:token>/partenaire/<uuid:referral_id>/", company_views.talk, name="talk"),
    path("suivi/<str:token>/confidentialite/", company_views.level, name="level"),
    path("espace/partenaire/<slug:code>/disponibilite/", availability.availability, name="availability"),
    path("espace/partenaire/repondre/<uuid:referral_id>/", views.open_referral, name="open_referral"),
    path("espace/partenaire/<slug:code>/demandes/", space_views.requests, name="space_requests"),
]
