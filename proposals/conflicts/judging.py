"""What would make a path false or fail, in words. Pure: options and a situation in, conflicts out."""

from collections.abc import Iterator
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from foundation.working_days import add_months
from partners.identity.clearance import earliest_entry
from programs.models import OfferKind
from proposals import paths
from proposals.composing import calendar
from proposals.composing.case import cifre_impossible, too_short_for_a_thesis
from proposals.conflicts.facts import STOP, WARN, Conflict, Situation

_SHORT_OF = {"urgent": 3, "soon": 12}  # months after the irritant came
_ZRR_FREE = (OfferKind.TRAINING.value,)

Row = tuple[str, str, str, str]


def conflicts_in(options: list[paths.Option], now: Situation) -> list[Conflict]:
    """What stops first, then what warns; both in the order of the path."""
    found = list(_whole(options, now))
    for option in options:
        found += _option(option, now)
        for step in option["steps"]:
            rows = [*_dates(step, option, now), *_offer(step, now), *_partner(step, now), *_thesis(step, now)]
            found += [Conflict(*row, option=option["id"], step=step["id"]) for row in rows]
    return sorted(found, key=lambda one: one.severity != STOP)


def _day(found: date) -> str:
    return date_format(found, "DATE_FORMAT")


def _whole(options: list[paths.Option], now: Situation) -> Iterator[Conflict]:
    if now.valid_until < now.today:
        yield Conflict("validity", STOP, _("La date de validité est passée."), _("Repoussez-la."))
    begins, months = paths.first_start(options), _SHORT_OF.get(now.urgency)
    if begins and months and begins > add_months(now.since, months):
        yield Conflict(
            "deadline",
            WARN,
            _(
                "L’entreprise attendait une réponse au plus tard le %(day)s ; le chemin commence le %(begins)s."
            )
            % {"day": _day(add_months(now.since, months)), "begins": _day(begins)},
            _("Ajoutez une étape plus proche, ou dites-lui pourquoi."),
        )
    for index, option in enumerate(options):
        if any(paths.same_path(option, other) for other in options[:index]):
            yield Conflict(
                "same",
                WARN,
                _("Deux options proposent le même chemin."),
                _("Changez l’une, ou retirez-la."),
                option["id"],
            )


def _option(option: paths.Option, now: Situation) -> Iterator[Conflict]:
    if not option["steps"]:
        yield Conflict(
            "empty",
            STOP,
            _("L’option « %(title)s » n’a pas d’étape.") % {"title": option["title"]},
            _("Ajoutez-en une, ou retirez l’option."),
            option["id"],
        )
    for one in sorted(paths.in_circles(option)):
        yield Conflict(
            "circle",
            STOP,
            _("Cette étape attend une étape qui l’attend elle-même."),
            _("Décochez l’une des deux attentes."),
            option["id"],
            one,
        )
    seen: dict[tuple, str] = {}
    for step in option["steps"]:
        key = step["offer_id"], step["start"]
        if step["kind"] == OfferKind.TRAINING and all(key):
            if key in seen:
                yield Conflict(
                    "twice",
                    WARN,
                    _("Deux étapes visent la même session."),
                    _("Gardez-en une."),
                    option["id"],
                    step["id"],
                )
            seen.setdefault(key, step["id"])


def _dates(step: paths.Step, option: paths.Option, now: Situation) -> Iterator[Row]:
    start, end = paths.day(step["start"]), paths.day(step["end"])
    if start and end and end < start:
        yield "ends", STOP, _("La fin précède le début."), _("Corrigez l’une des deux dates.")
    if start and start < now.today:
        yield "past", STOP, _("Le début est passé."), _("Recalculez les dates, ou choisissez-en une autre.")
    elif start:
        yield from _too_early(step, start, now)
    if start:
        for one in option["steps"]:
            until = paths.day(one["end"]) or paths.day(one["start"])
            if one["id"] in step["after"] and until and until >= start:
                yield (
                    "order",
                    STOP,
                    _("Elle commence avant la fin de l’étape « %(title)s », qu’elle attend.")
                    % {"title": one["title"]},
                    _("Recalculez les dates, ou laissez les deux étapes se suivre autrement."),
                )
    if start and end and _is_internship(step, now) and end >= add_months(start, calendar.INTERNSHIP_MONTHS):
        yield (
            "internship",
            STOP,
            _("Un stage dure six mois au plus par année d’études (Code de l’éducation, article L. 124-5)."),
            _("Raccourcissez-le, ou proposez une alternance."),
        )


