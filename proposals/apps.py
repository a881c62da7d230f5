from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProposalsConfig(AppConfig):
    name = "proposals"
    verbose_name = _("Propositions")

    def ready(self):
        from proposals import (  # noqa: F401
            commitments,
            erasing,
            exporting,
            held,
            jobs,
            lifecycle,
            mails,
            panels,
            reactions,
            rules,
            timeline,
        )
        from proposals.agreeing import lifecycle as _words  # noqa: F401
        from proposals.agreeing import mails as _letters  # noqa: F401
        from proposals.agreeing import reactions as _answers  # noqa: F401
        from proposals.agreeing import rules as _reminders  # noqa: F401
        from proposals.collaborations import mails as _news  # noqa: F401
        from proposals.collaborations import reactions as _followers  # noqa: F401
        from proposals.collaborations import rules as _surveys  # noqa: F401
