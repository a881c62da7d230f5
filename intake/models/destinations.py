"""To whom companies are handed over outside the cluster."""

import re
import uuid
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import get_language, gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from foundation import clock
from intake.models.irritant import Irritant


class DestinationKind(models.TextChoices):
    INNOVATION = "innovation", _("pôle universitaire d’innovation, transfert")
    FUNDING = "funding", _("diagnostic et financement")
    REGION = "region", _("agence et aide régionales")
    CHAMBER = "chamber", _("chambre consulaire")
    SUPPLIERS = "suppliers", _("offreurs de solutions")
    HUB = "hub", _("pôle européen d’innovation numérique")
    CLUSTER = "cluster", _("autre cluster d’intelligence artificielle")
    ABROAD = "abroad", _("de l’autre côté d’une frontière")


def check_territories(value) -> None:
    """Departments and countries as Irritant.department spells them."""
    if not isinstance(value, list) or not all(
        isinstance(code, str) and re.fullmatch(r"[0-9A-Z]{2,3}(-[A-Z]{2})?", code) for code in value
    ):
        raise ValidationError(gettext('Une liste de codes, comme ["57", "67", "DE"].'))


class DestinationQuerySet(models.QuerySet):
    def active(self):
        return self.filter(active=True)


class Destination(models.Model):
    """Somebody outside the cluster to whom a company is handed over. Facts about a body, never about a person.

    `territories`: departments ("57") or countries ("DE") that it serves, [] for anywhere. `source`, `verified_on`:
    where its facts were read, and when; None: nobody has checked them. `changed_by`: the reference data
    (intake/data/destinations.json) leave what a person changed as it is.
    """

    public_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    code = models.SlugField(_("code"), max_length=60, unique=True)
    name = models.CharField(_("nom"), max_length=160)
    kind = models.CharField(_("nature"), max_length=12, choices=DestinationKind.choices)
    purpose_fr = models.TextField(_("pour quoi (français)"), max_length=500)
    purpose_de = models.TextField(_("pour quoi (allemand)"), max_length=500, blank=True)
    purpose_en = models.TextField(_("pour quoi (anglais)"), max_length=500, blank=True)
    territories = models.JSONField(
        _("territoires"),
        default=list,
        blank=True,
        validators=[check_territories],
        help_text=_('Départements ("57") ou pays ("DE") ; vide : partout.'),
    )
    url = models.URLField(_("page"), max_length=300, blank=True)
    email = models.EmailField(_("adresse électronique"), blank=True)
    phone = models.CharField(_("téléphone"), max_length=30, blank=True)
    source = models.CharField(_("source"), max_length=300, blank=True)
    verified_on = models.DateField(_("vérifié le"), null=True, blank=True)
    active = models.BooleanField(_("proposé"), default=True)
    position = models.PositiveSmallIntegerField(_("ordre"), default=0)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, editable=False
    )
    changed_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = DestinationQuerySet.as_manager()

    class Meta:
        verbose_name = _("relais")
        verbose_name_plural = pgettext_lazy("several", "relais")
        ordering = ["position", "name"]

    def __str__(self):
        return self.name

    @property
    def purpose(self) -> str:
        """What it is for, in the reader's language, French where nobody has translated it."""
        return getattr(self, f"purpose_{(get_language() or 'fr')[:2]}", "") or self.purpose_fr

    @property
    def host(self) -> str:
        """The name of its site, for a link that is short to read."""
        return (urlsplit(self.url).hostname or "").removeprefix("www.")

    @property
    def leads_home(self) -> bool:
        """Whether its page is only the home page of a site: readers are told, and look for the service there."""
        return bool(self.url) and urlsplit(self.url).path in ("", "/")

    @property
    def where(self) -> str:
        """Its page, else its address, else its telephone."""
        return self.url or self.email or self.phone


class HandOver(models.Model):
    """This irritant was handed over to that body, when it was closed as redirected."""

    irritant = models.ForeignKey(Irritant, models.CASCADE, related_name="hand_overs")
    destination = models.ForeignKey(Destination, models.PROTECT, related_name="hand_overs")
    at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        verbose_name = _("relais pris")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["irritant", "destination"], name="handed_over_once_to_each")
        ]

    def __str__(self):
        return f"{self.irritant} → {self.destination}"
