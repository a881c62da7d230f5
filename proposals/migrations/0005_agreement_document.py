"""An agreement moves through states of its own: it gets a name and a version, and its document another name."""

import uuid

from django.db import migrations, models
from django.db.models import Q


def a_name_for_each(apps, schema_editor):
    """What exists already gets a public id of its own, row by row."""
    rows = apps.get_model("proposals", "Agreement").objects
    for pk in rows.filter(public_id=None).values_list("pk", flat=True):
        rows.filter(pk=pk).update(public_id=uuid.uuid4())


class Migration(migrations.Migration):
    dependencies = [("proposals", "0004_verification_and_files")]

    operations = [
        migrations.RemoveConstraint("agreement", "agreement_once_per_partner"),
        migrations.RemoveConstraint("agreement", "agreement_once_for_the_company"),
        migrations.RenameField("agreement", "version", "document"),
        migrations.AddField("agreement", "version", models.PositiveIntegerField(default=1)),
        # Without a default: it would be asked once, and the rows that exist would share one id.
        migrations.AddField("agreement", "public_id", models.UUIDField(editable=False, null=True)),
        migrations.RunPython(a_name_for_each, migrations.RunPython.noop),
        migrations.AlterField(
            "agreement", "public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)
        ),
        migrations.AddConstraint(
            "agreement",
            models.UniqueConstraint(fields=["document", "organisation"], name="agreement_once_per_partner"),
        ),
        migrations.AddConstraint(
            "agreement",
            models.UniqueConstraint(
                fields=["document"], condition=Q(organisation=None), name="agreement_once_for_the_company"
            ),
        ),
    ]
