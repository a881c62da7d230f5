"""Reference vocabulary in three languages, loaded by `load_reference` from programs/data."""

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class Term(models.Model):
    code = models.SlugField(_("code"), max_length=60, primary_key=True)
    label_fr = models.CharField(_("libellé français"), max_length=120)
    label_de = models.CharField(_("libellé allemand"), max_length=120)
    label_en = models.CharField(_("libellé anglais"), max_length=120)

    class Meta:
        abstract = True
        ordering = ["label_fr"]

    def __str__(self):
        return self.label

    @property
    def label(self) -> str:
        """The label in the reader's language."""
        language = (get_language() or "fr")[:2]
        label = getattr(self, f"label_{language}", "") or self.label_fr
        return label.replace("'", "’")  # as the rest of the page is set, whatever a catalogue’s file wrote


class Topic(Term):
    class Meta(Term.Meta):
        verbose_name = _("thème")
        verbose_name_plural = _("thèmes")


class Pillar(Term):
    class Meta(Term.Meta):
        verbose_name = _("pilier")
        verbose_name_plural = _("piliers")


class Sector(Term):
    class Meta(Term.Meta):
        verbose_name = _("secteur")
        verbose_name_plural = _("secteurs")
