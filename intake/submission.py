"""From a draft to an irritant: once, whatever is clicked, retried or resent."""

from django.conf import settings
from django.db import transaction

from foundation import clock
from foundation.communes import department_of_site
from foundation.failpoints import failpoint
from foundation.identifiers import (
    Identifier,
    association_number,
    clean_siren_or_siret,
    foreign_identifier,
    new_reference,
)
from foundation.rows import added, change, insert
from intake import organisation
from intake.lifecycle import due_in
from intake.models import Company, Contact, Draft, Irritant
from journal.actors import COMPANY, Actor
from journal.events import record

CONSENT_VERSION = "2026-11"
REFERENCES_TRIED = 5


def submit(draft: Draft) -> tuple[Irritant, bool]:
    """The irritant of this draft and whether it was made now (False: it was already there).

    `draft.answers` must have been checked by the forms of every step. Once, whoever asks: a double click, a retry
    after a cut or a second tab get the same irritant. Raises Draft.DoesNotExist when the draft was purged.
    """
    answers, now = draft.answers, clock.now()
    with transaction.atomic(savepoint=False):
        # One statement locks the draft, asks whether it was sent and empties it: what was typed lives on in the
        # irritant alone. Whoever comes second waits here for the first to commit, and finds nothing left to claim.
        emptied = {"answers": {}, "email": "", "origin": draft.origin, "proven": draft.proven}
        if not change(Draft, {**emptied, "submitted_at": now}, pk=draft.pk, submitted_at=None):
            return _already(draft), False
        failpoint("submit.claimed")
        company = company_of(answers)
        # A German postcode has five digits too: an organisation abroad says its region, never a department.
        commune = answers.get("site_commune", "")
        department = answers.get("region", "") or department_of_site(
            answers.get("site_postcode", ""), commune
        )
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
            site_commune=commune,
            site_siret=_site_siret(answers),
            department=department,
            confidentiality=answers["confidentiality"],
            consent_at=now,
            consent_version=CONSENT_VERSION,
            provenance=draft.provenance,
            due_at=due_in(settings.CALL_BACK_WORKING_DAYS, department),
            created_at=now,
        )
        _insert_under_a_free_reference(irritant)
        failpoint("submit.inserted")
        record(
            "irritant.submitted", case=irritant.public_id, subject=irritant, actor=Actor(COMPANY), opens=True
        )
        failpoint("submit.before_commit")
    return irritant, True


def _insert_under_a_free_reference(irritant: Irritant) -> None:
    """References are random: behind 100 000 irritants one in 2 500 is somebody's already, and another is drawn.

    The statement that meets a taken one changes nothing and ends no transaction.
    """
    for _try in range(REFERENCES_TRIED):
        if added(irritant):
            return
        irritant.reference = new_reference()
    insert(irritant)  # what stands in the way is no reference: its error says what


def _site_siret(answers: dict) -> str:
    """The establishment whose number was given, unless the problem was said to be somewhere else."""
    number = answers.get("siren_or_siret", "")
    if not number or association_number(number):
        return ""
    choice = organisation.choice_of(answers)
    if choice:
        site, commune, postcode = (
            choice.entity.site,
            answers.get("site_commune"),
            answers.get("site_postcode"),
        )
        there = commune == site.commune if commune and site.commune else postcode in ("", None, site.postcode)
        if not there:
            return ""
    return clean_siren_or_siret(number)[1]


def _already(draft: Draft) -> Irritant:
    irritant = Irritant.objects.select_related("contact").filter(form_token=draft.token).first()
    if irritant is None:
        raise Draft.DoesNotExist
    return irritant


def company_of(answers: dict) -> Company:
    """The legal entity, by its number where there is one; what people knew of it is never overwritten here.

    Two organisations typed by hand under one name stay two rows: intake.history proposes them as one, a person decides.
    """
    country = answers.get("country", "FR")
    identity = {
        "name": answers["company_name"],
        "country": country,
        "organisation_type": answers.get("organisation_type", ""),
    }
    number = answers.get("siren_or_siret", "")
    association = association_number(number)
    if number and not association:
        siren, siret = clean_siren_or_siret(number)
        facts = organisation.columns(answers)
        fresh = Company(**identity, siren=siren, siret=siret, **facts)
        if added(fresh):
            return fresh
        company = Company.objects.get(siren=siren)
        organisation.refresh(company, facts)
        return company
    other = Identifier("rna", association) if association else None
    if answers.get("foreign_id"):
        other = foreign_identifier(country, answers["foreign_id"])
    if other is None:
        return _inserted(Company(**identity))
    numbered = {"country": country, "foreign_id": other.value, "foreign_id_kind": other.kind}
    known = None if other.kind == "other" else Company.objects.filter(**numbered).order_by("pk").first()
    return known or _inserted(Company(**identity | numbered))


def _inserted(company: Company) -> Company:
    insert(company)
    return company


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
