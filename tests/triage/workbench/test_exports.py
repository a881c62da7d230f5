"""« Exports »: asked for, made by a worker, opened again, fetched by their owner alone, gone after a week."""

import csv
import io
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone, translation
from openpyxl import load_workbook

from accounts.models import Role
from foundation import clock
from foundation.privacy import Subject
from foundation.spreadsheets import MOST_ROWS
from intake.lifecycle import IRRITANT
from intake.models import Irritant
from journal import clockwork, jobs
from journal.actors import Actor, coordinator
from journal.erasing import erase_held
from journal.events import broken_links
from journal.exports import keeping, making
from journal.exports.kinds import EXPORTERS
from journal.exports.lifecycle import EXPORT
from journal.lifecycle import Refusal
from journal.models import Event, Export, ExportStage, Job
from tests import cast as casting
from triage.lifecycle import REFERRAL
from triage.workbench.choice import Choice
from triage.workbench.finding import find

pytestmark = [pytest.mark.django_db, pytest.mark.database]
PAGE = reverse("admin:workbench_exports")
FORMULA = '=HYPERLINK("http://evil.example","cliquez")'
WORDS = "@SUM(1+1) sur notre ligne de coulée nous rebutons des culasses certains jours sans comprendre."


def ask(who, what="cases", format="csv", columns=None, **choices) -> Export:
    return keeping.ask(
        what,
        actor=coordinator(who),
        format=format,
        columns=columns or list(EXPORTERS[what].columns),
        choices=choices,
        language="fr",
    )


def made(who, *args, **kwargs) -> Export:
    export = ask(who, *args, **kwargs)
    jobs.run_owed()
    export.refresh_from_db()
    assert export.stage == ExportStage.READY
    return export


def read_csv(content: bytes) -> list[list[str]]:
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))


def on_disk() -> list[str]:
    return sorted(path.name for path in (Path(settings.MEDIA_ROOT) / "exports").glob("*"))


def test_from_the_form_to_a_csv_that_is_opened_again(cast, browser):
    answer = browser.post(
        PAGE, {"quoi": "cases", "format": "csv", "colonnes": ["company", "reference", "bogus", "email"]}
    )
    assert (answer.status_code, answer["Location"]) == (303, PAGE)
    export = Export.objects.get()
    assert (export.columns, export.choices) == (["reference", "company", "email"], {})
    assert (export.stage, on_disk()) == (ExportStage.WAITING, [])
    jobs.run_owed()
    page = browser.get(PAGE).content.decode()
    assert "2 lignes" in page and "Télécharger" in page
    answer = browser.post(reverse("admin:workbench_fetch_export", args=[export.public_id]))
    assert (
        answer["Content-Type"] == "text/csv; charset=utf-8" and "attachment" in answer["Content-Disposition"]
    )
    assert answer["Cache-Control"] == "no-store, private"
    content = b"".join(answer.streaming_content)
    assert read_csv(content) == [
        ["Référence", "Entreprise", "Adresse électronique"],
        [cast.irritant.reference, casting.SECRET_COMPANY, casting.SECRET_EMAIL],
        [cast.strangers_irritant.reference, "Autre entreprise", cast.stranger.email],
    ]
    events = Event.objects.filter(case=export.public_id).order_by("seq")
    assert [(event.name, event.actor_role) for event in events] == [
        ("export.asked", "coordinator"),
        ("export.start", "system"),
        ("export.complete", "system"),
        ("export.fetched", "coordinator"),
    ]
    assert events.last().payload == {"what": "cases", "rows": 2}
    assert list(broken_links()) == []


