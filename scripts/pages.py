"""The pages of the portal in every state: one table for the screenshots and for the tests that walk them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

CHROMIUM_ARGUMENTS = [
    "--no-sandbox",  # as root there is no other way
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@dataclass(frozen=True)
class Shown:
    """One page in one state.

    path: an address, "{name}" standing for a door of demo/doors.py; who: the member of the cast who looks ("" for
    nobody); do: what the visitor does there first; status: of the answer that is shown; paper: worth printing.
    """

    name: str
    path: str
    who: str = ""
    do: Callable[[Page], None] | None = None
    status: int = 200
    paper: bool = False


def press(page: Page, selector: str) -> None:
    """A click that leads to a page."""
    with page.expect_navigation():
        page.locator(selector).first.click()


def nothing_filled(page: Page) -> None:
    """Every text field emptied, every consent withdrawn, and on."""
    for field in page.locator(
        "main form[method=post] :is(textarea, input[type=email], input[type=text]):visible"
    ).all():
        field.fill("")
    go_on(page)


def wrong_answers(page: Page) -> None:
    page.locator("[name=email]").fill("qualite@plasturgie")
    page.locator("[name=phone]").fill("12")
    if page.locator("[name=siren_or_siret]:visible").count():
        page.locator("[name=siren_or_siret]").fill("123456789")
    go_on(page)


def go_on(page: Page) -> None:
    press(page, "main form[method=post] .actions .btn-primary")


def too_short(page: Page) -> None:
    page.locator("#id_text").fill("Ça bloque.")
    go_on(page)


def _file(name: str, kind: str, content: bytes) -> dict:
    return {"name": name, "mimeType": kind, "buffer": content}


PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8ffff3f0005fe02fe0def46b8"
    "0000000049454e44ae426082"
)
TABLE = b"date;presse;defauts\n2026-09-01;7;12\n"
LONG_NAME = "Incidents presse 7, ligne 4, janvier à septembre 2026 (version relue, contrôle qualité).csv"
FILES = [
    _file("rebuts-2026.csv", "text/csv", TABLE * 60_000),
    _file(
        LONG_NAME,
        "text/csv",
        TABLE * 9,
    ),
    _file("presse-7.png", "image/png", PNG),
    _file("notes.txt", "text/plain", "Relevé à la main, équipe de nuit.\n".encode() * 400),
]
REFUSED = [_file("releve.exe", "application/octet-stream", b"MZ" + b"\0" * 400)]


def _attach(page: Page, files: list[dict]) -> None:
    """Chosen, and sent: by the script one by one, without it by « déposer »."""
    page.locator("input[type=file]").first.set_input_files(files)
    button = page.locator("button[value=upload]")
    if button.is_visible():
        with page.expect_navigation():
            button.click()
    while page.locator(".upload-queue progress:not([hidden])").count():
        page.wait_for_timeout(50)


def many_files(page: Page) -> None:
    if not page.locator(".files li").count():
        _attach(page, FILES)


def answer_with_a_program(page: Page) -> None:
    """Refused: what was asked stays unanswered, for whoever looks next."""
    page.locator("main form[method=post] input[type=file]").first.set_input_files(REFUSED)
    go_on(page)


def erase_unticked(page: Page) -> None:
    press(page, "main form[method=post] .btn-danger")


def steps_to_check(page: Page) -> None:
    """On from step 2, as a person does who reads what we understood and lets it stand."""
    go_on(page)
    many_files(page)
    go_on(page)


def refused_file(page: Page) -> None:
    _attach(page, REFUSED)


def everything_open(page: Page) -> None:
    closed = page.locator("main details:not([open]) > summary:visible")
    while closed.count():
        closed.first.click()


def begun_yesterday(page: Page) -> None:
    """A step whose start has passed, saved as it is: the document waits until it is mended."""
    page.locator("[data-step] summary").first.click()
    page.locator("[data-step] input[name$=-start]").first.fill("2026-01-05")
    press(page, "#proposal-form .save-bar .btn-primary")


def nothing_handed_in(page: Page) -> None:
    """« Déposer » without a file, and without who signed it."""
    page.locator("#contrat details > summary").click()
    press(page, "#contrat details form button.btn-secondary")


def refused_no(page: Page) -> None:
    """A refusal on a Sunday of the past that names several partners at once, and a reason without its word."""
    page.locator("#decline > summary").click()
    page.locator("#decline input[value=other]").check()
    page.locator("#decline [name=available_from]").fill("2026-01-04")
    page.locator("#decline [name=suggestion]").fill("lorraine")
    press(page, "#decline button.btn-secondary")


def chosen_for(act: str) -> Callable[[Page], None]:
    """Two lines of the queue chosen, and what would happen to them."""

    def do(page: Page) -> None:
        for box in page.locator("[data-row] input[name=irritant]").all()[:2]:
            box.check()
        press(page, f"#wb-bulk button[value={act}]")

    return do


def key_without_a_name(page: Page) -> None:
    everything_open(page)
    press(page, "form[action$='/cles/'] .btn-primary")


def unknown_code(page: Page) -> None:
    page.locator("[name=login], [name=email]").first.fill("personne@ailleurs.example")
    press(page, "main form[method=post] button[type=submit], main form[method=post] .btn-primary")


def first_row(page: Page) -> None:
    press(page, "#result_list tbody th a, #result_list tbody td a")


def history_of_the_first(page: Page) -> None:
    first_row(page)
    press(page, ".historylink")


def wrong_identifiers(page: Page) -> None:
    """Each a sign beside what a register gave."""
    for name, typed in (("rnsr_id", "199712570G"), ("ror_id", "04vfs2w98"), ("legal_id", "13001550600013")):
        page.locator(f"[name={name}]").fill(typed)
    press(page, "form:has([name=rnsr_id]) .btn-primary")


def saved_empty(page: Page) -> None:
    press(page, "[name=_save]")


PAGES = (
    Shown("home", "/", paper=True),
    # the form, empty, filled and wrong
    Shown("step1", "/demande/"),
    Shown("step1-about", "/demande/?via=theme-computer-vision"),
    Shown("step1-long", "{step_irritant}"),
    Shown("step1-errors", "/demande/", do=nothing_filled, status=422),
    Shown("step1-short", "{begun_irritant}", do=too_short, status=422),
    Shown("step2", "{begun_vous}"),
    Shown("step2-many", "{step_vous}", do=everything_open),
    Shown("step2-errors", "{begun_vous}", do=nothing_filled, status=422),
    Shown("step2-wrong", "{begun_vous}", do=wrong_answers, status=422),
    Shown("step3", "{begun_contexte}"),
    Shown("step3-files", "{step_contexte}", do=many_files),
    Shown("step3-refused", "{begun_contexte}", do=refused_file),
    Shown("step4", "{check_vous}", do=steps_to_check, paper=True),
    Shown("step4-errors", "{step_verifier}", do=go_on, status=422),
    Shown("step-gone", f"/demande/{'A' * 32}/vous/", status=404),
    Shown("received", "{received}", paper=True),
    Shown("verify", "/verifier/"),
    Shown("verify-unknown", "/verifier/AAAAAAAAAA-00000000/"),
    Shown("verify-current", "{verify_current}"),
    Shown("verify-replaced", "{verify_replaced}"),
    Shown("verify-ended", "{verify_ended}"),
    # the follow-up page, state by state
    Shown("follow-received", "{follow_received}", paper=True),
    Shown("follow-study", "{follow_study}"),
    Shown("follow-question", "{follow_question}"),
    Shown("follow-question-errors", "{follow_question}", do=answer_with_a_program, status=422),
    Shown("follow-asked", "{follow_asked}"),
    Shown("follow-proposal", "{follow_proposal}", do=everything_open, paper=True),
    Shown("follow-agreed", "{follow_agreed}", paper=True),
    Shown("follow-second", "{follow_second}", do=everything_open),
    Shown("follow-withdrawn", "{follow_withdrawn}"),
    Shown("proposal-read", "{proposal_read}", paper=True),
    Shown("proposal-differences", "{proposal_differences}", paper=True),
    Shown("proposal-accept", "{proposal_accept}"),
    Shown("proposal-accept-errors", "{proposal_accept}", do=nothing_filled, status=422),
    Shown("proposal-changes", "{proposal_changes}", do=everything_open),
    Shown("proposal-changes-errors", "{proposal_changes}", do=nothing_filled, status=422),
    Shown("proposal-decline", "{proposal_decline}"),
    Shown("review-company", "{company_review}"),
    Shown("review-errors", "{company_review}", do=go_on, status=422),
    Shown("collaboration-over", "{over_collaboration}"),
    Shown("collaboration-company", "{company_collaboration}", do=everything_open, paper=True),
    Shown("follow-closed", "{follow_closed}", paper=True),
    Shown("follow-call", "{follow_call}"),
    Shown("follow-redirected", "{follow_redirected}"),
    Shown("entered", "{entered}"),
    Shown("follow-withdraw", "{follow_withdraw}"),
    Shown("follow-keep", "{follow_keep}"),
    Shown("follow-erase-errors", "{follow_erase}", do=erase_unticked, status=422),
    Shown("follow-expired", "{follow_expired}", status=410),
    Shown("follow-forged", "{follow_forged}", status=404),
    Shown("mine", "/espace/demandes/", who="entreprise"),
    Shown("mine-empty", "/espace/demandes/", who="partenaire"),
    Shown("partner-answer", "{partner_answer}", paper=True),
    Shown("verify-offers", "{verify_offers}"),
    Shown("availability", "{availability}", who="partenaire"),
    Shown("brought", "{brought}", who="partenaire", paper=True),
    Shown("partner-answer-open", "{partner_answer}", do=everything_open),
    Shown("partner-answer-errors", "{partner_answer}", do=refused_no, status=422),
    Shown("partner-accepted", "{partner_accepted}", do=everything_open, paper=True),
    Shown("partner-declined", "{partner_declined}"),
    Shown("partner-document", "{partner_document}", paper=True),
    Shown("partner-suggested", "{partner_suggested}", do=everything_open),
    Shown("partner-panel", "{partner_panel}"),
    Shown("partner-unnamed", "{partner_unnamed}"),
    Shown("partner-second", "{partner_read}", do=everything_open),
    Shown("partner-agree", "{partner_agree}"),
    Shown("partner-agree-errors", "{partner_agree}", do=nothing_filled, status=422),
    Shown("partner-changes", "{partner_changes}", do=everything_open),
    Shown("partner-refuse", "{partner_refuse}"),
    Shown("review-partner", "{partner_review}"),
    Shown("collaboration-partner", "{partner_collaboration}", do=everything_open),
    Shown("partner-talk", "{partner_talk}"),
    Shown("partner-requests", "{space_requests}", who="partenaire"),
    Shown("partner-requests-none", "{space_requests}?q=zzzqq", who="partenaire"),
    # a partner's team
    Shown("team", "{team}", who="partenaire", do=everything_open),
    Shown("team-errors", "{team}", who="partenaire", do=nothing_filled, status=422),
    Shown("team-role", "{team_role}", who="partenaire"),
    Shown("team-leave", "{team_leave}", who="partenaire"),
    Shown("invitation", "{invitation}"),
    Shown("invitation-other", "{invitation}", who="entreprise"),
    Shown("invitation-used", "{invitation_used}", status=410),
    Shown("join", "/espace/rejoindre/", who="partenaire"),
    Shown("own-record", "{own_record}", who="partenaire", do=everything_open),
    Shown("own-record-errors", "{own_record}", who="partenaire", do=wrong_identifiers, status=422),
    # a partner's offers
    Shown("offers", "{offers_draft}", who="partenaire"),
    Shown("offer-new", "{offers_draft}nouvelle/", who="partenaire"),
    Shown("offer-new-errors", "{offers_draft}nouvelle/", who="partenaire", do=go_on, status=422),
    Shown("offer-edit", "{edit_draft}", who="partenaire", do=everything_open),
    Shown("offer-edit-scheduled", "{edit_scheduled}", who="partenaire"),
    Shown("offer-edit-review", "{edit_in_review}", who="partenaire"),
    Shown("offer-preview", "{preview_draft}", who="partenaire"),
    Shown("offer-history", "{history_scheduled}", who="partenaire", do=everything_open),
    # the catalogue
    Shown("catalogue", "/catalogue/"),
    Shown("catalogue-found", "/catalogue/?q=vision&kind=training&kind=laboratory"),
    Shown("catalogue-none", "/catalogue/?q=zzzqq&kind=training&place=88"),
    Shown("catalogue-courses", "/catalogue/?kind=training&price=1000&start=soon", do=everything_open),
    Shown("catalogue-map", "/catalogue/carte/", paper=True),
    Shown("catalogue-map-filtered", "/catalogue/carte/?kind=laboratory&place=54"),
    Shown("catalogue-sessions", "/catalogue/sessions/", paper=True),
    Shown("catalogue-sessions-none", "/catalogue/sessions/?q=zzzqq"),
    Shown("compare", "{compare}", paper=True),
    Shown("compare-none", "/catalogue/comparer/"),
    Shown("offer-laboratory", "{offer_laboratory}", paper=True),
    Shown("offer-training", "{offer_training}", paper=True),
    Shown("offer-cifre", "{offer_cifre}"),
    Shown("organisation", "{organisation}"),
    # aids and schemes
    Shown("schemes", "/aides/", paper=True),
    Shown("schemes-filtered", "/aides/?nature=thesis&pour=state"),
    Shown("schemes-none", "/aides/?nature=tax&pour=state"),
    Shown("scheme-cifre", "/aides/cifre/", paper=True),
    Shown("scheme-cifre-counted", "/aides/cifre/?gross_year=32000&cir=yes&signed_on=2026-12-01"),
    Shown("scheme-cifre-errors", "/aides/cifre/?gross_year=12000&lab_fee_year=beaucoup", status=422),
    Shown("scheme-refused", "/aides/cifre/?employer=foreign"),
    Shown("scheme-apprenticeship", "/aides/apprentissage/?headcount=80&level=bac3&cost_month=1400"),
    Shown("scheme-unpriced", "/aides/prestation/"),
    # a partner's files and keys
    Shown("partner-exchange", "{partner_exchange}", who="partenaire", do=everything_open),
    Shown("partner-key-errors", "{partner_exchange}", who="partenaire", do=key_without_a_name, status=422),
    Shown("partner-import-ready", "{ready_import}", who="partenaire"),
    Shown("partner-import-faults", "{faulty_import}", who="partenaire"),
    Shown("api", "/api/", do=everything_open),
    # texts, sign-in, refusals
    Shown("how", "/pages/comment-ca-marche/", paper=True),
    Shown("privacy", "/pages/confidentialite/", paper=True),
    Shown("accessibility", "/pages/accessibilite/"),
    Shown("legal", "/pages/mentions-legales/"),
    Shown("sign-in", "/compte/login/"),
    Shown("sign-in-errors", "/compte/login/code/", do=nothing_filled),
    Shown("sign-in-code", "/compte/login/code/", do=unknown_code),
    Shown("not-found", "/nulle-part/", status=404),
)

LISTS = (  # every model that the admin registers (tests/test_admin_pages.py)
    "accounts/secondfactor",
    "accounts/user",
    "intake/company",
    "intake/contact",
    "intake/destination",
    "intake/irritant",
    "journal/accessrecord",
    "journal/event",
    "journal/job",
    "journal/message",
    "partners/membership",
    "partners/organisation",
    "programs/offer",
    "programs/pillar",
    "programs/scheme",
    "programs/schemerule",
    "programs/sector",
    "programs/thesaurusaddition",
    "programs/thesaurusretirement",
    "programs/topic",
    "proposals/collaboration",
    "proposals/proposal",
    "triage/holdrule",
    "triage/referral",
)
EMPTY = ("secondfactor", "thesaurusaddition", "thesaurusretirement")  # nothing in the demonstration
ADDED = (
    "accounts/user",
    "intake/destination",
    "partners/organisation",
    "programs/schemerule",
)  # by hand, here


# What the coordination sees, as an administrator: everything.
WORKBENCH = (
    *(
        Shown(f"bulk-{act}", "/admin/?file=all", who="administration", do=chosen_for(act))
        for act in ("assign", "close")
    ),
    *(
        Shown(name, path, who="administration")
        for name, path in (
            ("queue", "/admin/"),
            ("queue-all", "/admin/?file=all"),
            ("queue-asleep", "/admin/?file=asleep"),
            ("queue-filtered", "/admin/?file=all&territoire=57&age=3"),
            ("chasing", "/admin/relances/"),
            ("clock", "/admin/horloge/"),
            ("health", "/admin/sante/"),
            ("case-asked", "{case_asked}"),
            ("case-ask", "{case_study}solliciter/"),
            ("case-walled", "{case_walled}"),
            ("case-agreements", "{case_walled}accords/"),
            ("proposal-edit", "{proposal_edit}"),
            ("proposal-write", "{proposal_write}"),
            ("proposal-suggested", "{proposal_suggested}"),
            ("proposal-ready", "{proposal_ready}"),
            ("proposal-submit", "{proposal_submit}"),
            ("proposal-send", "{proposal_send}"),
            ("proposal-withdraw", "{proposal_withdraw}"),
            ("proposal-submitted", "{proposal_submitted}"),
            ("versions", "{versions}"),
            ("versions-differences", "{versions_differences}"),
            ("collaboration", "{collaboration}"),
            ("letters", "/admin/courriels/"),
            ("letter", "/admin/courriels/company_taken/fr/"),
            ("answers", "/admin/reponses/"),
            ("answer", "/admin/reponses/diagnosis/fr/"),
            ("enter", "/admin/saisir/"),
            ("absences", "/admin/absences/"),
            ("rules", "/admin/regles/"),
            ("bench-figures", "/admin/chiffres/?periode=annee"),
            ("team-staff", "{team_staff}"),
            ("organisation-staff", "{organisation_staff}"),
            ("exports", "/admin/exports/"),
            ("exports-figures", "/admin/exports/?quoi=figures"),
            ("reviews", "/admin/relectures/"),
            ("review", "{review_in_review}"),
            ("vocabulary", "/admin/vocabulaire/"),
            ("words", "/admin/vocabulaire/mots/"),
            ("data", "/admin/donnees/"),
            ("admin-message", "{admin_message}"),
            ("admin-event", "{admin_event}"),
            ("admin-referral", "{admin_referral}"),
            *((f"list-{path.partition('/')[2]}", f"/admin/{path}/") for path in LISTS),
        )
    ),
    Shown("proposal-steps", "{proposal_write}", who="administration", do=everything_open),
    Shown("proposal-conflict", "{proposal_write}", who="administration", do=begun_yesterday),
    Shown("collaboration-staff", "{collaboration}", who="administration", do=everything_open),
    Shown(
        "collaboration-errors",
        "{collaboration}",
        who="administration",
        do=nothing_handed_in,
        status=422,
    ),
)

# The lists' own forms and states, and the pages of one's account, in the same hands.
ROWS = (
    *(
        Shown(f"row-{name}", f"/admin/{app}/{name}/", who="administration", do=first_row)
        for app, name in (path.split("/") for path in LISTS)
        if name not in EMPTY
    ),
    *(Shown(f"add-{path.partition('/')[2]}", f"/admin/{path}/add/", who="administration") for path in ADDED),
    Shown("history", "/admin/accounts/user/", who="administration", do=history_of_the_first),
    Shown("add-errors", "/admin/accounts/user/add/", who="administration", do=saved_empty),
    Shown("list-none", "/admin/intake/company/?q=zzzqq", who="administration"),
    Shown("password", "/admin/password_change/", who="administration"),
    Shown("second-factor", "/compte/2fa/", who="administration"),
    Shown("sessions", "/compte/sessions/", who="administration"),
    Shown("second-factor-app", "/compte/2fa/totp/activate/", who="administration"),
)


def mails(doors: dict[str, str], language: str) -> tuple[Shown, ...]:
    """Every mail of this language that the demonstration has sent."""
    return tuple(
        Shown(name.removesuffix(f"_{language}").replace("_", "-"), path)
        for name, path in sorted(doors.items())
        if name.startswith("mail_") and name.endswith(f"_{language}")
    )


def choose_language(context: BrowserContext, address: str, language: str) -> None:
    """As by the switch: a page behind a link speaks the language of its mail unless the reader chose one."""
    context.add_cookies([{"name": "django_language", "value": language, "url": address}])


def become(page: Page, address: str, who: str) -> None:
    """Sign in by the demonstration's one click."""
    page.goto(f"{address}/demo/")
    press(page, f"form[action$='/etre/{who}/'] button")


def show(page: Page, address: str, shown: Shown, doors: dict[str, str]) -> int:
    """Bring the page to its state; returns the status of the answer it shows."""
    statuses = []
    listen = lambda answer: answer.request.is_navigation_request() and statuses.append(answer.status)  # noqa: E731
    page.on("response", listen)
    page.goto(address + shown.path.format(**doors))
    if shown.do:
        shown.do(page)
    page.remove_listener("response", listen)
    return statuses[-1]
