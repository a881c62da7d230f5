"""How the history of an offer is told to its organisation and to coordinators."""

from django.utils.translation import gettext_lazy as _

from journal.timeline import COORDINATOR, PARTNER, SENTENCES

for _name, _sentence in {
    "offer.create": _("Offre créée"),
    "offer.duplicate": _("Offre créée à partir d’une autre"),
    "offer.edit": _("Offre modifiée"),
    "offer.submit": _("Proposée à la publication"),
    "offer.take_back": _("Reprise avant la fin de la relecture"),
    "offer.send_back": _("Renvoyée par la relecture"),
    "offer.publish": _("Publiée"),
    "offer.schedule": _("Publication programmée"),
    "offer.unschedule": _("Publication programmée annulée"),
    "offer.appear": _("Publiée au jour programmé"),
    "offer.hide": _("Masquée"),
    "offer.show_again": _("Publiée de nouveau"),
    "offer.archive": _("Archivée"),
}.items():
    SENTENCES.add(_name, {PARTNER: _sentence, COORDINATOR: _sentence})
