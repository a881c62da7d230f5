"""What partners offer."""

from programs.models.details import (
    CifreDetail,
    LaboratoryDetail,
    RndDetail,
    Session,
    TalentDetail,
    TrainingDetail,
)
from programs.models.draft import OfferDraft
from programs.models.exchange import ApiKey, ApiScope, CatalogueImport, ImportStage
from programs.models.offer import CatalogueChange, CatalogueState, Offer, OfferKind, OfferStatus
from programs.models.schemes import Scheme, SchemeRule
from programs.models.thesaurus import ThesaurusAddition, ThesaurusLanguage, ThesaurusRetirement
from programs.models.views import OfferViews, OfferViewsQuerySet
from programs.models.vocabulary import Pillar, Sector, Topic

__all__ = [
    "ApiKey",
    "ApiScope",
    "CatalogueChange",
    "CatalogueImport",
    "CatalogueState",
    "CifreDetail",
    "ImportStage",
    "LaboratoryDetail",
    "Offer",
    "OfferDraft",
    "OfferKind",
    "OfferStatus",
    "OfferViews",
    "OfferViewsQuerySet",
    "Pillar",
    "RndDetail",
    "Scheme",
    "SchemeRule",
    "Sector",
    "Session",
    "TalentDetail",
    "ThesaurusAddition",
    "ThesaurusLanguage",
    "ThesaurusRetirement",
    "Topic",
    "TrainingDetail",
]