def test_every_column_of_a_case_with_a_past(cast):
    moment = datetime(2026, 4, 2, 10, 30, tzinfo=UTC)  # Thursday before Good Friday, half past noon in Paris
    with clock.at(moment):
        casting.irritant(
            email="x@e.example", name="=1+1", company_name=FORMULA, site_postcode="57000", text=WORDS
        )
    row = Irritant.objects.get(contact__email="x@e.example")
    with clock.at(datetime(2026, 4, 7, 10, tzinfo=UTC)):
        IRRITANT.perform(row, "take", actor=coordinator(cast.coordinator))
        IRRITANT.perform(row, "close", actor=coordinator(cast.coordinator), outcome="no_match")
    export = made(cast.coordinator, since="2026-04-01", until="2026-04-30")
    head, line = read_csv(export.path.read_bytes())
    told = dict(zip(head, line, strict=True))
    assert head == [str(column.label) for column in EXPORTERS["cases"].columns.values()]
    assert told == {
        "Référence": row.reference,
        "Reçu le": "2026-04-02 12:30",
        "Entreprise": f"'{FORMULA}",
        "SIREN": "",
        "Type d’organisation": "PME (10 à 249 personnes)",
        "Département": "Moselle",
        "Ville du site": "Metz",
        "Secteur": "Fonderie",
        "Langue": "fr",
        "Étape": "clos",
        "À qui de jouer": "personne",
        "Au plus tard": "",
        "En retard": "non",
        "Suivi par": "Coordinatrice",
        "Pris en charge le": "2026-04-07 12:00",
        "Jours ouvrés avant prise en charge": "1",
        "Clos le": "2026-04-07 12:00",
        "Issue": "aucun partenaire trouvé",
        "Pilier": "",
        "Thèmes": "",
        "Pistes retenues": "0",
        "Partenaires sollicités": "0",
        "Réponses favorables": "0",
        "Confidentialité": "Un résumé sans mon nom, jusqu’à mon accord",
        "Échéance": "dans l’année",
        "Provenance": "",
        "Ce que dit l’entreprise": f"'{WORDS}",
        "Besoin reformulé": "",
        "Contact": "'=1+1",
        "Adresse électronique": "x@e.example",
        "Téléphone": "",
    }


def test_the_same_as_xlsx_with_types_and_without_formulas(cast):
    Irritant.objects.filter(pk=cast.irritant.pk).update(text=WORDS, provenance="\t=1", site_city="＝cmd")
    cast.irritant.company.name = FORMULA
    cast.irritant.company.save()
    export = made(cast.coordinator, format="xlsx")
    sheet = load_workbook(export.path).active
    head, *lines = sheet.iter_rows()
    assert len(lines) == export.done == export.total == 2
    told = {title.value: cell for title, cell in zip(head, lines[0], strict=True)}
    received = timezone.localtime(cast.irritant.created_at).replace(tzinfo=None)
    assert abs(told["Reçu le"].value - received) < timedelta(seconds=1)
    assert (told["Pistes retenues"].value, told["Pistes retenues"].data_type) == (0, "n")
    assert told["Entreprise"].value == f"'{FORMULA}" and told["Ce que dit l’entreprise"].value == f"'{WORDS}"
    assert (told["Provenance"].value, told["Ville du site"].value) == ("'\t=1", "'＝cmd")
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"n", "s", "d", "inlineStr"}
    assert not any(cell.hyperlink for row in sheet.iter_rows() for cell in row)
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", f"A1:{lines[0][-1].column_letter}3")


def test_what_was_chosen_narrows_the_rows(cast):
    with clock.at(datetime(2026, 3, 31, 21, 59, tzinfo=UTC)):  # a minute before midnight in Paris
        casting.irritant(email="mars@e.example")
    with clock.at(datetime(2026, 3, 31, 22, 0, tzinfo=UTC)):
        casting.irritant(email="avril@e.example")
    columns = ["email"]
    march = made(cast.coordinator, columns=columns, since="2026-03-01", until="2026-03-31")
    assert read_csv(march.path.read_bytes())[1:] == [["mars@e.example"]]
    april = made(cast.coordinator, columns=columns, since="2026-04-01", until="2026-04-30")
    assert read_csv(april.path.read_bytes())[1:] == [["avril@e.example"]]
    IRRITANT.perform(cast.irritant, "close", actor=coordinator(cast.coordinator), outcome="no_match")
    closed = made(cast.coordinator, columns=["reference"], which="closed")
    assert read_csv(closed.path.read_bytes())[1:] == [[cast.irritant.reference]]
    still_open = made(cast.coordinator, columns=["reference"], which="open")
    assert len(read_csv(still_open.path.read_bytes())) == 4


