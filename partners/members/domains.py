"""Which organisations an address may ask to join: those of its own domain, never those of a public mailbox."""

from allauth.account.models import EmailAddress
from django.db.models import Q, QuerySet

from accounts.models import User
from partners.models import Organisation

# Where anybody may open a mailbox, or gets one with a line: the domain says nothing about where somebody works.
# The largest of France, Germany, Switzerland, Luxembourg and Belgium, read from the providers' own pages, 2026.
# fmt: off
PUBLIC_MAIL = frozenset({
    "gmail.com", "googlemail.com", "outlook.com", "outlook.fr", "outlook.de", "outlook.be", "hotmail.com",
    "hotmail.fr", "hotmail.de", "hotmail.be", "hotmail.co.uk", "live.com", "live.fr", "live.de", "live.be",
    "msn.com", "yahoo.com", "yahoo.fr", "yahoo.de", "yahoo.co.uk", "ymail.com", "aol.com", "aol.fr",
    "icloud.com", "me.com", "mac.com", "proton.me", "protonmail.com", "protonmail.ch", "pm.me", "tutanota.com",
    "tutanota.de", "tuta.io", "tuta.com", "orange.fr", "wanadoo.fr", "free.fr", "sfr.fr", "neuf.fr",
    "cegetel.net", "club-internet.fr", "numericable.fr", "laposte.net", "bbox.fr", "aliceadsl.fr", "gmx.com",
    "gmx.de", "gmx.net", "gmx.fr", "gmx.at", "gmx.ch", "web.de", "freenet.de", "t-online.de", "arcor.de",
    "mailbox.org", "posteo.de", "posteo.net", "mail.de", "bluewin.ch", "sunrise.ch", "pt.lu", "internet.lu",
    "vo.lu", "skynet.be", "telenet.be", "proximus.be", "zoho.com", "mail.com", "mail.ru", "yandex.com",
    "yandex.ru", "hey.com", "fastmail.com", "ik.me", "infomaniak.com", "netcourrier.com", "mailo.com",
})
# fmt: on


def domain_of(email: str) -> str:
    return email.rpartition("@")[2].casefold().rstrip(".")


def bare(site: str) -> str:
    """The domain of a site as organisations write it: "https://www.exemple.fr/page" is exemple.fr."""
    host = site.strip().casefold().partition("://")[2] or site.strip().casefold()
    return host.split("/")[0].split(":")[0].removeprefix("www.").rstrip(".")


def covers(site: str, email: str) -> bool:
    """Whether an address is of this domain or of one below it (lab.exemple.fr for exemple.fr)."""
    domain, own = domain_of(email), bare(site)
    if own.count(".") < 1 or domain in PUBLIC_MAIL or own in PUBLIC_MAIL:
        return False
    return domain == own or domain.endswith(f".{own}")


def verified_addresses(user: User) -> list[str]:
    """Those that the person has shown to read."""
    rows = EmailAddress.objects.filter(user=user, verified=True).order_by("pk")
    return [email.casefold() for email in rows.values_list("email", flat=True)]


def joinable(user: User) -> QuerySet[Organisation]:
    """Organisations of a domain of the person's verified addresses, without those they are in. One query."""
    asked = Q(pk__in=[])
    for email in verified_addresses(user):
        domain = domain_of(email)
        if domain in PUBLIC_MAIL:
            continue
        while domain.count(".") >= 1:  # the database narrows down, `covers` decides
            asked |= Q(web_domain__icontains=domain)
            domain = domain.partition(".")[2]
    return Organisation.objects.filter(asked).exclude(memberships__user=user).order_by("name")


def may_join(user: User) -> list[Organisation]:
    emails = verified_addresses(user)
    return [row for row in joinable(user) if any(covers(row.web_domain, email) for email in emails)]
