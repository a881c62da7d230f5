"""Several irritants at once, and views under a name."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from foundation import clock
from intake.lifecycle import IRRITANT
from intake.models import Irritant, Post, Stage
from journal.actors import coordinator
from journal.events import broken_links
from journal.models import Event, Message
from tests import cast as casting
from triage import following
from triage.models import QueueEntry, SavedView

pytestmark = pytest.mark.database

URL, UNDO = reverse("admin:workbench_bulk"), reverse("admin:workbench_bulk_undo")


def chosen(act: str, *rows, **more) -> dict:
    return {"acte": act, "irritant": [str(row.public_id) for row in rows], **more}


def seen(act: str, *rows, **more) -> dict:
    """What the preview's form posts."""
    return {
        **chosen(act),
        "irritant": [f"{row.public_id}:{row.version}" for row in rows],
        "jeton": "a" * 32,
        **more,
    }


def stages(*rows) -> list[str]:
    return [Irritant.objects.get(pk=row.pk).stage for row in rows]


@pytest.fixture
def both(cast):
    return cast.irritant, cast.strangers_irritant


def mails(template: str) -> int:
    return Message.objects.filter(template=template).count()


@pytest.mark.parametrize("act", ["take", "assign", "close", "message"])
def test_a_preview_says_what_will_happen_and_does_nothing(cast, browser, both, act):
    before = Event.objects.count(), Message.objects.count()
    page = browser.get(URL, chosen(act, *both)).content.decode()
    assert all(row.reference in page for row in both)
    assert "ne s’annule pas" in page
    assert (Event.objects.count(), Message.objects.count()) == before


@pytest.mark.parametrize("act", ["take", "assign", "close", "message"])
def test_a_closed_case_is_refused_in_the_same_words_whatever_the_act(cast, browser, both, act):
    IRRITANT.perform(cast.irritant, "close", actor=coordinator(cast.coordinator), outcome="no_match")
    page = browser.get(URL, chosen(act, *both)).content.decode()
    assert page.count("déjà clos</span>") == 1


def test_taken_together_each_company_is_told_once(cast, browser, both):
    answer = browser.post(URL, seen("take", *both), follow=True)
    assert "2 dossiers pris en charge." in answer.content.decode()
    assert stages(*both) == [Stage.IN_TRIAGE] * 2 and mails("company_taken") == 2
    again = browser.post(URL, seen("take", *both), follow=True).content.decode()
    assert all(row.reference in again for row in both) and mails("company_taken") == 2
    assert "peut encore s’annuler" not in again


def test_what_changed_since_the_preview_is_refused_and_named_the_rest_is_done(cast, browser, both):
    data = seen("close", *both, outcome="no_match", text="")
    IRRITANT.perform(cast.irritant, "take", actor=coordinator(cast.colleague))
    page = browser.post(URL, data, follow=True).content.decode()
    assert stages(*both) == [Stage.IN_TRIAGE, Stage.CLOSED]
    assert "1 dossier clos." in page and f"{cast.irritant.reference}\u202f: " in page


def test_closed_together_then_undone(cast, browser, both):
    page = browser.post(
        URL, seen("close", *both, outcome="redirected", text="Merci."), follow=True
    ).content.decode()
    assert stages(*both) == [Stage.CLOSED] * 2 and Post.objects.filter(text="Merci.").count() == 2
    assert "peut encore s’annuler pour 2 dossiers" in page
    page = browser.post(UNDO, follow=True).content.decode()
    assert "C’est annulé pour 2 dossiers." in page and stages(*both) == [Stage.IN_TRIAGE] * 2
    assert "Il n’y a plus rien à annuler" in browser.post(UNDO, follow=True).content.decode()
    assert list(broken_links()) == []


def test_an_outcome_is_asked_for(cast, browser, both):
    answer = browser.post(URL, seen("close", *both, outcome="duplicate"))
    assert answer.status_code == 422 and stages(*both) == [Stage.SUBMITTED] * 2