QUEUES = [
    "?file=to_take",
    "?file=ours",
    "?file=company",
    "?file=late",
    "?file=all&suivi=mine",
    "?file=ours&territoire=57",
]


@pytest.mark.parametrize("query", QUEUES)
def test_the_queue_that_is_shown_is_what_is_exported(cast, browser, query):
    """Filed or not yet; the words of a search are never kept."""
    IRRITANT.perform(cast.irritant, "take", actor=coordinator(cast.coordinator))
    with translation.override("fr"):
        IRRITANT.perform(cast.irritant, "ask_info", actor=coordinator(cast.coordinator), text="Combien ?")
    casting.irritant(email="neuf@e.example", site_postcode="54000")
    choice = Choice.read(QueryDict(query[1:]))
    shown = find(choice, [cast.coordinator.pk], None).page.object_list
    references = set(Irritant.objects.filter(pk__in=list(shown)).values_list("reference", flat=True))
    page = browser.get(PAGE, {"quoi": "cases", "queue": query}).content.decode()
    assert "File d’attente\u202f: " in page
    browser.post(
        PAGE, {"quoi": "cases", "format": "csv", "colonnes": ["reference"], "queue": f"{query}&q=Zirkonia"}
    )
    export = Export.objects.get()
    assert export.choices == {"queue": choice.url()}
    jobs.run_owed()
    assert {line[0] for line in read_csv(export.path.read_bytes())[1:]} == references


def test_referrals(cast):
    first, _second = casting.asked(cast)
    REFERRAL.perform(first, "decline", actor=Actor("partner"), reason="no_capacity_now", answer="-1 personne")
    export = made(cast.coordinator, what="referrals")
    head, *lines = read_csv(export.path.read_bytes())
    told = [dict(zip(head, line, strict=True)) for line in lines]
    today, reference = f"{clock.today():%Y-%m-%d}", cast.irritant.reference
    assert [
        (one["Référence"], one["Partenaire"], one["État"], one["Raison du refus"], one["Réponse"])
        for one in told
    ] == [
        (reference, "Laboratoire labo-a", "déclinée", "pas de disponibilité en ce moment", "'-1 personne"),
        (reference, "Laboratoire labo-b", "envoyée", "", ""),
    ]
    assert {one["Formes d’aide"] for one in told} == {"laboratoire"}
    assert [one["Jours ouvrés avant réponse"] for one in told] == ["0", ""]
    assert all(one["Envoyée le"].startswith(today) for one in told)


def test_figures_in_the_language_of_whoever_asked(cast, browser):
    type(cast.coordinator).objects.filter(pk=cast.coordinator.pk).update(language="de")
    browser.post(PAGE, {"quoi": "figures", "format": "xlsx", "colonnes": list(EXPORTERS["figures"].columns)})
    export = Export.objects.get()
    jobs.run_owed()
    export.refresh_from_db()
    sheet = load_workbook(export.path).active
    assert (export.language, export.stage, sheet["A1"].value) == ("de", ExportStage.READY, "Von")
    assert sheet.max_row == export.done + 1


def test_nobody_sees_or_touches_anothers(cast, browser, sign_in):
    export = made(cast.coordinator)
    for stranger in (cast.colleague, cast.administrator):
        other = sign_in(stranger)
        assert str(export.public_id) not in other.get(PAGE).content.decode()
        for name in ("fetch_export", "cancel_export", "export_again"):
            assert other.post(reverse(f"admin:workbench_{name}", args=[export.public_id])).status_code == 404
        assert other.get(reverse("admin:workbench_export", args=[export.public_id])).status_code == 404
    for outsider in (cast.funder, cast.editor, cast.company):
        other = sign_in(outsider)
        for where in (PAGE, reverse("admin:workbench_export", args=[export.public_id])):
            assert other.get(where).status_code in (302, 403)
        assert other.post(reverse("admin:workbench_fetch_export", args=[export.public_id])).status_code in (
            302,
            403,
        )
    assert browser.get(reverse("admin:workbench_fetch_export", args=[export.public_id])).status_code == 405
    assert not Event.objects.filter(name="export.fetched").exists()


