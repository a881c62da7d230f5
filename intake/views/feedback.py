"""« Notre réponse vous a-t-elle aidé ? », « Qu’est devenu votre besoin ? »: one click behind the follow-up link."""

from django.contrib import messages
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from accounts.access import by_link
from intake import feedback
from intake.models import FeedbackAnswer
from intake.views.follow import follow_path, holder
from intake.views.form import SeeOther
from journal.lifecycle import Refusal


@by_link
@csrf_exempt  # the link is the secret, as for messages
@require_POST
@holder
def give(request, irritant, actor, token):
    said = request.POST.get("answer", "")
    try:
        feedback.answer(irritant, request.POST.get("question", ""), said, actor=actor)
    except Refusal as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _THANKS.get(said, _THANKS[""])())
    return SeeOther(follow_path(token))


_THANKS = {
    "": lambda: _("Merci. Votre réponse est notée."),
    FeedbackAnswer.NO: lambda: _("Merci de le dire. La coordination lira votre réponse."),
    FeedbackAnswer.NOT_YET: lambda: _("C’est noté. Nous vous le redemanderons dans trois mois."),
    FeedbackAnswer.NO_MORE: lambda: _("C’est noté. Nous ne vous le demanderons plus."),
}
