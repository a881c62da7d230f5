"""A case driven through all its stages with a secret in every corner, and a walk of all that one person can reach."""

import io
import re
from dataclasses import dataclass, field
from datetime import datetime, time
from types import SimpleNamespace
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo

from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from files.models import StoredFile
from files.store import receive
from foundation import clock
from foundation.working_days import add_working_days
from intake.lifecycle import IRRITANT
from intake.models import Company, Contact, Irritant, Post
from journal import jobs, links
from journal.actors import COMPANY, PARTNER, Actor, coordinator
from partners.models import Affiliation, Kind, Organisation
from proposals import writing
from proposals.collaborations.files import bring
from proposals.collaborations.parties import Party
from proposals.lifecycle import PROPOSAL
from proposals.models import Collaboration
from proposals.sections import with_text
from tests import cast as casting
from tests.test_access import ALL
from tests.triage.partner.helpers import sign
from triage import meetings
from triage.asking import ask
from triage.conversation import answer_partner, write_note
from triage.disclosure import open_it
from triage.lifecycle import MATCH, REFERRAL
from triage.models import Disclosure, Match, Qualification
from triage.sharing import share
from triage.talking import say

SECRETS = {
    "company": casting.SECRET_COMPANY,
    "person": casting.SECRET_PERSON,
    "email": casting.SECRET_EMAIL,
    "phone": "03 87 99 88 77",
    "words": casting.SECRET_WORDS,
    "file": "plan-zorglub.csv",
    "file-words": "jauge-zephyr",
    "siren": "732829320",
    "city": "Zirkoville",
    "tried": "les essais Pamplemousse",
    "talk": "le client Ouroboros attend",
    "attachment": "photo-ouroboros.csv",
    "note": "prudence Wolfram",
    "summary": "rebuts dits obsidiennes",
    "asking": "les cadences Tungar",
    "reply": "trois équipes Basalte",
    "answer": "créneau Kordofan",
    "where": "salle Cinabre",
    "word": "notre banc Porphyre",
    "word-back": "le lot Vanadium",
    "word-file": "essai-porphyre.csv",
    "proposal": "budget Malachite",
    "agreement": "accord-vermillon.csv",
    "contract": "contrat-rhodonite.csv",
}
IDENTITY = {"company", "person", "email", "phone", "words", "file", "file-words"}
# What the partner itself said, and what it was answered.
OWN_TALK = {"asking", "reply", "answer"}
# What partner and company agree on and say to each other.
TOGETHER = {"where", "word", "word-back", "word-file"}
OF_THE_COMPANY = IDENTITY | {
    "siren",
    "city",
    "tried",
    "talk",
    "attachment",
    "proposal",
    "agreement",
    "contract",
    "summary",
    *TOGETHER,
}
STAGES = (
    "submitted",
    "in_triage",
    "asked",
    "question",
    "accepted",
    "shared",
    "opened",
    "proposal",
    "collaboration",
)


def found_in(text: str) -> set[str]:
    """Codes of the secrets that a text gives away, whatever its case, spaces and escapes."""
    plain = " ".join(unquote(text).replace("&#x27;", "'").replace("&amp;", "&").split()).casefold()
    return {code for code, secret in SECRETS.items() if secret.casefold() in plain}


def a_case(level: str) -> SimpleNamespace:
    """The whole cast, a sibling of the first laboratory, and a case of this level with all its secrets."""
    cast = casting.everybody(work=False)
    cast.level = level
    cast.by = coordinator(cast.coordinator)
    cast.sibling_editor = casting.person("labo-c@recherche.example", full_name="Éditeur C")
    cast.sibling = casting.laboratory("labo-c", cast.sibling_editor)
    casting.offer(cast.sibling, "c-1")
    parent = Organisation.objects.create(external_id="tutelle", name="Tutelle", kind=Kind.UNIVERSITY)
    for child in (cast.lab, cast.sibling):
        Affiliation.objects.create(child=child, parent=parent)
    row = cast.irritant
    Irritant.objects.filter(pk=row.pk).update(
        confidentiality=level, site_city=SECRETS["city"], tried=f"Déjà {SECRETS['tried']}."
    )
    Contact.objects.filter(pk=row.contact_id).update(phone=SECRETS["phone"])
    Company.objects.filter(pk=row.company_id).update(siren=SECRETS["siren"])
    cast.irritant = Irritant.objects.get(pk=row.pk)
    jobs.run_owed()
    cast.file = receive(
        SimpleUploadedFile(SECRETS["file"], f"a;b\n{SECRETS['file-words']};1\n".encode()), row.public_id
    )
    return cast


