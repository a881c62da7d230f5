"""One address for every kind of page of the demonstration: what screenshots and browser tests open.

Pages are brought to their state by the functions that people use; nothing is written into a column by hand.
"""

import re
from datetime import datetime, time, timedelta
from email import message_from_bytes

from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import User
from demo import mailbox
from demo.agreeing import doors_of, waiting_document
from demo.cast import BY_CODE
from demo.doors_agreeing import agreement_doors
from demo.doors_writing import proposal_in_writing
from demo.exchange import exchange
from demo.settling import settle
from demo.stories import PROVENANCE
from demo.team import COLLEAGUE, INVITED, home_of
from foundation import clock
from foundation.working_days import add_working_days
from intake import calls, entering
from intake.lifecycle import IRRITANT
from intake.models import Destination, Draft, Irritant
from intake.submission import submit
from journal import links
from journal.actors import PARTNER, Actor, coordinator
from journal.models import Event, Message
from partners.models import Organisation
from programs import abreast, freshness
from programs.models import Offer, OfferKind
from proposals.models import Proposal
from triage import meetings
from triage.models import Referral

STEPS = ("irritant", "vous", "contexte", "verifier")
STATES = {  # follow-up page → whose irritant (demo.stories)
    "study": "information@clinique.example",
    "question": "service@sondermaschinen.example",
    "asked": "domaine@vignoble.example",
    "proposal": "entreprise@demo.example",
    "agreed": "lab@polymers.example",
}
LONG = {  # some 1 300 signs each, naming many subjects
    "fr": "Nous moulons des pièces techniques en plastique pour l’automobile et le médical, vingt-deux presses, trois "
    "équipes. Depuis le printemps, des rayures et des retassures reviennent par séries, surtout le lundi matin et "
    "après un changement de matière. Deux contrôleuses regardent chaque pièce sous la lampe ; le soir elles "
    "n’en peuvent plus, et le client nous a renvoyé trois lots en deux mois.\n\nLes presses enregistrent pressions et "
    "températures toutes les secondes, les caméras en bout de ligne gardent les images six semaines, et le reste est "
    "dans des tableurs : pannes, changements d’outillage, consommation d’électricité, retards de livraison. Personne "
    "ne croise tout cela. La maintenance intervient quand la presse s’arrête, le planning est refait à la main chaque "
    "matin, et les comptes rendus d’incident, en français et en allemand, dorment dans des classeurs.\n\nNous "
    "aimerions savoir quelles dérives annoncent les rebuts, prévoir les pannes, trier les pièces sans user les yeux de "
    "personne, retrouver vite un incident semblable dans nos comptes rendus et consommer moins. Nous ne savons pas "
    "si c’est une affaire d’intelligence artificielle, et nous n’avons personne pour le dire.",
    "de": "Wir spritzen technische Kunststoffteile für Automobil und Medizin, zweiundzwanzig Pressen, drei Schichten. "
    "Seit dem Frühjahr kommen Kratzer und Einfallstellen in Serien, vor allem montags früh und nach einem "
    "Materialwechsel. Zwei Prüferinnen sehen sich jedes Teil unter der Lampe an; abends können sie nicht mehr, und der "
    "Kunde hat in zwei Monaten drei Lose zurückgeschickt.\n\nDie Pressen zeichnen Drücke und Temperaturen jede Sekunde "
    "auf, die Kameras am Linienende behalten die Bilder sechs Wochen, der Rest steht in Tabellen: Störungen, "
    "Werkzeugwechsel, Stromverbrauch, Lieferverzug. Niemand bringt das zusammen. Die Instandhaltung kommt, wenn die "
    "Presse steht, der Plan wird jeden Morgen von Hand neu gemacht, und die Störungsberichte, auf Deutsch und "
    "Französisch, liegen in Ordnern.\n\nWir wüssten gern, welche Abweichungen den Ausschuss ankündigen, wollen "
    "Ausfälle vorhersagen, Teile sortieren, ohne dass jemand sich die Augen verdirbt, ähnliche Störungen in unseren "
    "Berichten schnell wiederfinden und weniger verbrauchen. Ob das etwas mit künstlicher Intelligenz zu tun hat, "
    "wissen wir nicht, und wir haben niemanden, der es uns sagt.",
    "en": "We mould technical plastic parts for cars and medicine, twenty-two presses, three shifts. Since spring, "
    "scratches and sink marks have been coming in runs, mostly on Monday mornings and after a change of material. Two "
    "inspectors look at every part under the lamp; by evening they are worn out, and the customer has returned three "
    "batches in two months.\n\nThe presses record pressures and temperatures every second, the cameras at the end of "
    "the line keep their images for six weeks, and the rest is in spreadsheets: breakdowns, tool changes, electricity, "
    "late deliveries. Nobody brings it together. Maintenance comes when the press has stopped, the schedule is redone "
    "by hand every morning, and the incident reports, in French and German, sleep in binders.\n\nWe would like to know "
    "which drifts announce the scrap, predict breakdowns, sort parts without wearing out anyone’s eyes, find a similar "
    "incident in our reports quickly and use less energy. We do not know whether this is a matter for artificial "
    "intelligence, and we have nobody to tell us.",
}
SHORT = {  # who, position, organisation, city, what was tried
    "fr": (
        "Responsable qualité",
        "Qualité et méthodes",
        "Plasturgie du Val (exemple)",
        "Bar-le-Duc",
        "Un contrôle à cent pour cent, puis une caméra louée pendant un mois : trop de fausses alertes.",
    ),
    "de": (
        "Leitung Qualität",
        "Qualität und Methoden",
        "Kunststofftechnik Tal (Beispiel)",
        "Bar-le-Duc",
        "Eine Prüfung jedes Teils, dann einen Monat lang eine gemietete Kamera: zu viele Fehlalarme.",
    ),
    "en": (
        "Head of quality",
        "Quality and methods",
        "Valley Mouldings (example)",
        "Bar-le-Duc",
        "Inspecting every part, then a rented camera for a month: too many false alarms.",
    ),
}