def _too_early(step: paths.Step, start: date, now: Situation) -> Iterator[Row]:
    possible, planned = (
        calendar.earliest(now.today, step["waits"]),
        calendar.ready_on(now.today, step["waits"]),
    )
    if start < possible:
        yield (
            "early",
            STOP,
            _("Elle peut commencer le %(day)s au plus tôt : ses attentes ne seront pas passées.")
            % {"day": _day(possible)},
            _("Recalculez les dates, ou retirez une attente qui n’a pas lieu d’être."),
        )
    elif start < planned:
        yield (
            "tight",
            WARN,
            _("Le début suppose que tout aille au plus vite : %(day)s serait sûr.") % {"day": _day(planned)},
            _("Repoussez-le si rien ne presse."),
        )


def _offer(step: paths.Step, now: Situation) -> Iterator[Row]:
    known = now.offers.get(step["offer_id"])
    if not step["offer_id"] or known is None:
        return
    if known.status == "archived":
        yield "archived", STOP, _("L’offre a été retirée du catalogue."), _("Changez l’étape, ou retirez-la.")
    elif known.status != "published":
        yield (
            "hidden",
            WARN,
            _("L’offre n’est plus publiée."),
            _("Demandez au partenaire si elle tient toujours."),
        )
    if step["kind"] == OfferKind.TRAINING and step["start"]:
        session = next((slot for slot in known.sessions if paths.iso(slot.start) == step["start"]), None)
        if session is None:
            yield (
                "session_gone",
                STOP,
                _("Aucune session de cette formation ne commence ce jour-là."),
                _("Recalculez les dates, ou laissez-la sans date."),
            )
        elif session.seats_left == 0:
            yield "session_full", STOP, _("La session est complète."), _("Choisissez-en une autre.")
    start = paths.day(step["start"])
    if known.start_until and start and start > known.start_until:
        yield (
            "closed",
            STOP,
            _("Le sujet n’est ouvert que jusqu’au %(day)s.") % {"day": _day(known.start_until)},
            _("Avancez le début, ou voyez avec le partenaire s’il le prolonge."),
        )


def _partner(step: paths.Step, now: Situation) -> Iterator[Row]:
    partner = now.partners.get(step["organisation_id"])
    if not step["organisation_id"] or partner is None:
        return
    if partner.left:
        yield (
            "partner",
            STOP,
            _("%(name)s n’a pas accepté, ou s’est retiré.") % {"name": partner.name},
            _("Changez l’étape « %(title)s ».") % {"title": step["title"]},
        )
        return
    start, codes = paths.day(step["start"]), {wait["code"] for wait in step["waits"]}
    for first, last in partner.away:
        if start and first <= start <= last:
            yield (
                "away",
                WARN,
                _("%(name)s est absent du %(first)s au %(last)s.")
                % {"name": partner.name, "first": _day(first), "last": _day(last)},
                _("Commencez après son retour."),
            )
    if partner.full:
        yield (
            "capacity",
            WARN,
            _("%(name)s a déjà reçu autant de demandes qu’il peut en prendre ce mois-ci.")
            % {"name": partner.name},
            _("Assurez-vous qu’il peut tenir la date."),
        )
    if partner.restricted and step["kind"] not in _ZRR_FREE and "zrr" not in codes:
        false = start is not None and start < earliest_entry(now.today)
        yield (
            "zrr",
            STOP if false else WARN,
            _("%(name)s est en zone à régime restrictif : deux mois d’autorisation manquent.")
            % {"name": partner.name},
            _("Ajoutez l’attente « autorisation d’accès », sauf si personne n’entre chez lui."),
        )
    if partner.nda and "nda" not in codes:
        yield (
            "nda",
            WARN,
            _("L’entreprise demande un accord de confidentialité ; aucun n’est signé avec %(name)s.")
            % {"name": partner.name},
            _("Ajoutez l’attente « accord de confidentialité »."),
        )


def _thesis(step: paths.Step, now: Situation) -> Iterator[Row]:
    if step["kind"] != OfferKind.CIFRE:
        return
    if why := cifre_impossible(now.employer):
        yield "cifre", STOP, why, _("Proposez une autre forme d’aide.")
    elif too_short_for_a_thesis(now.urgency):
        yield (
            "cifre_short",
            WARN,
            _("L’entreprise attend une réponse dans les trois mois ; une CIFRE en dure trente-six."),
            _("Gardez-la pour la suite, derrière une étape plus proche."),
        )


def _is_internship(step: paths.Step, now: Situation) -> bool:
    known = now.offers.get(step["offer_id"])
    form = known.form if known else ""
    return step["kind"] == OfferKind.TALENT and form != "apprenticeship" and step["scheme"] != "apprentissage"
