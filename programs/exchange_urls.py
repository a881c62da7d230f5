from django.urls import path

from programs import exchange_views as views

_SPACE = "espace/partenaire/<slug:code>/donnees/"
urlpatterns = [
    path(_SPACE, views.exchange, name="partner_exchange"),
    path(f"{_SPACE}modele.<slug:format>", views.template, name="partner_template"),
    path(f"{_SPACE}importer/", views.send, name="partner_import_send"),
    path(f"{_SPACE}imports/<uuid:public_id>/", views.imported, name="partner_import"),
    path(f"{_SPACE}imports/<uuid:public_id>/confirmer/", views.confirm, name="partner_import_confirm"),
    path(f"{_SPACE}imports/<uuid:public_id>/abandonner/", views.discard, name="partner_import_discard"),
    path(f"{_SPACE}exporter/", views.export, name="partner_export"),
    path(f"{_SPACE}exports/<uuid:public_id>/fichier/", views.fetch, name="partner_export_fetch"),
    path(f"{_SPACE}offres.json", views.as_json, name="partner_export_json"),
    path(f"{_SPACE}cles/", views.make_key, name="partner_key_make"),
    path(f"{_SPACE}cles/<uuid:public_id>/revoquer/", views.revoke_key, name="partner_key_revoke"),
]
