"""The workbench's URLs, mounted by the admin site (enact_portal.site): names live in the admin namespace."""

from django.urls import path

from triage.workbench import (
    agreements,
    asking,
    bulk,
    deliveries,
    letters,
    queue,
    rules,
    saved,
    trouble,
    views,
)
from triage.workbench.vocabulary import changing, concepts, words

CASE = "irritants/<uuid:public_id>/"
urlpatterns = [
    path("", queue.queue, name="index"),
    path("lot/", bulk.bulk, name="workbench_bulk"),
    path("lot/annuler/", bulk.undo, name="workbench_bulk_undo"),
    path("vues/", saved.save, name="workbench_save_view"),
    path("vues/<uuid:view_id>/retirer/", saved.remove, name="workbench_remove_view"),
    path("relancer/", trouble.retry, name="workbench_retry"),
    path("regles/", rules.rules, name="workbench_rules"),
    path("regles/<slug:code>/", rules.rule, name="workbench_rule"),
    path("regles/<slug:code>/mode/", rules.switch, name="workbench_rule_mode"),
    path("vocabulaire/", concepts.concepts, name="workbench_vocabulary"),
    path("vocabulaire/changer/", changing.edit, name="workbench_vocabulary_edit"),
    path("vocabulaire/mots/", words.words, name="workbench_words"),
    path("vocabulaire/mots/chercher/", words.collect, name="workbench_words_collect"),
    path("vocabulaire/mots/<uuid:word_id>/ignorer/", words.ignore, name="workbench_word_ignore"),
    path("vocabulaire/concepts/<slug:concept>/", concepts.concept, name="workbench_concept"),
    path("courriels/", letters.every, name="workbench_letters"),
    path("courriels/<slug:key>/<slug:language>/", letters.letter, name="workbench_letter"),
    path("courriels/<slug:key>/<slug:language>/mise-en-page/", letters.as_html, name="workbench_letter_html"),
    path(CASE, views.irritant, name="workbench_irritant"),
    path(f"{CASE}adresse/", deliveries.correct, name="workbench_address"),
    path(f"{CASE}courriels/<uuid:message_id>/renvoyer/", deliveries.send_again, name="workbench_send_again"),
    path(f"{CASE}prendre/", views.take, name="workbench_take"),
    path(f"{CASE}rouvrir/", views.reopen, name="workbench_reopen"),
    path(f"{CASE}clore/", views.close, name="workbench_close"),
    path(f"{CASE}question/", views.ask_company, name="workbench_ask_company"),
    path(f"{CASE}message/", views.write, name="workbench_write"),
    path(f"{CASE}lu/", views.mark_read, name="workbench_mark_read"),
    path(f"{CASE}note/", views.note, name="workbench_note"),
    path(f"{CASE}retenue/", views.lift_hold, name="workbench_lift_hold"),
    path(f"{CASE}qualification/", views.qualify, name="workbench_qualify"),
    path(f"{CASE}fichiers/<uuid:file_id>/", views.download, name="workbench_file"),
    path(f"{CASE}pistes/recalculer/", views.recompute, name="workbench_recompute"),
    path(f"{CASE}pistes/ajouter/<uuid:offer_id>/", views.add_offer, name="workbench_add_offer"),
    path(f"{CASE}pistes/<uuid:match_id>/<slug:move>/", views.decide, name="workbench_decide"),
    path(f"{CASE}accords/", agreements.agreements, name="workbench_agreements"),
    path(
        f"{CASE}accords/<uuid:agreement_id>/revoquer/", agreements.revoke, name="workbench_revoke_agreement"
    ),
    path(f"{CASE}solliciter/", asking.ask, name="workbench_ask"),
    path(
        f"{CASE}sollicitations/<uuid:referral_id>/annuler/",
        views.cancel_referral,
        name="workbench_cancel_referral",
    ),
    path(
        f"{CASE}sollicitations/<uuid:referral_id>/repondre/", views.reply_to_partner, name="workbench_reply"
    ),
]