def answers(language: str) -> dict:
    """What the steps of the form hold once they are filled, long."""
    who, position, organisation, city, tried = SHORT[language]
    return {
        "text": LONG[language],
        "tried": tried,
        "email": f"qualite-{language}@plasturgie.example",
        "name": who,
        "phone": "+33 3 29 00 00 00",
        "position": position,
        "company_name": organisation,
        "organisation_type": "PME",
        "siren_or_siret": "",
        "country": "FR",
        "site_postcode": "55000",
        "site_city": city,
        "sector": "plastics",
        "data_maturity": "2",
        "deadline": "soon",
        "confidentiality": "summary",
        "topics_confirmed": [],
        "topics_removed": [],
    }


def doors(language: str = "fr") -> dict[str, str]:
    """Name → path, for a reader of this language. Makes drafts, irritants and links: for a throw-away portal."""
    with translation.override(language):
        return {
            **_form(language),
            **_sent(language),
            **_follow(),
            **_catalogue(),
            **_offers(),
            **_staff(),
            **_team(),
            **exchange(),
            **_mails(),
        }


def _draft(language: str, filled: dict) -> Draft:
    return Draft.objects.create(language=language, answers=filled, provenance=PROVENANCE)


def _form(language: str) -> dict[str, str]:
    """`step_…` and `check_…`: a filled form; `begun_…`: nothing but a text yet."""
    drafts = {
        "step": _draft(language, answers(language)),
        "check": _draft(language, answers(language)),
        "begun": _draft(language, {"text": LONG[language].partition("\n")[0], "tried": ""}),
    }
    return {
        f"{name}_{step}": reverse("intake:step", args=[draft.token, step])
        for name, draft in drafts.items()
        for step in STEPS
    }