def _triage(cast) -> None:
    IRRITANT.perform(cast.irritant, "take", actor=cast.by)
    Qualification.objects.create(
        irritant=cast.irritant,
        reformulated="Prévoir la dérive d’un procédé de coulée.",
        partner_summary=f"Une fonderie cherche à prévoir ses {SECRETS['summary']}.",
    )
    for one in cast.offers:
        match, _new = Match.objects.get_or_create(irritant=cast.irritant, offer=one)
        MATCH.perform(match, "keep", actor=cast.by)
    IRRITANT.perform(cast.irritant, "ask_info", actor=cast.by, text="Pour quand ?")
    IRRITANT.perform(cast.irritant, "answer", actor=Actor(COMPANY), text=f"Vite : {SECRETS['talk']}.")
    said = Post.objects.get(irritant=cast.irritant, author_role=COMPANY)
    receive(
        SimpleUploadedFile(SECRETS["attachment"], b"a;b\n1;2\n"),
        cast.irritant.public_id,
        subject=said.public_id,
    )
    write_note(cast.irritant, f"Pour nous : {SECRETS['note']}.", actor=cast.by)


def _ask(cast) -> None:
    for lab in (cast.lab, cast.other_lab) if cast.level == "nda" else ():
        sign(
            cast.irritant,
            lab,
            cast.coordinator,
            upload=SimpleUploadedFile(SECRETS["agreement"], b"a;b\n1;2\n"),
        )
    cast.referral, cast.declined = sorted(
        ask(cast.irritant, [cast.lab, cast.other_lab], note="Merci de vos lumières.", actor=cast.by),
        key=lambda referral: referral.organisation.external_id,
    )


def _question(cast) -> None:
    REFERRAL.perform(cast.referral, "question", actor=Actor(PARTNER))
    Post.objects.create(
        irritant=cast.irritant,
        organisation=cast.lab,
        author_role=PARTNER,
        text=f"Quelles sont {SECRETS['asking']} ?",
    )
    answer_partner(cast.referral, f"Oui : {SECRETS['reply']}.", actor=cast.by)
    REFERRAL.perform(cast.declined, "decline", actor=Actor(PARTNER), reason="no_capacity_now")


def _accept(cast) -> None:
    REFERRAL.perform(cast.referral, "accept", actor=Actor(PARTNER), answer=f"Un {SECRETS['answer']}.")
    day = add_working_days(clock.today(), 3, cast.irritant.department)
    slot = datetime.combine(day, time(10), tzinfo=ZoneInfo("Europe/Paris"))
    cast.meeting = meetings.propose(
        cast.referral, [slot], minutes=30, how=SECRETS["where"], actor=Actor(PARTNER)
    )


def _share(cast) -> None:
    share(cast.referral, actor=Actor(COMPANY))


def _open(cast) -> None:
    read = Disclosure.objects.filter(irritant=cast.irritant, organisation=cast.lab)
    if not read.exclude(opened_at=None).exists():
        open_it(cast.referral, actor=Actor(PARTNER))
    upload = SimpleUploadedFile(SECRETS["word-file"], b"a;b\n1;2\n")
    say(cast.referral, f"Sur {SECRETS['word']}.", [upload], actor=Actor(PARTNER), form_token="a")
    say(cast.referral, f"Oui, {SECRETS['word-back']}.", actor=Actor(COMPANY), form_token="b")


def _propose(cast) -> None:
    cast.proposal = writing.prepare(cast.irritant, actor=cast.by)
    writing.edit(
        cast.proposal,
        {"sections": with_text(cast.proposal.sections, next_steps=f"Un {SECRETS['proposal']}.")},
        version=cast.proposal.version,
        actor=cast.by,
    )
    cast.version = writing.freeze(cast.proposal, actor=cast.by)
    jobs.run_owed()
    cast.version.refresh_from_db()
    casting.agreed_and_sent(cast.proposal, cast.version, by=cast.by)