def test_only_what_its_owner_may_see_is_in_it(cast, monkeypatch):
    """Whatever limits a coordinator goes through visible_to (negative twin: without it both are there)."""
    whole = made(cast.coordinator, columns=["reference"])
    assert len(read_csv(whole.path.read_bytes())) == 3
    queryset = type(Irritant.objects.all())
    monkeypatch.setattr(queryset, "visible_to", lambda rows, user: rows.filter(pk=cast.irritant.pk))
    limited = made(cast.coordinator, columns=["reference"])
    assert read_csv(limited.path.read_bytes())[1:] == [[cast.irritant.reference]]


def test_a_second_click_is_one_file_and_a_fourth_is_refused(cast, browser):
    choice = {"quoi": "cases", "format": "csv", "colonnes": ["reference"]}
    for _click in range(2):
        browser.post(PAGE, choice)
    assert Export.objects.count() == Job.objects.filter(kind="export.make").count() == 1
    for column in ("company", "stage", "turn"):
        answer = browser.post(PAGE, choice | {"colonnes": [column]})
    assert (answer.status_code, Export.objects.count()) == (422, 3)
    assert "3 exports sont déjà en cours" in answer.content.decode()
    nothing = browser.post(PAGE, {"quoi": "cases", "format": "csv"})
    assert "Choisissez au moins une colonne." in nothing.content.decode()
    wrong = browser.post(PAGE, choice | {"since": "2026-05-01", "until": "2026-04-01"})
    assert (wrong.status_code, "La fin précède le début." in wrong.content.decode()) == (422, True)


def test_how_far_it_is_is_asked_for_until_it_is_over(cast, browser, monkeypatch):
    monkeypatch.setattr(making, "AT_ONCE", 1)
    export = ask(cast.coordinator)
    where = reverse("admin:workbench_export", args=[export.public_id])
    assert "en attente" in browser.get(where).content.decode()
    seen = []

    def look(name):
        if name == "export.half_written":
            seen.append(browser.get(where).content.decode())

    monkeypatch.setattr(making, "failpoint", look)
    jobs.run_owed()
    assert len(seen) == 2 and all('hx-trigger="every 2s"' in page for page in seen)
    assert 'value="1" max="2"' in seen[1] and "1 lignes sur 2" in seen[1]
    assert "hx-trigger" not in browser.get(where).content.decode()


def test_cancelled_while_it_is_written_leaves_nothing(cast, browser, monkeypatch):
    export = ask(cast.coordinator, format="xlsx")

    def click(name):
        if name == "export.half_written":
            browser.post(reverse("admin:workbench_cancel_export", args=[export.public_id]))

    monkeypatch.setattr(making, "failpoint", click)
    jobs.run_owed()
    export.refresh_from_db()
    assert (export.stage, on_disk()) == (ExportStage.CANCELLED, [])
    assert not Job.objects.open().exists()
    browser.post(reverse("admin:workbench_export_again", args=[export.public_id]))
    assert Export.objects.unfinished().get().columns == export.columns


def test_cancelled_in_the_last_moment_leaves_nothing(cast, monkeypatch, django_capture_on_commit_callbacks):
    export = ask(cast.coordinator)

    def click(name):
        if name == "export.file_written":
            keeping.cancel(export, actor=coordinator(cast.coordinator))

    monkeypatch.setattr(making, "failpoint", click)
    with django_capture_on_commit_callbacks(execute=True):
        jobs.run_owed()
    export.refresh_from_db()
    assert (export.stage, on_disk()) == (ExportStage.CANCELLED, [])
    with pytest.raises(Refusal):
        keeping.cancel(export, actor=coordinator(cast.coordinator))


def test_a_failure_is_tried_again_then_said(cast, browser, monkeypatch):
    export = ask(cast.coordinator)
    full = OSError("no space left")

    def broken(path, head, rows):
        path.write_bytes(b"half")
        raise full

    monkeypatch.setitem(making.WRITERS, "csv", broken)
    job = Job.objects.get(kind="export.make")
    for attempt in range(3):
        with clock.at(clock.now() + timedelta(hours=attempt)):
            jobs.execute(job.pk, keep_lease=False)
    export.refresh_from_db()
    assert (export.stage, export.reason, on_disk()) == (ExportStage.FAILED, "error", [])
    page = browser.get(PAGE).content.decode()
    assert "en échec" in page and "même en recommençant" in page and "Refaire" in page


