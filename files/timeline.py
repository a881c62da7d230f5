"""What happened to a file, where somebody must know."""

from django.utils.translation import gettext_lazy as _

from journal.timeline import COMPANY, COORDINATOR, SENTENCES

SENTENCES.add(
    "file.condemn",
    {
        COMPANY: _("L’antivirus a écarté l’un de vos fichiers : nous ne l’avons pas gardé"),
        COORDINATOR: _("L’antivirus a écarté un fichier de l’entreprise"),
    },
)
