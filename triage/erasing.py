"""What erasing a case does in triage beyond its own fields: the vocabulary's finds, and what ranking remembers."""

from foundation.privacy import ERASERS, LIVING, Subject
from intake.models import Irritant, Stage
from triage.memory import changed
from triage.models import Mention, Referral, TextPrint, UnknownWord


@LIVING.register("triage.referrals")
def of_open_cases():
    """What the links of partners lead to, as long as its case is open."""
    return Referral.objects.exclude(irritant__stage=Stage.CLOSED).values("public_id")


@ERASERS.register("triage.memory")
def forget_words_and_decisions(subject: Subject) -> None:
    """Processes drop what they remember of the irritant, and its prints go; unknown words read in it go as well, to be
    found again elsewhere."""
    irritant = Irritant.objects.filter(public_id=subject.case).first()
    if irritant is None:
        return
    changed(irritant)
    TextPrint.objects.filter(irritant=irritant).delete()
    Mention.objects.filter(irritant=irritant).delete()  # there is no note left to read
    read_here = [
        word.pk
        for word in UnknownWord.objects.only("pk", "examples").iterator()
        if any(example[0] == irritant.pk for example in word.examples)
    ]
    UnknownWord.objects.filter(pk__in=read_here).delete()
