"""From a draft to an irritant: once, whatever is clicked, retried or resent."""

from django.conf import settings
from django.db import transaction

from foundation import clock
from foundation.failpoints import failpoint
from foundation.identifiers import clean_siren_or_siret, department_of
from foundation.rows import added, insert
from intake.lifecycle import due_in
from intake.models import Company, Contact, Draft, Irritant
from journal.actors import COMPANY, Actor
from journal.events import record

CONSENT_VERSION = "2026-11"


def submit(draft: Draft) -> tuple[Irritant, bool]:
    """The irritant of this draft and whether it was made now (False: it was already there).

    `draft.answers` must have been checked by the forms of every step. Once, whoever asks: a double click, a retry
    after a cut or a second tab get the same irritant. Raises Draft.DoesNotExist when the draft was purged.
    """
    answers, now = draft.answers, clock.now()
    with transaction.atomic(savepoint=False):
        # One statement locks the draft, asks whether it was sent and empties it: what was typed lives on in the
        # irritant alone. Whoever comes second waits here for the first to commit, and finds nothing left to claim.
        claimed = Draft.objects.filter(pk=draft.pk, submitted_at=None).update(answers={}, submitted_at=now)
        if not claimed:
            return _already(draft), False
        company = _company(answers)
        # A German postcode has five digits too: an organisation abroad says its region, never a department.
        department = answers.get("region", "") or department_of(answers.get("site_postcode", ""))
        irritant = Irritant(
            public_id=draft.public_id,
            form_token=draft.token,
            company=company,
            contact=_contact(answers, draft.language),
            text=answers["text"],
            tried=answers.get("tried", ""),
            language=draft.language,
            sector_id=answers.get("sector") or None,
            topics_confirmed=answers.get("topics_confirmed", []),
            topics_removed=answers.get("topics_removed", []),
            data_maturity=answers.get("data_maturity"),
            kinds_wished=answers.get("kinds_wished", []),
            deadline=answers.get("deadline", ""),
            site_city=answers.get("site_city", ""),
            site_postcode=answers.get("site_postcode", ""),
            department=department,
            confidentiality=answers["confidentiality"],
            consent_at=now,
            consent_version=CONSENT_VERSION,
            provenance=draft.provenance,
            due_at=due_in(settings.CALL_BACK_WORKING_DAYS, department),
            created_at=now,
        )
        insert(irritant)
        record(
            "irritant.submitted", case=irritant.public_id, subject=irritant, actor=Actor(COMPANY), opens=True
        )
        failpoint("submit.before_commit")
    return irritant, True


def _already(draft: Draft) -> Irritant:
    irritant = Irritant.objects.select_related("contact").filter(form_token=draft.token).first()
    if irritant is None:
        raise Draft.DoesNotExist
    return irritant


def _company(answers: dict) -> Company:
    """The legal entity, by SIREN where there is one; what is already known of it is never overwritten here."""
    identity = {
        "name": answers["company_name"],
        "country": answers.get("country", "FR"),
        "organisation_type": answers.get("organisation_type", ""),
        "foreign_id": answers.get("foreign_id", ""),
    }
    number = answers.get("siren_or_siret", "")
    if not number:
        company = Company(**identity)
        insert(company)
        return company
    siren, siret = clean_siren_or_siret(number)
    fresh = Company(**identity, siren=siren, siret=siret)
    return fresh if added(fresh) else Company.objects.get(siren=siren)


def _contact(answers: dict, language: str) -> Contact:
    """The person, by e-mail. An anonymous form never changes what is known of an existing contact."""
    fresh = Contact(
        email=answers["email"].casefold(),
        name=answers["name"],
        phone=answers.get("phone", ""),
        position=answers.get("position", ""),
        language=language,
    )
    return fresh if added(fresh) else Contact.objects.get(email=fresh.email)
