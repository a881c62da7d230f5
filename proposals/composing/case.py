"""What composing reads: the need, its employer, and the pieces that partners brought. No model, no clock."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from proposals.composing import lead_times as kinds


@dataclass(frozen=True)
class Employer:
    """Who would employ a doctoral student or pay. `country`: ISO 3166 alpha-2; `legal_form`: INSEE's four digits;
    `kind`: a code of intake's OrganisationType."""

    country: str = "FR"
    has_siren: bool = False
    legal_form: str = ""
    kind: str = ""


@dataclass(frozen=True)
class Need:
    """`maturity` 0 to 4, `trl_now` and `trl_target` 1 to 9, None when nobody said; `urgency`: "urgent", "soon",
    "open" or ""; `department`: whose public holidays count."""

    today: date
    department: str = ""
    employer: Employer = Employer()
    maturity: int | None = None
    trl_now: int | None = None
    trl_target: int | None = None
    target: str = ""
    urgency: str = ""
    cluster: str = "ENACT"


@dataclass(frozen=True)
class Slot:
    """A session of a course."""

    start: date
    end: date
    seats_left: int


@dataclass(frozen=True)
class Piece:
    """A kept match whose partner accepted, in the company's language. `kind`: a code of OfferKind; `form`: of a
    placement; `nda`: an agreement has to be signed first; `months`: shortest and longest, `trl`: of the offer."""

    offer_id: str
    kind: str
    title: str
    organisation: str
    organisation_id: str
    person: str = ""
    summary: str = ""
    form: str = ""
    illustrative: bool = False
    restricted: bool = False
    nda: bool = False
    sessions: tuple[Slot, ...] = ()
    start_from: date | None = None
    start_until: date | None = None
    months: tuple[int | None, int | None] = (None, None)
    trl: tuple[int, int] | None = None
    readiness: int = 0
    deliverables: str = ""
    facts: tuple[tuple[str, object], ...] = ()

    @property
    def help(self) -> str:
        """The kind of help, with placements told apart."""
        if self.kind == "talent":
            return kinds.APPRENTICESHIP if self.form == kinds.APPRENTICESHIP else kinds.INTERNSHIP
        return self.kind


def cifre_impossible(employer: Employer) -> str:
    """Why this employer cannot take a CIFRE, in the active language; "" when nothing speaks against it.

    Source: ANRT and ministry of research (who may apply): a legal entity under French law; not the State's own
    administration (INSEE legal forms 71xx), which has Cofra, without a grant.
    """
    if employer.country != "FR" and not employer.has_siren:
        return _(
            "Une CIFRE demande un employeur de droit français : l’entreprise est établie à l’étranger et aucune "
            "entité française n’est connue. Par une filiale française, ou une collaboration de recherche directe."
        )
    if employer.legal_form.startswith("71"):
        return _(
            "Une administration de l’État ne peut pas recevoir de CIFRE : le dispositif voisin est la Cofra, sans "
            "subvention."
        )
    if employer.kind == "individu":
        return _("Une CIFRE demande un employeur : un particulier ne peut pas embaucher un doctorant.")
    return ""


def too_short_for_a_thesis(urgency: str) -> bool:
    """Whether the need is over within three months: a CIFRE lasts thirty-six and is no answer below twelve."""
    return urgency == "urgent"
