"""Warnings about who asks: already here, asking for somebody else, or from elsewhere."""

from datetime import timedelta

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from foundation import clock, naf
from foundation.identifiers import GRAND_EST
from intake.models import Company, Irritant
from triage.reasons import territory_name
from triage.warnings.base import WARNINGS, Case, Link, Warning, links_to

REPEAT = timedelta(days=92)  # three months

# Classes (four digits) of those who often write for a client, or sell what is asked for. A class, not a subclass: its
# number is European, the letter behind it French. Two nomenclatures, never mixed (foundation.naf):
# NAF rév. 2, décret 2007-1888 of 26 December 2007 (NACE Rev. 2, regulation (EC) 1893/2006);
# NAF 2025, décret 2025-736 of 31 July 2025 (NACE Rev. 2.1, delegated regulation (EU) 2023/137).
# What became of a class: INSEE, « Correspondances NAF rév. 2 – NAF 2025 », January 2026. 70.21 is 73.30, 70.22 is
# 70.20, 78.30 went into 78.20, and whoever only brings others together left 82.99 for 82.40.
CONSULTING, IT, RECRUITING, ENGINEERING, FEDERATION = (
    "consulting",
    "it",
    "recruiting",
    "engineering",
    "federation",
)
INTERMEDIARIES = {
    naf.REV2: {
        **dict.fromkeys(["62.01", "62.02", "62.03", "62.09"], IT),
        **dict.fromkeys(["69.20", "70.21", "70.22", "82.99"], CONSULTING),
        "71.12": ENGINEERING,
        **dict.fromkeys(["78.10", "78.20", "78.30"], RECRUITING),
        **dict.fromkeys(["94.11", "94.12"], FEDERATION),
    },
    naf.NAF_2025: {
        **dict.fromkeys(["62.10", "62.20", "62.90"], IT),
        **dict.fromkeys(["69.20", "70.20", "73.30", "82.40", "82.99"], CONSULTING),
        "71.12": ENGINEERING,
        **dict.fromkeys(["78.10", "78.20"], RECRUITING),
        **dict.fromkeys(["94.11", "94.12"], FEDERATION),
    },
}


def trade_of(company: Company) -> str:
    """The trade of INTERMEDIARIES that this company is in, by either of its codes; "" for none."""
    for version, code in ((naf.REV2, company.naf_rev2), (naf.NAF_2025, company.naf_2025)):
        if trade := INTERMEDIARIES[version].get(code[:5]):
            return trade
    return ""


def _trade_words(trade: str) -> str:
    return {
        CONSULTING: _("conseil et services aux entreprises"),
        IT: _("services informatiques"),
        RECRUITING: _("recrutement et intérim"),
        ENGINEERING: _("ingénierie et études techniques"),
        FEDERATION: _("organisation professionnelle"),
    }[trade]


@WARNINGS.register("duplicate")
def duplicate(case: Case) -> Warning | None:
    """Nearly the same words, sent before by the same organisation or by one other (several: words.template_text)."""
    if case.copies_here:
        first = case.copies_here[0]
        return Warning(
            _("Presque les mêmes mots qu’un autre dossier de cette organisation (%(percent)s %%)")
            % {"percent": first.percent},
            _("Deux dossiers pour un seul problème font solliciter deux fois les mêmes partenaires."),
            _("Comparer ; si c’est le même problème, clore l’un comme doublon de l’autre."),
            [
                *links_to(one.irritant for one in case.copies_here),
                Link(_("Clore ce dossier comme doublon"), "#clore"),
            ],
            grave=True,
        )
    others = case.copies_elsewhere
    if len({one.irritant.company_id for one in others}) != 1:
        return None
    other = others[0].irritant
    if not other.may_open:
        return Warning(
            _("Presque les mêmes mots qu’un dossier que vous ne pouvez pas ouvrir (%(percent)s %%)")
            % {"percent": others[0].percent},
            _("Un collègue sous un autre nom, un intermédiaire, ou deux concurrents qui se connaissent."),
            _("Demander à un administrateur de comparer les deux."),
        )
    compare = reverse(
        "admin:workbench_join", args=["entreprise", case.irritant.company.public_id, other.company.public_id]
    )
    return Warning(
        _("Presque les mêmes mots que « %(name)s » (%(percent)s %%)")
        % {"name": other.company.name, "percent": others[0].percent},
        _("Un collègue sous un autre nom, un intermédiaire, ou deux concurrents qui se connaissent."),
        _("Comparer les deux organisations avant d’écrire à l’une ou à l’autre ; ne pas nommer l’autre."),
        [
            *links_to(one.irritant for one in others),
            Link(_("Comparer et réunir"), f"{compare}?dossier={case.irritant.public_id}"),
        ],
    )


@WARNINGS.register("repeat")
def repeat(case: Case) -> Warning | None:
    """The same organisation or person wrote within the three months before (or after) this one, in other words."""
    copies = {one.irritant.pk for one in case.near_copies}
    near = [one.irritant for one in case.history.related if _near(case.irritant, one.irritant)]
    near = [row for row in near if row.pk not in copies]
    if not near:
        return None
    count = len(near)
    return Warning(
        ngettext(
            "%(count)s autre dossier de cette organisation en trois mois",
            "%(count)s autres dossiers de cette organisation en trois mois",
            count,
        )
        % {"count": count},
        _("Une demande laissée sans suite revient souvent sous d’autres mots, ou d’un autre service."),
        _("Relire ce qui a été répondu, et confier les dossiers à la même personne."),
        links_to(near),
    )


def _near(one: Irritant, other: Irritant) -> bool:
    return abs(one.created_at - other.created_at) <= REPEAT


@WARNINGS.register("intermediary")
def intermediary(case: Case) -> Warning | None:
    """An organisation whose trade is to advise, to code or to recruit for others."""
    company = case.irritant.company
    trade = trade_of(company)
    if not trade:
        return None
    code, version = naf.code_in_force(company.naf_rev2, company.naf_2025, clock.today())
    name = _("NAF rév. 2") if version == naf.REV2 else _("NAF 2025")
    return Warning(
        _("Peut-être un intermédiaire : %(trade)s") % {"trade": _trade_words(trade)},
        _(
            "Code %(code)s (%(version)s) : qui en fait son métier écrit souvent pour un client, ou vend ce "
            "qu’il demande."
        )
        % {"code": code, "version": name},
        _("Demander pour qui est le besoin, et si l’organisation qui l’a peut être appelée."),
        [Link(_("Demander une précision"), "#demander")],
    )


@WARNINGS.register("outside-region")
def outside_region(case: Case) -> Warning | None:
    """The site (its department, else the country) is not in Grand Est; nothing is said where nobody knows it."""
    irritant = case.irritant
    country, department = irritant.company.country, irritant.department
    if country == "FR" and (not department or department in GRAND_EST):
        return None
    if country != "FR" and department in GRAND_EST:
        return None  # a foreign company with a site here
    where = territory_name(department) or territory_name(country) or department or country
    abroad = country != "FR"
    return Warning(
        _("Hors du Grand Est : %(where)s") % {"where": irritant.site_city or where},
        _("À l’étranger, aides et conventions changent ; certaines offres s’arrêtent à la frontière.")
        if abroad
        else _("Les aides de la Région et plusieurs offres ne valent que pour un site du Grand Est."),
        _(
            "Vérifier s’il existe un site dans la région ; sinon, orienter vers le relais le plus proche de "
            "l’entreprise."
        ),
        [Link(_("Demander une précision"), "#demander"), Link(_("Les relais, à la clôture"), "#clore")],
    )