def _send(language: str, **changes) -> tuple[Draft, Irritant]:
    draft = _draft(language, answers(language) | {"data_maturity": 2} | changes)
    irritant, _new = submit(draft)
    return draft, irritant


def _follow_path(irritant: Irritant) -> str:
    link = links.give(links.FOLLOW, irritant.public_id, irritant.contact.email)
    return reverse("intake:follow", args=[link.token])


def _sent(language: str) -> dict[str, str]:
    """Just received; closed without anybody to help; nothing before an agreement; a link that has run out."""
    company = BY_CODE["entreprise"].email  # so that « mes demandes » is full
    draft, received = _send(language, email=company)
    _draft_closed, closed = _send(language, email=company)
    staff = coordinator(User.objects.get(email=BY_CODE["coordination"].email))
    IRRITANT.perform(closed, "take", actor=staff)
    _draft_walled, walled = _send(language, confidentiality="nda")
    IRRITANT.perform(walled, "take", actor=staff)
    closed.refresh_from_db()
    IRRITANT.perform(closed, "close", actor=staff, outcome="no_match", text=CLOSING[language])
    _draft_call, called = _send(language)
    _propose_a_call(called, staff)
    _draft_written, written = _send(language)
    _draft_document, document = _send(language)
    reading = {"reformulated": READING[language], "partner_summary": READING[language]}
    documents = waiting_document(document, staff, reading)
    _draft_redirected, redirected = _send(language)
    relays = list(Destination.objects.active()[:2])
    IRRITANT.perform(redirected, "close", actor=staff, outcome="redirected", text="", destinations=relays)
    settle()
    with clock.at(clock.now() - timedelta(days=400)):
        expired = links.give(links.FOLLOW, received.public_id, "ancien@plasturgie.example")
    return {
        **documents,
        **agreement_doors(lambda: _send(language)[1], staff, reading),
        "received": reverse("intake:received", args=[draft.token]),
        "follow_received": _follow_path(received),
        "follow_closed": _follow_path(closed),
        "follow_call": _follow_path(called),
        "follow_redirected": _follow_path(redirected),
        "entered": _entered(language, staff),
        **proposal_in_writing(written, staff),
        "follow_withdraw": reverse("intake:withdraw", args=[_follow_path(received).split("/")[2]]),
        "follow_keep": reverse("intake:keep", args=[_follow_path(received).split("/")[2]]),
        "follow_erase": reverse("intake:erase", args=[_follow_path(received).split("/")[2]]),
        "follow_expired": reverse("intake:follow", args=[expired.token]),
        "case_walled": reverse("admin:workbench_irritant", args=[walled.public_id]),
        "follow_forged": reverse("intake:follow", args=["A" * 43]),
    }


def _propose_a_call(irritant: Irritant, staff) -> None:
    """Two half hours of the coming days."""
    days = [add_working_days(clock.today(), count, irritant.department) for count in (2, 3)]
    slots = [timezone.make_aware(datetime.combine(day, time(10))) for day in days]
    calls.propose(irritant, slots, minutes=30, how="+33 3 29 00 00 00", actor=staff)


def _entered(language: str, staff) -> str:
    """What a coordinator wrote down at a fair, for its company to confirm."""
    told = answers(language) | {"email": f"salon-{language}@plasturgie.example"}
    provenance = entering.provenance_of("salon", "360 Grand Est")
    draft = entering.enter(told, language=language, provenance=provenance, actor=staff)
    link = links.give(links.RESUME, draft.public_id, draft.email)
    return reverse("intake:resume", args=[link.token])


