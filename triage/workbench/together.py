"""Two people at once: an open page says that it is open and whether it writes, and reads who else does."""

from django.http import HttpRequest, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import coordinator
from intake.models import Irritant
from journal.lifecycle import Refusal
from triage import mentions, presence, qualifying
from triage.models import Qualification
from triage.workbench.base import attempt, back_to, irritant_or_404


def room(request: HttpRequest, irritant: Irritant) -> dict:
    """What a page of the case shows of the others; reads only."""
    return {"around": presence.around(irritant, request.user), "beat_ms": presence.BEAT.seconds * 1000}


@coordinator
@require_POST
def beat(request, public_id):
    """The page is open; `writing`: words were typed lately; `over`: take the pen from that hand; `held`: the number
    under which this page had the pen; `seen`: the version of the qualification that it shows; `cited`: the call of this
    person that it shows.

    Answers {"people", "pen": HTML, "hold": "mine" | "theirs" | "free", "number": of the pen when it is mine, else 0}.
    """
    row = irritant_or_404(request, public_id)
    over = _number(request, "over")
    if "writing" in request.POST or over is not None:
        presence.write(row, request.user, over=over)
    else:
        presence.arrive(row, request.user)
    if (cited := _number(request, "cited")) is not None:
        mentions.read(row, request.user, cited)
    around = presence.around(row, request.user)
    context = {
        "irritant": row,
        "around": around,
        "lost": bool(_number(request, "held")) and around.theirs,
        "newer": _newer(request, row, _number(request, "seen")),
    }
    return JsonResponse(
        {
            "people": render_to_string("triage/workbench/_people.html", context, request).strip(),
            "pen": render_to_string("triage/workbench/_pen.html", context, request).strip(),
            "hold": "mine" if around.mine else "theirs" if around.theirs else "free",
            "number": around.number if around.mine else 0,
        }
    )


def _newer(request: HttpRequest, irritant: Irritant, seen: int | None):
    """The version that somebody else saved since the page was read; None when there is none."""
    if seen is None:
        return None
    row = Qualification.objects.filter(irritant=irritant, version__gt=seen).first()
    latest = row and qualifying.said_at(irritant, row.version)
    return latest if latest and latest.by_id != request.user.pk else None


@coordinator
@require_POST
def take_over(request, public_id):
    """« Prendre la main » without JavaScript."""
    row = irritant_or_404(request, public_id)
    over = _number(request, "over")

    def take():
        if not presence.write(row, request.user, over=over):
            raise Refusal(_("Quelqu’un d’autre vient de prendre la main."), "taken")

    attempt(request, take, _("Vous avez la main sur la qualification."))
    return back_to(row, "qualification")


@coordinator
@require_POST
def read_mention(request, public_id):
    """« C’est lu » without JavaScript."""
    row = irritant_or_404(request, public_id)
    mentions.read(row, request.user, _number(request, "cited") or 0)
    return back_to(row, "notes")


def _number(request: HttpRequest, name: str) -> int | None:
    value = request.POST.get(name, "")
    return int(value) if value.isdecimal() and len(value) < 10 else None
