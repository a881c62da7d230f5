from django.urls import path

from proposals import company_views, views

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
        "suivi/<str:token>/proposition/<uuid:version_id>/<slug:answer>/", company_views.answer, name="answer"
    ),
]
