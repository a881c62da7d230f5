"""One path becomes the options of a proposal, its texts become sections; and back, as far as one path can say."""

from django.db import migrations, models

_STEP = {
    "kind": "other", "organisation": "", "organisation_id": "", "leads": "", "person": "", "title": "",
    "summary": "", "when": "", "offer_id": "", "illustrative": False, "start": "", "end": "", "after": [],
    "waits": [], "deliverables": "", "decision": "", "trl": None, "maturity": None, "scheme": "", "facts": {},
}
_NEW = ("id", "start", "end", "after", "waits", "deliverables", "decision", "trl", "maturity", "scheme", "facts")
_TITLES = {"fr": "Le chemin proposé", "de": "Der vorgeschlagene Weg", "en": "The proposed path"}
_TEXTS = ("need", "conditions", "next_steps")


def forward(apps, schema_editor):
    Proposal = apps.get_model("proposals", "Proposal")
    for row in Proposal.objects.select_related("irritant").iterator():
        steps = [{**_STEP, **step, "id": f"a{number}"} for number, step in enumerate(row.path, 1)]
        for step in steps:  # a partner that leads was written in its own key alone
            step["leads"] = step["leads"] or step["organisation_id"]
        title = _TITLES.get(row.irritant.language, _TITLES["fr"])
        option = {"id": "a", "title": title, "why": "", "limits": "", "steps": steps}
        row.options = [option] if steps else []
        row.sections = {
            code: [{"id": f"{code}-1", "text": getattr(row, code)}] for code in _TEXTS if getattr(row, code)
        }
        row.save(update_fields=["options", "sections"])


def backward(apps, schema_editor):
    Proposal = apps.get_model("proposals", "Proposal")
    for row in Proposal.objects.iterator():
        steps = row.options[0]["steps"] if row.options else []
        row.path = [{key: value for key, value in step.items() if key not in _NEW} for step in steps]
        for code in _TEXTS:
            setattr(row, code, "\n\n".join(one["text"] for one in row.sections.get(code, ())))
        row.save(update_fields=["path", *_TEXTS])


class Migration(migrations.Migration):
    dependencies = [("proposals", "0002_labels")]

    operations = [
        migrations.AddField(
            "proposal", "options", models.JSONField(default=list, verbose_name="les chemins proposés")
        ),
        migrations.AddField(
            "proposal", "sections", models.JSONField(default=dict, verbose_name="le texte, par section")
        ),
        migrations.AddField(
            "proposal",
            "chosen",
            models.CharField(blank=True, max_length=8, verbose_name="option choisie par l’entreprise"),
        ),
        migrations.AddField(
            "proposal",
            "undo",
            models.JSONField(blank=True, default=dict, verbose_name="ce que le portail a remplacé"),
        ),
        # Blank first, so that the way back can add the column to rows.
        migrations.AlterField("proposal", "need", models.TextField(blank=True, max_length=4000)),
        migrations.RunPython(forward, backward),
        migrations.RemoveField("proposal", "path"),
        migrations.RemoveField("proposal", "need"),
        migrations.RemoveField("proposal", "conditions"),
        migrations.RemoveField("proposal", "next_steps"),
    ]
