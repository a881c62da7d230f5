"""What companies say afterwards."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from foundation import clock
from intake.models.irritant import Irritant


class FeedbackQuestion(models.TextChoices):
    SATISFACTION = "satisfaction", _("Notre réponse vous a-t-elle aidé ?")
    OUTCOME = "outcome", _("Qu’est devenu votre besoin ?")


class FeedbackAnswer(models.TextChoices):
    """What may be answered; which answer belongs to which question: intake.feedback.ANSWERS."""

    YES = "yes", _("Oui")
    PARTLY = "partly", _("En partie")
    NO = "no", _("Non")
    SOLVED = "solved", _("C’est résolu")
    UNDER_WAY = "under_way", _("C’est en cours")
    NOT_YET = "not_yet", _("Pas encore")
    DROPPED = "dropped", _("Nous y avons renoncé")
    NO_MORE = "no_more", _("Ne plus me le demander")


class Feedback(models.Model):
    """What a company answered after its case was closed; the last row of a question counts."""

    irritant = models.ForeignKey(Irritant, models.CASCADE, related_name="feedback")
    question = models.CharField(_("question"), max_length=12, choices=FeedbackQuestion.choices)
    answer = models.CharField(_("réponse"), max_length=10, choices=FeedbackAnswer.choices)
    at = models.DateTimeField(default=clock.now, editable=False, db_index=True)

    class Meta:
        verbose_name = _("retour de l’entreprise")
        ordering = ["at", "pk"]

    def __str__(self):
        return f"{self.question} {self.answer}"
