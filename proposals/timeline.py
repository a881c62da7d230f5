"""How what happens to proposals and collaborations is told to coordinators, companies and partners."""

from django.utils.translation import gettext_lazy as _

from journal.timeline import COMPANY, COORDINATOR, PARTNER, READERS, SENTENCES
from proposals.models import ProposalVersion

SENTENCES.add(
    "proposal.prepare", {COORDINATOR: _("Proposition commencée"), COMPANY: _("Nous écrivons une proposition")}
)
SENTENCES.add("proposal.edit", {COORDINATOR: _("Texte de la proposition modifié")})
SENTENCES.add("proposal.freeze", {COORDINATOR: _("Document préparé, version %(proposal_version)s")})
SENTENCES.add(
    "proposal.send",
    {
        COORDINATOR: _("Proposition envoyée à l’entreprise, version %(proposal_version)s"),
        COMPANY: _("Nous vous avons envoyé une proposition, version %(proposal_version)s"),
    },
)
SENTENCES.add(
    "proposal.accept",
    {
        COORDINATOR: _("L’entreprise accepte la proposition, version %(proposal_version)s"),
        # What follows at once, the collaboration and the end of the request, is told with it.
        COMPANY: _(
            "Vous avez accepté la proposition, version %(proposal_version)s. La collaboration est convenue."
        ),
    },
)
SENTENCES.add(
    "proposal.request_changes",
    {
        COORDINATOR: _("L’entreprise demande une modification de la version %(proposal_version)s"),
        COMPANY: _("Vous avez demandé une modification de la version %(proposal_version)s"),
    },
)
SENTENCES.add(
    "proposal.revise", {COORDINATOR: _("Révision commencée"), COMPANY: _("Nous revoyons la proposition")}
)
SENTENCES.add(
    "proposal.decline",
    {
        COORDINATOR: _("L’entreprise décline la proposition, version %(proposal_version)s"),
        COMPANY: _("Vous avez décliné la proposition, version %(proposal_version)s"),
    },
)
SENTENCES.add(
    "proposal.expire",
    {
        COORDINATOR: _("La proposition a dépassé sa date de validité"),
        COMPANY: _("La proposition a dépassé sa date de validité"),
    },
)
SENTENCES.add(
    "proposal.submit",
    {COORDINATOR: _("Proposition soumise aux partenaires, version %(proposal_version)s")},
)
SENTENCES.add(
    "proposal.agree",
    {
        COORDINATOR: _(
            "L’entreprise est d’accord avec la version %(proposal_version)s ; un partenaire est attendu"
        ),
        COMPANY: _("Vous avez donné votre accord à la version %(proposal_version)s"),
    },
)
SENTENCES.add(
    "proposal.take_back",
    {
        COORDINATOR: _("Version %(proposal_version)s reprise pour être revue"),
        COMPANY: _("Nous revoyons la proposition avec un partenaire"),
    },
)
SENTENCES.add("proposal.recall", {COORDINATOR: _("Texte repris avant l’envoi à l’entreprise")})
for _name, _sentence, _own in (
    ("agree", _("%(organisation)s est d’accord avec la version %(proposal_version)s"), _("Accord donné")),
    (
        "request_changes",
        _("%(organisation)s propose des changements à la version %(proposal_version)s"),
        _("Changements proposés"),
    ),
    ("decline", _("%(organisation)s décline la version %(proposal_version)s"), _("Proposition déclinée")),
    (
        "withdraw",
        _("%(organisation)s retire son accord à la version %(proposal_version)s"),
        _("Accord retiré"),
    ),
):
    SENTENCES.add(f"agreement.{_name}", {COORDINATOR: _sentence, PARTNER: _own})
SENTENCES.add("suggestion.take", {COORDINATOR: _("Changement repris dans le texte : %(paragraph)s")})
SENTENCES.add("suggestion.turn_down", {COORDINATOR: _("Changement non repris : %(paragraph)s")})
SENTENCES.add("proposal.withdraw", {COORDINATOR: _("Proposition retirée")})
SENTENCES.add(
    "collaboration.agreed",
    {
        COORDINATOR: _("Collaboration convenue"),
        PARTNER: _("Une collaboration est convenue"),
    },
)
for _name, _sentence in (
    ("sign", _("Contrats signés")),
    ("start", _("La collaboration a commencé")),
    ("complete", _("La collaboration est achevée")),
    ("abandon", _("La collaboration est abandonnée")),
):
    SENTENCES.add(f"collaboration.{_name}", {COORDINATOR: _sentence, COMPANY: _sentence, PARTNER: _sentence})


for _name, _sentence in (
    ("collaboration.contract", _("Un contrat signé est déposé")),
    ("collaboration.file", _("Un document est déposé")),
    ("collaboration.meeting", _("Un rendez-vous de collaboration est fixé")),
    ("collaboration_meeting.cancel", _("Un rendez-vous de collaboration est annulé")),
    ("step.begin", _("Une étape de la collaboration commence")),
    ("step.finish", _("Une étape de la collaboration est faite")),
    ("step.drop", _("Une étape de la collaboration est abandonnée")),
):
    SENTENCES.add(_name, {COORDINATOR: _sentence, COMPANY: _sentence, PARTNER: _sentence})
for _name, _sentence in (
    ("step.reopen", _("Une étape de la collaboration est rouverte")),
    ("collaboration.figure", _("Un résultat chiffré est saisi")),
    ("figure.confirm", _("Un résultat chiffré est confirmé")),
    ("figure.refuse", _("Un résultat chiffré est écarté")),
    ("collaboration.review", _("Un avis sur la collaboration est arrivé")),
):
    SENTENCES.add(_name, {COORDINATOR: _sentence})


@READERS.register("proposal_version")
def version_numbers(public_ids: set[str]) -> dict[str, str]:
    rows = ProposalVersion.objects.filter(public_id__in=public_ids)
    return {str(public_id): str(number) for public_id, number in rows.values_list("public_id", "number")}
