"""« Toujours d'actualité ? »: a partner's offers that are past their period, without an account or from its space."""

from functools import partial, wraps

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.access import by_link
from accounts.reading import read_at, read_in
from journal import links
from journal.actors import PARTNER, Actor
from journal.lifecycle import Refusal
from journal.standing_in import link_behind
from partners.models import Organisation
from programs import freshness
from programs.mails import owe_new_link

GONE = 410


def _with_organisation(view):
    """Give the view `link` and `organisation` for the token: forged is a 404, run out offers a new link, and the link
    of somebody who no longer answers for the organisation opens nothing."""

    @wraps(view)
    def opened(request, token: str, **kwargs):
        run_out = False
        try:
            link = link_behind(request, token, links.VERIFY)
        except links.LinkError as error:
            if error.reason == "forged":
                raise Http404 from error
            link, run_out = error.link, True
        organisation = Organisation.objects.filter(public_id=link.subject_id).first()
        if organisation is None:
            raise Http404
        read_in(request, partial(organisation.language_of, link.email))
        answers = organisation.answered_by(link.email)
        if run_out or not answers:
            read_at(request, reverse("verify_offers", args=[token]))
            context = {"organisation": organisation, "token": token, "answers": answers}
            return render(request, "programs/verify_gone.html", context, status=GONE)
        return view(request, link=link, organisation=organisation, **kwargs)

    return opened


@by_link
@require_safe
@_with_organisation
def verify_offers(request, link, organisation):
    context = {
        "organisation": organisation,
        "act_url": reverse("verify_act", args=[link.token]),
        **offers_shown(organisation),
    }
    return render(request, "programs/verify.html", context)


@by_link
@require_POST
@_with_organisation
def verify_act(request, link, organisation):
    act(request, organisation, actor=Actor(PARTNER, link=link))
    return redirect("verify_offers", token=link.token)


@by_link
@require_POST
def verify_renew(request, token: str):
    """A link that ran out is sent anew to the address that had it; a usable one leads to the page."""
    try:
        links.read(token, links.VERIFY)
    except links.LinkError as error:
        if error.reason == "forged":
            raise Http404 from error
        owe_new_link(error.link)
        read_at(request, reverse("home"))  # the old link opens nothing any more
        return render(request, "programs/verify_renewed.html")
    return redirect("verify_offers", token=token)


def offers_shown(organisation: Organisation) -> dict:
    """What programs/_to_verify.html shows, but for its `act_url`."""
    hidden = freshness.hidden(organisation)
    return {
        "stale": freshness.to_verify(organisation),
        "hidden": hidden,
        "retired": [row for row in hidden if row.by_clock],
    }


def act(request, organisation: Organisation, *, actor: Actor) -> None:
    """Do what the form of programs/_to_verify.html says. `act`: one of freshness.ACTS; `offer`: public ids."""
    name = request.POST.get("act", "")
    if name not in freshness.ACTS:
        raise Http404
    try:
        done = freshness.say(organisation, name, request.POST.getlist("offer"), actor=actor)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return
    if done:
        messages.success(request, _said(name, len(done)))
    else:
        messages.info(request, _("C’était déjà fait."))


def _said(name: str, count: int) -> str:
    told = {
        "confirm": ngettext(
            "Merci. %(count)s offre est vérifiée d’aujourd’hui.",
            "Merci. %(count)s offres sont vérifiées d’aujourd’hui.",
            count,
        ),
        "hide": ngettext(
            "%(count)s offre n’est plus dans le catalogue.",
            "%(count)s offres ne sont plus dans le catalogue.",
            count,
        ),
        "show_again": ngettext(
            "%(count)s offre est de nouveau dans le catalogue.",
            "%(count)s offres sont de nouveau dans le catalogue.",
            count,
        ),
    }
    return told[name] % {"count": count}
