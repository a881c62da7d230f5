from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProgramsConfig(AppConfig):
    name = "programs"
    verbose_name = _("Offres")

    def ready(self):
        from accounts.limits import CHOICES
        from foundation.privacy import impersonal
        from partners.space import Tab, add_tab
        from programs import (  # noqa: F401  (checks, moves, the clock)
            embedding,
            index,
            lifecycle,
            mails,
            renewing,
            rules,
            terms,
        )
        from programs.editing import clock, telling  # noqa: F401
        from programs.editing import mails as editing_mails  # noqa: F401
        from programs.imports import working  # noqa: F401  (jobs)
        from programs.models import Pillar
        from programs.sheets import exporting

        index.share_compiled()
        add_tab(Tab(20, _("Offres"), "partner_offers"))
        exporting.register()
        add_tab(Tab(60, _("Import et API"), "partner_exchange"))
        CHOICES.add("pillars", lambda: terms.labelled(Pillar))

        labels = "code label_fr label_de label_en"
        for model in ("Topic", "Pillar", "Sector"):
            impersonal(f"programs.{model}", labels, why="reference vocabulary")
        impersonal(
            "programs.ThesaurusAddition", "concept language expression topics", why="vocabulary of the field"
        )
        impersonal("programs.ThesaurusRetirement", "item", why="vocabulary of the field")
        texts = " ".join(
            f"{field}_{lang}" for field in ("title", "summary", "description") for lang in ("fr", "de", "en")
        )
        facts = "kind status language keywords city postcode country company_sizes eligible_countries"
        offer = f"{texts} external_id {facts}"
        impersonal("programs.OfferDraft", "typed", why="to be published by an organisation")
        impersonal("programs.Offer", f"{offer} review_note", why="published by an organisation")
        impersonal(
            "programs.HistoricalOffer",
            f"{offer} content history_change_reason history_type",
            why="published by an organisation",
        )
        details = {
            "LaboratoryDetail": "platforms collaboration_modes headcount_range",
            "TrainingDetail": "modality level audience prerequisites vat certification certification_code fundings "
            "accessibility",
            "Session": "city",
            "CifreDetail": "research_question doctoral_school host_team profile",
            "RndDetail": "ip_regime deliverables",
            "TalentDetail": "form level diploma rhythm certification_code",
        }
        for model, fields in details.items():
            impersonal(f"programs.{model}", fields, why="published by an organisation")
        impersonal(
            "programs.CatalogueImport",
            "language stage reason report",
            why="code, published by an organisation; gone after a month",
        )
        words = " ".join(
            f"{field}_{lang}"
            for field in ("name", "sentence", "audience", "signs", "ask", "traps")
            for lang in ("fr", "de", "en")
        )
        scheme = f"code kind operator {words} open_to closed_to sizes instead source confidence"
        rule = "code bracket source confidence note"
        for model, fields in (("Scheme", scheme), ("SchemeRule", rule)):
            impersonal(f"programs.{model}", fields, why="reference data")
            kept = f"{fields} history_change_reason history_type"
            impersonal(f"programs.Historical{model}", kept, why="reference data")
        impersonal("programs.ApiKey", "name prefix digest scope", why="code, hash, name of a program")