def _collaborate(cast) -> None:
    PROPOSAL.perform(cast.proposal, "accept", actor=Actor(COMPANY))
    cast.collaboration = Collaboration.objects.get(proposal=cast.proposal)
    upload = SimpleUploadedFile(SECRETS["contract"], b"a;b\n3;4\n")
    brought = bring(cast.collaboration, upload, party=Party(Actor(COMPANY)), kind="contract")
    cast.contract = StoredFile.objects.get(subject=brought.public_id)


_STEPS = {
    "submitted": lambda cast: None,
    "in_triage": _triage,
    "asked": _ask,
    "question": _question,
    "accepted": _accept,
    "shared": _share,
    "opened": _open,
    "proposal": _propose,
    "collaboration": _collaborate,
}


def reach_stage(cast, stage: str) -> None:
    """Do what leads from the stage before to this one, with all mails sent."""
    _STEPS[stage](cast)
    jobs.run_owed()
    cast.irritant.refresh_from_db()
    for name in ("referral", "declined"):
        if hasattr(cast, name):
            getattr(cast, name).refresh_from_db()


@dataclass
class Walker:
    """One person: its browser, the tokens of its own links, the pages that it opens first."""

    client: Client
    tokens: list[str] = field(default_factory=list)
    starts: list[str] = field(default_factory=list)


def walkers(cast) -> dict[str, Walker]:
    """Everybody but the coordination (which may read all), as things stand.

    Once everything has been written, who has no link tries a forged one, and all look at the public pages.
    """

    def of(user=None, tokens=(), *starts) -> Walker:
        client = Client()
        if user is not None:
            client.force_login(user, backend="accounts.backends.RoleBackend")
        forged = ["A" * 43, "/"] if hasattr(cast, "version") else []
        return Walker(
            client, list(tokens) or forged[:1], [*forged[1:], *starts, *(["/espace/"] if user else [])]
        )

    def answering(name: str, email: str) -> list[str]:
        referral = getattr(cast, name, None)
        return [links.give(links.ANSWER, referral.public_id, email).token] if referral else []

    followed = links.give(links.FOLLOW, cast.irritant.public_id, cast.irritant.contact.email).token
    strangers = links.give(links.FOLLOW, cast.strangers_irritant.public_id, cast.stranger.email).token
    partner = answering("referral", cast.editor.email)
    return {
        "anonymous": of(),
        "by_link": of(None, [followed], reverse("intake:follow", args=[followed])),
        "company": of(cast.company, [followed]),
        "stranger": of(cast.stranger, [strangers], reverse("intake:follow", args=[strangers])),
        "partner": of(cast.editor, partner, *(reverse("triage:answer", args=[token]) for token in partner)),
        "other_partner": of(cast.other_editor, answering("declined", cast.other_editor.email)),
        "sibling": of(cast.sibling_editor),
        "funder": of(cast.funder, [], "/chiffres/"),
    }


POST_ONLY: set[str] = set()  # names of views that were found to answer no GET, whoever asks


