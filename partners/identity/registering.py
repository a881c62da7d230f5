"""What this part tells the registries of the house; imported once the apps are ready."""

from django.utils.translation import gettext_lazy as _

from journal.timeline import COORDINATOR, PARTNER, READERS, SENTENCES
from partners.identity import lifecycle, mails  # noqa: F401
from partners.identity.forms import field_label
from partners.space import Tab, add_tab

add_tab(Tab(50, _("Organisation"), "identity:organisation"))

_ROWS = {
    "affiliations": _("Rattachements"),
    "standings": _("Place dans le consortium"),
    "absences": _("Absences"),
}


@READERS.register("identity")
def what_changed(values: set[str]) -> dict[str, str]:
    return {
        value: ", ".join(
            str(_ROWS[name]) if name in _ROWS else field_label(name) for name in value.split(",")
        )
        for value in values
    }


for _name, _said in (
    ("organisation.change", _("Fiche modifiée : %(identity)s")),
    ("asked_change.ask", _("Changement demandé à la coordination")),
    ("asked_change.settle", _("Changement demandé : traité")),
):
    SENTENCES.add(_name, {COORDINATOR: _said, PARTNER: _said})