READING = {
    "fr": "Prévoir, à partir des mesures des presses et des images, les séries de pièces qui seront rebutées.",
    "de": "Aus den Messwerten der Pressen und den Bildern vorhersagen, welche Serien Ausschuss werden.",
    "en": "Predict, from the presses’ measurements and the images, which runs of parts will be scrapped.",
}
CLOSING = {
    "fr": "Personne, dans notre catalogue, ne suit ce sujet cette année. Le centre technique de la plasturgie le "
    "traite : voyez avec lui de notre part.",
    "de": "In unserem Katalog verfolgt in diesem Jahr niemand dieses Thema. Das technische Zentrum für Kunststoff "
    "bearbeitet es: Wenden Sie sich gern mit einem Gruß von uns dorthin.",
    "en": "Nobody in our catalogue works on this topic this year. The technical centre for plastics does: do contact "
    "them and mention us.",
}


def _follow() -> dict[str, str]:
    return {f"follow_{state}": _follow_path(_told(email)) for state, email in STATES.items()}


def _told(email: str) -> Irritant:
    """The irritant of a story: the first one of its address."""
    found = Irritant.objects.filter(provenance=PROVENANCE, contact__email=email).select_related("contact")
    return found.order_by("created_at")[0]


def _catalogue() -> dict[str, str]:
    """One offer of each kind, the one with most to say; two of them side by side; the partner with most offers."""
    published = Offer.objects.published()
    paths, shown = {}, {}
    for kind in OfferKind.values:
        offer = max(published.filter(kind=kind), key=lambda one: (len(one.description_fr), one.external_id))
        paths[f"offer_{kind}"] = reverse("offer", args=[offer.public_id])
        shown[kind] = offer
    paths["compare"] = abreast.address([shown[OfferKind.TRAINING], shown[OfferKind.RND]])
    organisation = max(
        Organisation.objects.filter(offers__in=published).distinct(),
        key=lambda one: (one.offers.count(), one.external_id),
    )
    return paths | {"organisation": reverse("organisation", args=[organisation.external_id])}


def _offers() -> dict[str, str]:
    """The editor of the demonstration partner: an offer begun, one with its day, one in review."""
    rows = Offer.objects.filter(
        status__in=["draft", "scheduled", "in_review"], external_id__startswith="portail-"
    )
    paths = {}
    for row in rows.select_related("organisation").order_by("-pk"):
        where = [row.organisation.external_id, row.public_id]
        paths[f"edit_{row.status}"] = reverse("partner_offer", args=where)
        paths[f"preview_{row.status}"] = reverse("partner_offer_preview", args=where)
        paths[f"history_{row.status}"] = reverse("partner_offer_history", args=where)
        paths[f"offers_{row.status}"] = reverse("partner_offers", args=where[:1])
        paths[f"review_{row.status}"] = reverse("admin:workbench_review", args=where[1:])
    return paths


def _staff() -> dict[str, str]:
    """A case on the workbench, a proposal, and what a partner is asked."""
    carpentry = _told(STATES["proposal"])
    asked, waiting = Referral.objects.filter(irritant=_told(STATES["asked"])).order_by("pk")[:2]
    answer, other = (
        links.give(links.ANSWER, row.public_id, row.organisation.recipients()[0][0])
        for row in (asked, waiting)
    )
    proposal = Proposal.objects.get(irritant=carpentry)
    message = Message.objects.filter(case=carpentry.public_id, template="company_proposal").first()
    event = Event.objects.get(case=carpentry.public_id, seq=1)
    return {
        "case": reverse("admin:workbench_irritant", args=[carpentry.public_id]),
        "case_asked": reverse("admin:workbench_irritant", args=[asked.irritant.public_id]),
        "case_study": reverse("admin:workbench_irritant", args=[_told(STATES["study"]).public_id]),
        "admin_message": reverse("admin:journal_message_change", args=[message.pk]),
        "admin_event": reverse("admin:journal_event_change", args=[event.pk]),
        "admin_referral": reverse("admin:triage_referral_change", args=[asked.pk]),
        "proposal_edit": reverse("proposals:edit", args=[proposal.public_id]),
        "verify_current": _printed(proposal),
        "partner_answer": reverse("triage:answer", args=[answer.token]),
        **_space(),
        "partner_waiting": reverse("triage:answer", args=[other.token]),
        **_answered(carpentry),
        **doors_of(carpentry, _told(STATES["agreed"])),
    }