def addresses(cast, tokens: list[str]) -> dict[str, str]:
    """Every URL pattern that takes an argument, with the ids of the case and these tokens in it → name of its view.

    Those of the admin only where everything there is to read has been written: nobody here gets past its door.
    """
    left_out = (
        "demo:",
        "account_",
        "mfa_",
        "socialaccount_",
        *(() if hasattr(cast, "version") else ("admin:",)),
    )
    irritant = cast.irritant
    referral, proposal = getattr(cast, "referral", irritant), getattr(cast, "proposal", irritant)
    version = getattr(cast, "version", irritant)
    known = {
        "irritant_id": irritant.public_id,
        "referral_id": referral.public_id,
        "version_id": version.public_id,
        "file_id": cast.file.pk,
        "match_id": irritant.public_id,
        "offer_id": cast.offers[0].public_id,
        "meeting_id": getattr(cast, "meeting", irritant).public_id,
        "agreement_id": irritant.public_id,
        "collaboration_id": getattr(cast, "collaboration", irritant).public_id,
        "word_id": irritant.public_id,
        "step": "verifier",
        "answer": "accepter",
        "code": cast.lab.external_id,
        "move": "keep",
        "concept": "x",
        "slug": "confidentialite",
        "object_id": irritant.pk,
        "pk": irritant.pk,
    }
    of_view = {"proposals": proposal.public_id, "offer": cast.offers[0].public_id}
    found = {}
    for name, entry in ALL:
        wanted = {*entry.pattern.converters, *entry.pattern.regex.groupindex}
        if not wanted or not entry.name or name in POST_ONLY or name.startswith(left_out):
            continue
        ids = {**known, "public_id": of_view.get(name.split(":")[0], irritant.public_id)}
        if name.endswith("_collaboration_file") and hasattr(cast, "contract"):
            ids["file_id"] = cast.contract.pk
        if not wanted <= {*ids, "token"}:
            continue
        for token in tokens if "token" in wanted else [""]:
            kwargs = {key: token if key == "token" else ids[key] for key in wanted}
            found[reverse(name, kwargs=kwargs)] = name
    return found


LINK = re.compile(r'(?:href|action)="([^"#]+)')
ELSEWHERE = ("/static/", "/catalogue/", "/partenaires/", "/compte/", "/pages/", "/langue/", "/admin/login/")
MOST = 400


def walk(cast, walker: Walker) -> dict[str, set[str]]:
    """Address → secrets found, for all that the person reaches: its pages, their links, every address of the case."""
    patterns = addresses(cast, walker.tokens)
    left = sorted(walker.starts) + sorted(patterns)
    seen: set[str] = set()
    leaks: dict[str, set[str]] = {}
    while left and len(seen) < MOST:
        url = left.pop(0)
        if url in seen:
            continue
        seen.add(url)
        response = walker.client.get(url)
        if response.status_code == 405 and url in patterns:
            POST_ONLY.add(patterns[url])
        words = _words_of(response)
        if secrets := found_in(words):
            leaks[url] = secrets
        onwards = [response["Location"]] if response.status_code in (301, 302, 303) else LINK.findall(words)
        left += {link for link in map(_ours, onwards) if link and link not in seen}
    assert set(left) <= seen, f"the walk is longer than thought: {set(left) - seen}"
    return leaks


def walk_pages(client: Client, url: str) -> str:
    """What one page says, folded."""
    return " ".join(unquote(_words_of(client.get(url))).split()).casefold()


def _ours(link: str) -> str:
    """The address of a link that this walk follows; "" for what leads elsewhere or to the public catalogue."""
    link = link.replace("&amp;", "&")
    if link.startswith(ELSEWHERE) or urlsplit(link).netloc or not link.startswith("/"):
        return ""
    return link


def _words_of(response) -> str:
    """All that a response says: headers, text, and the text, metadata and attachments of a PDF."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    heads = "\n".join(f"{name}: {value}" for name, value in response.headers.items())
    if body.startswith(b"%PDF-"):
        return heads + pdf_words(body)
    return heads + body.decode("utf-8", "replace")


def pdf_words(body: bytes) -> str:
    reader = PdfReader(io.BytesIO(body))
    metadata = "\n".join(map(str, (reader.metadata or {}).values()))
    pages = "\n".join(page.extract_text() for page in reader.pages)
    return f"{metadata}\n{' '.join(reader.attachments)}\n{pages}"


def mails_by_reader(cast) -> dict[str, tuple[set[str], set[str]]]:
    """Recipient → (secrets of the subjects, secrets of the texts) of the mails in the outbox, which is emptied."""
    people = {
        cast.editor.email: "partner",
        cast.other_editor.email: "other_partner",
        cast.irritant.contact.email: "company",
        cast.stranger.email: "stranger",
        cast.coordinator.email: "coordinator",
    }
    found: dict[str, tuple[set[str], set[str]]] = {}
    for sent in mail.outbox:
        for address in sent.recipients():
            subjects, texts = found.setdefault(people[address], (set(), set()))
            subjects |= found_in(sent.subject)
            texts |= found_in(sent.body + sent.alternatives[0][0])
    mail.outbox.clear()
    return found
