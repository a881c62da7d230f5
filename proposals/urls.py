from django.urls import path

from proposals import company_views, reading_views, verify_views, views

app_name = "proposals"
urlpatterns = [
    path("propositions/preparer/<uuid:irritant_id>/", views.prepare, name="prepare"),
    path("propositions/<uuid:public_id>/", views.edit, name="edit"),
    path("propositions/<uuid:public_id>/document/", views.document, name="document"),
    path("propositions/<uuid:public_id>/document/preparer/", views.freeze, name="freeze"),
    path("propositions/<uuid:public_id>/document/reessayer/", views.retry, name="retry"),
    path("propositions/<uuid:public_id>/envoyer/", views.send, name="send"),
    path("propositions/<uuid:public_id>/reviser/", views.revise, name="revise"),
    path("propositions/<uuid:public_id>/retirer/", views.withdraw, name="withdraw"),
    path("propositions/version/<uuid:version_id>.pdf", views.pdf, name="pdf"),
    path(
        "suivi/<str:token>/proposition/<uuid:version_id>.pdf", company_views.company_pdf, name="company_pdf"
    ),
    path(
        "propositions/version/<uuid:version_id>/differences/",
        reading_views.version_differences,
        name="differences",
    ),
    path("propositions/version/<uuid:version_id>/fichiers/", reading_views.ask_for_files, name="ask_files"),
    path(
        "propositions/version/<uuid:version_id>/fichiers/<slug:variant>/",
        reading_views.version_file,
        name="file",
    ),
    path("verifier/", verify_views.verify, name="verify"),
    path("verifier/<str:code>/", verify_views.verified, name="verified"),
    path(
        "suivi/<str:token>/proposition/<uuid:version_id>/texte/",
        reading_views.company_read,
        name="company_read",
    ),
    path(
        "suivi/<str:token>/proposition/<uuid:version_id>/differences/",
        reading_views.company_differences,
        name="company_differences",
    ),
    path(
        "suivi/<str:token>/proposition/<uuid:version_id>/fichiers/<slug:variant>/",
        reading_views.company_file,
        name="company_file",
    ),
    path(
        "suivi/<str:token>/proposition/<uuid:version_id>/<slug:answer>/", company_views.answer, name="answer"
    ),
]
