from django.urls import path

from triage import availability, company_views, views

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
    path("reponse/<str:token>/nouveau-lien/", views.renew, name="renew"),
    path("suivi/<str:token>/partager/<uuid:referral_id>/", company_views.disclose, name="disclose"),
    path("suivi/<str:token>/reprendre/<uuid:referral_id>/", company_views.reclaim, name="take_back"),
    path("suivi/<str:token>/confidentialite/", company_views.level, name="level"),
    path("espace/partenaire/<slug:code>/disponibilite/", availability.availability, name="availability"),
    path("espace/partenaire/repondre/<uuid:referral_id>/", views.open_referral, name="open_referral"),
]
