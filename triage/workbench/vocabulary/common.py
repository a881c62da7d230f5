"""What the pages of the vocabulary share."""

from django.urls import reverse
from django.utils.translation import gettext as _

from programs import thesaurus
from programs.models import Topic
from triage.models import UnknownWord

PER_PAGE = 30


def tabs(current: str) -> list[dict]:
    waiting = UnknownWord.objects.filter(ignored_at=None).count()
    return [
        {
            "label": _("Concepts"),
            "url": reverse("admin:workbench_vocabulary"),
            "count": len(thesaurus.current().entries),
            "current": current == "concepts",
        },
        {
            "label": _("Mots proposés"),
            "url": reverse("admin:workbench_words"),
            "count": waiting,
            "current": current == "words",
        },
    ]


def topic_labels() -> dict[str, str]:
    return {topic.code: topic.label for topic in Topic.objects.all()}