def _printed(proposal: Proposal) -> str:
    """Where the QR code of what was sent leads."""
    version = proposal.sent_version
    return reverse("proposals:verified", args=[f"{version.verify_number}-{version.seal}"])


def _space() -> dict[str, str]:
    """The pages of the demonstration's partner about its offers, and the page that their mail opens."""
    email = BY_CODE["partenaire"].email
    mine = Organisation.objects.filter(memberships__user__email=email).order_by("external_id")
    one = mine.filter(offers__in=freshness.stale()).first() or mine[0]
    link = links.give(links.VERIFY, one.public_id, email)
    return {
        "availability": reverse("triage:availability", args=[one.external_id]),
        "brought": reverse("brought:page", args=[one.external_id]),
        "verify_offers": reverse("verify_offers", args=[link.token]),
    }


def _answered(irritant: Irritant) -> dict[str, str]:
    """A partner that said yes, with moments for the company to choose from, and the talk of both; one that said no."""
    accepted = Referral.objects.get(irritant=irritant, stage="accepted")
    declined = Referral.objects.filter(irritant=irritant, stage="declined")[0]
    if not accepted.meetings.exists():
        days = [add_working_days(clock.today(), count, irritant.department) for count in (2, 3)]
        slots = [timezone.make_aware(datetime.combine(day, time(14))) for day in days]
        meetings.propose(accepted, slots, minutes=30, how="", actor=Actor(PARTNER))
    follow = links.give(links.FOLLOW, irritant.public_id, irritant.contact.email)
    tokens = [
        links.give(links.ANSWER, row.public_id, row.organisation.recipients()[0][0]).token
        for row in (accepted, declined)
    ]
    return {
        "partner_accepted": reverse("triage:answer", args=tokens[:1]),
        "partner_declined": reverse("triage:answer", args=tokens[1:]),
        "partner_talk": reverse("triage:talk", args=[follow.token, accepted.public_id]),
        "space_requests": reverse("triage:space_requests", args=[accepted.organisation.external_id]),
    }


def _team() -> dict[str, str]:
    """The team of the demonstration's partner, the invitation that waits, and one that was used."""
    organisation = home_of(User.objects.get(email=BY_CODE["partenaire"].email))
    colleague = organisation.memberships.get(user__email=COLLEAGUE)
    rows = {row.email: row for row in organisation.invitations.all()}
    token = {email: links.give(links.INVITE, row.public_id, email).token for email, row in rows.items()}
    key = [organisation.external_id, colleague.public_id]
    return {
        "team": reverse("members:team", args=key[:1]),
        "team_role": reverse("members:role", args=key),
        "team_leave": reverse("members:leave", args=key),
        "own_record": reverse("identity:organisation", args=key[:1]),
        "organisation_staff": reverse("admin:partners_organisation_change", args=[organisation.pk]),
        "team_staff": reverse("admin:workbench_members", args=[organisation.public_id]),
        "invitation": reverse("members:invitation", args=[token[INVITED]]),
        "invitation_used": reverse("members:invitation", args=[token[COLLEAGUE]]),
    }


def _mails() -> dict[str, str]:
    """`mail_<template>_<language>` → the HTML part on its own, of the newest one."""
    paths = {}
    for path in sorted(mailbox.folder().glob("*.eml")):
        known = re.match(r"<([0-9a-f-]{36})@", message_from_bytes(path.read_bytes())["Message-ID"] or "")
        row = known and Message.objects.filter(pk=known[1]).first()
        if row:
            paths[f"mail_{row.template}_{row.language}"] = reverse("demo:mail_html", args=[path.stem])
    return paths
