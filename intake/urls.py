from django.urls import path

from intake.views import (
    calls,
    feedback,
    follow,
    followers,
    form,
    lookup,
    mine,
    mydata,
    resume,
    sending,
    talk,
    uploads,
)

app_name = "intake"
urlpatterns = [
    path("demande/", form.start, name="start"),
    path("demande/<str:token>/recue/", sending.received, name="received"),
    path("demande/<str:token>/documents/", uploads.documents, name="documents"),
    path("demande/<str:token>/organisations/", lookup.companies, name="companies"),
    path("demande/<str:token>/communes/", lookup.communes, name="communes"),
    path("reprendre/<str:token>/", resume.resume, name="resume"),
    path("demande/<str:token>/<slug:step>/", form.step, name="step"),
    path("suivi/<str:token>/", follow.follow, name="follow"),
    path("suivi/<str:token>/repondre/", talk.answer, name="answer"),
    path("suivi/<str:token>/communes/", follow.communes, name="follow_communes"),
    path("suivi/<str:token>/ecrire/", talk.message, name="message"),
    path("suivi/<str:token>/avis/", feedback.give, name="feedback"),
    path("suivi/<str:token>/collegues/", followers.add, name="add_colleague"),
    path(
        "suivi/<str:token>/collegues/<uuid:colleague_id>/retirer/", followers.remove, name="remove_colleague"
    ),
    path("suivi/<str:token>/appel/<uuid:call_id>/choisir/", calls.choose, name="choose_slot"),
    path("suivi/<str:token>/appel/<uuid:call_id>/autre/", calls.none_suits, name="no_slot"),
    path("suivi/<str:token>/appel/<uuid:call_id>/annuler/", calls.cancel, name="cancel_call"),
    path("suivi/<str:token>/appel/<uuid:call_id>/agenda/", calls.calendar, name="call_calendar"),
    path("suivi/<str:token>/mes-donnees/", mydata.download, name="download_data"),
    path("suivi/<str:token>/garder/", mydata.keep, name="keep"),
    path("suivi/<str:token>/effacer/", mydata.erase, name="erase"),
    path("suivi/<str:token>/retirer/", follow.withdraw, name="withdraw"),
    path("suivi/<str:token>/fichiers/<uuid:file_id>/", follow.follow_file, name="follow_file"),
    path("suivi/<str:token>/nouveau-lien/", follow.new_link, name="new_link"),
    path("espace/demandes/", mine.mine, name="mine"),
    path("espace/demandes/<uuid:public_id>/ouvrir/", mine.open_mine, name="open_mine"),
]