def test_too_long_for_a_sheet_and_no_longer_a_coordinator(cast, monkeypatch):
    monkeypatch.setattr(making, "MOST_ROWS", 1)
    export = ask(cast.coordinator, format="xlsx")
    jobs.run_owed()
    export.refresh_from_db()
    assert (export.stage, export.reason, MOST_ROWS) == (ExportStage.FAILED, "too_long", 1_048_575)
    export = ask(cast.colleague)
    type(cast.colleague).objects.filter(pk=cast.colleague.pk).update(role=Role.NONE)
    jobs.run_owed()
    export.refresh_from_db()
    assert (export.stage, export.reason, on_disk()) == (ExportStage.FAILED, "role", [])


def test_gone_after_a_week(cast, browser, django_capture_on_commit_callbacks):
    export = made(cast.coordinator)
    rule = clockwork.RULES["exports.purge"]
    with clock.at(export.created_at + timedelta(days=7)):
        assert rule() == 0 and on_disk() == [export.path.name]
    after = clock.at(export.created_at + timedelta(days=7, seconds=1))
    with after, django_capture_on_commit_callbacks(execute=True):
        assert (rule(), rule()) == (1, 0)
    assert (Export.objects.count(), on_disk()) == (0, [])
    assert Event.objects.filter(case=export.public_id).order_by("seq").last().name == "export.purged"
    assert browser.post(reverse("admin:workbench_fetch_export", args=[export.public_id])).status_code == 404
    assert list(broken_links()) == []


def test_what_a_stop_left_goes_too(cast):
    export = made(cast.coordinator)
    folder = export.path.parent
    (folder / "0123.csv").write_text("x")
    (folder / f"{export.public_id.hex}.ab.part").write_text("x")
    (folder / "0123.ab.part.cd.part").mkdir()
    sweep = clockwork.RULES["exports.sweep"]
    assert sweep() == 0
    with clock.at(clock.now() + timedelta(days=8)):
        assert sweep() == 4
    assert on_disk() == []


def test_a_file_that_is_not_there_is_said(cast, browser):
    export = made(cast.coordinator)
    export.path.unlink()
    page = browser.post(reverse("admin:workbench_fetch_export", args=[export.public_id]), follow=True)
    assert "Ce fichier n’est plus là" in page.content.decode()


def test_an_erased_case_takes_the_files_that_may_hold_it(cast, browser, django_capture_on_commit_callbacks):
    whole, figures = made(cast.coordinator), made(cast.coordinator, what="figures")
    waiting = ask(cast.colleague)
    with django_capture_on_commit_callbacks(execute=True):
        erase_held(Subject(cast.irritant.public_id, frozenset({casting.SECRET_EMAIL})))
    for export in (whole, figures, waiting):
        export.refresh_from_db()
    assert (whole.stage, waiting.stage) == (ExportStage.WITHDRAWN, ExportStage.WITHDRAWN)
    assert (figures.stage, on_disk()) == (ExportStage.READY, [figures.path.name])
    jobs.run_owed()
    assert on_disk() == [figures.path.name]
    assert "a été effacé depuis" in browser.get(PAGE).content.decode()


def test_as_many_queries_for_two_as_for_twenty(cast, django_assert_num_queries):
    ask(cast.coordinator)
    exporter = EXPORTERS["cases"]
    for number in range(18):
        casting.irritant(email=f"p{number}@e.example")
    total, rows = exporter.read(cast.coordinator, {})
    with django_assert_num_queries(5):  # irritants, sectors, events, referrals, matches; nobody has a topic
        assert (
            len([[column.value(row) for column in exporter.columns.values()] for row in rows]) == total == 20
        )


def test_only_who_may_may():
    assert [(move.name, move.who) for move in EXPORT.moves if "coordinator" in move.who] == [
        ("cancel", ("coordinator", "partner"))
    ]
    with pytest.raises(Refusal):
        keeping.ask("cases", actor=Actor("company"), format="csv", columns=[], choices={}, language="fr")
