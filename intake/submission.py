"""From a draft to an irritant: once, whatever is clicked, retried or resent."""

from django.conf import settings
from django.db import transaction

from foundation import clock
from foundation.failpoints import failpoint
from foundation.identifiers import clean_siren_or_siret, department_of
from intake.lifecycle import due_in
from intake.models import Company, Contact, Draft, Irritant
from journal.actors import COMPANY, Actor
from journal.events import record

CONSENT_VERSION = "2026-11"


def submit(draft: Draft) -> tuple[Irritant, bool]:
    """The irritant of this draft and whether it was made now (False: it was already there).

    `draft.answers` must have been checked by the forms of every step. The form token is the unique key: a double
    click, a retry after a cut or a second tab get the same irritant.
    """
    with transaction.atomic():
        draft = Draft.objects.select_for_update().get(pk=draft.pk)
        existing = Irritant.objects.filter(form_token=draft.token).first()
        if existing:
            return existing, False
        answers = draft.answers
        company = _company(answers)
        # A German postcode has five digits too: an organisation abroad says its region, never a department.
        department = answers.get("region", "") or department_of(answers.get("site_postcode", ""))
        irritant = Irritant.objects.create(
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
            consent_at=clock.now(),
            consent_version=CONSENT_VERSION,
            provenance=draft.provenance,
            due_at=due_in(settings.CALL_BACK_WORKING_DAYS, department),
            created_at=clock.now(),
        )
        record("irritant.submitted", case=irritant.public_id, subject=irritant, actor=Actor(COMPANY))
        draft.answers = {}  # what was typed now lives in the irritant alone
        draft.submitted_at, draft.email = clock.now(), ""
        draft.save(update_fields=["answers", "submitted_at", "email"])
        failpoint("submit.before_commit")
    return irritant, True


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
        return Company.objects.create(**identity)
    siren, siret = clean_siren_or_siret(number)
    company, _created = Company.objects.get_or_create(siren=siren, defaults={**identity, "siret": siret})
    return company


def _contact(answers: dict, language: str) -> Contact:
    """The person, by e-mail. An anonymous form never changes what is known of an existing contact."""
    contact, _created = Contact.objects.get_or_create(
        email=answers["email"].casefold(),
        defaults={
            "name": answers["name"],
            "phone": answers.get("phone", ""),
            "position": answers.get("position", ""),
            "language": language,
        },
    )
    return contact