def test_given_to_a_colleague_and_taken_back(cast, browser, both):
    mine = coordinator(cast.coordinator)
    IRRITANT.perform(cast.irritant, "take", actor=mine)
    data = seen("assign", *both, coordinator=cast.colleague.pk)
    page = browser.post(URL, data, follow=True).content.decode()
    assert "2 dossiers confiés." in page and "peut encore s’annuler pour un dossier" in page
    followed = [Irritant.objects.get(pk=row.pk).coordinator for row in both]
    assert followed == [cast.colleague] * 2 and stages(*both) == [Stage.IN_TRIAGE] * 2
    assert QueueEntry.objects.filter(code=f"who:{cast.colleague.pk}").count() == 2
    [told] = Message.objects.filter(template=following.MAIL)  # one mail for both
    assert told.recipient == cast.colleague.email and len(told.payload["cases"]) == 2
    browser.post(UNDO)
    followed = [Irritant.objects.get(pk=row.pk).coordinator for row in both]
    assert followed == [
        cast.coordinator,
        cast.colleague,
    ]  # the one that was taken stays: its company was told
    assert mails(following.MAIL) == 1


def test_what_somebody_touched_since_is_not_undone(cast, browser, both):
    browser.post(URL, seen("close", *both, outcome="no_match", text=""))
    IRRITANT.perform(Irritant.objects.get(pk=cast.irritant.pk), "reopen", actor=coordinator(cast.colleague))
    page = browser.post(UNDO, follow=True).content.decode()
    assert "C’est annulé pour 1 dossier." in page and f"{cast.irritant.reference}\u202f: " in page


def test_ten_minutes_later_nothing_is_undone(cast, browser, both):
    browser.post(URL, seen("close", *both, outcome="no_match", text=""))
    with clock.at(clock.now() + timedelta(minutes=11)):
        assert "peut encore s’annuler" not in browser.get(reverse("admin:index")).content.decode()
        browser.post(UNDO)
    assert stages(*both) == [Stage.CLOSED] * 2


def test_a_message_goes_to_each_company_once_however_often_it_is_sent(cast, browser, both):
    for _click in range(2):
        browser.post(URL, seen("message", *both, text="Nos bureaux ferment vendredi."))
    assert Post.objects.filter(text="Nos bureaux ferment vendredi.").count() == 2
    assert mails("company_message") == 2


def test_nonsense_is_refused_without_a_fault(cast, browser, both):
    assert browser.get(URL, {"acte": "nimporte"}).status_code == 404
    assert browser.get(URL, {"acte": "take", "irritant": ["x", "1:2"]}).status_code == 200
    assert browser.post(URL, {"acte": "take"}).status_code == 200
    answer = browser.post(URL, seen("take", cast.irritant, retour="https://ailleurs.example/"))
    assert answer["Location"] == reverse("admin:index")


def views(browser) -> list[str]:
    page = browser.get(reverse("admin:index")).content.decode()
    return re.findall(r'class="chip" href="([^"]+)"[^>]*>([^<]+?) ?<', page)


def test_a_view_is_kept_shared_and_removed(cast, browser, sign_in):
    save = reverse("admin:workbench_save_view")
    query = "?file=late&territoire=57&q=zirkonia&page=3&inconnu=1"
    browser.post(save, {"nom": "  Moselle  en retard ", "vue": query})
    browser.post(save, {"nom": "Toutes", "vue": "?file=all&suivi=mine", "partagee": "on"})
    kept = [("?file=late&amp;territoire=57", "Moselle en retard"), ("?file=all&amp;suivi=mine", "Toutes")]
    assert views(browser) == kept  # without the words of the search
    colleague = sign_in(cast.colleague)
    assert views(colleague) == kept[1:]
    view = SavedView.objects.get(name="Toutes")
    remove = reverse("admin:workbench_remove_view", args=[view.public_id])
    assert colleague.post(remove).status_code == 404
    browser.post(save, {"nom": "Toutes", "vue": "?file=closed"})
    assert views(colleague) == []
    assert browser.post(remove).status_code == 303 and views(browser) == kept[:1]


def test_a_view_needs_a_name_and_twenty_are_enough(cast, browser):
    save = reverse("admin:workbench_save_view")
    assert "Donnez un nom" in browser.post(save, {"nom": " "}, follow=True).content.decode()
    for number in range(21):
        page = browser.post(save, {"nom": f"Vue {number}"}, follow=True).content.decode()
    assert "Vingt vues suffisent" in page and SavedView.objects.count() == 20


def test_a_bulk_act_asks_for_no_query_more_per_line_to_preview(cast, browser, django_assert_max_num_queries):
    rows = [casting.irritant(email=f"p{n}@x.example", company_name=f"E{n}") for n in range(5)]
    with django_assert_max_num_queries(8):
        browser.get(URL, chosen("close", *rows))
