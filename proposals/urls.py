from django.urls import path

from proposals import company_views, reading_views, verify_views, views
from proposals.agreeing import partner_views
from proposals.collaborations import views as collaborating

app_name = "proposals"
urlpatterns = [
    path("propositions/preparer/<uuid:irritant_id>/", views.prepare, name="prepare"),
    path("propositions/<uuid:public_id>/", views.edit, name="edit"),
    path("propositions/<uuid:public_id>/document/", views.document, name="document"),
    path("propositions/<uuid:public_id>/document/preparer/", views.freeze, name="freeze"),
    path("propositions/<uuid:public_id>/document/reessayer/", views.retry, name="retry"),
    path("propositions/<uuid:public_id>/soumettre/", views.submit, name="submit"),
    path("propositions/<uuid:public_id>/envoyer/", views.send, name="send"),
    path("propositions/<uuid:public_id>/reviser/", views.revise, name="revise"),
    path("propositions/<uuid:public_id>/retirer/", views.withdraw, name="withdraw"),
    path("propositions/version/<uuid:version_id>.pdf", reading_views.pdf, name="pdf"),
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
    path("reponse/<str:token>/proposition/", partner_views.document, name="partner_document"),
    path("reponse/<str:token>/proposition/<uuid:version_id>.pdf", partner_views.pdf, name="partner_pdf"),
    path(
        "reponse/<str:token>/proposition/<uuid:version_id>/<slug:answer>/",
        partner_views.answer,
        name="partner_answer",
    ),
    path(
        "espace/partenaire/proposition/<uuid:referral_id>/", partner_views.open_document, name="open_document"
    ),
    path("collaborations/<uuid:collaboration_id>/", collaborating.staff_page, name="collaboration"),
    path(
        "collaborations/<uuid:collaboration_id>/fichiers/<uuid:file_id>/",
        collaborating.staff_file,
        name="collaboration_file",
    ),
    path(
        "collaborations/<uuid:collaboration_id>/rendez-vous/<uuid:meeting_id>/agenda/",
        collaborating.staff_calendar,
        name="collaboration_calendar",
    ),
]

# The same pages by the company's link and by a partner's.
for _door, _start, _page, _file, _calendar, _review in (
    (
        "company",
        "suivi",
        collaborating.company_page,
        collaborating.company_file,
        collaborating.company_calendar,
        collaborating.company_review,
    ),
    (
        "partner",
        "reponse",
        collaborating.partner_page,
        collaborating.partner_file,
        collaborating.partner_calendar,
        collaborating.partner_review,
    ),
):
    _base = f"{_start}/<str:token>/collaboration/"
    urlpatterns += [
        path(_base, _page, name=f"{_door}_collaboration"),
        path(f"{_base}fichiers/<uuid:file_id>/", _file, name=f"{_door}_collaboration_file"),
        path(
            f"{_base}rendez-vous/<uuid:meeting_id>/agenda/",
            _calendar,
            name=f"{_door}_collaboration_calendar",
        ),
        path(f"{_base}avis/", _review, name=f"{_door}_review"),
    ]
