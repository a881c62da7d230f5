import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("intake", "0005_conversation"),
        ("partners", "0001_initial"),
        ("programs", "0004_catalogue_stamps"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="company",
            name="organisation",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                to="partners.organisation",
                verbose_name="aussi partenaire",
            ),
        ),
        migrations.AlterField(
            model_name="irritant",
            name="coordinator",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                to=settings.AUTH_USER_MODEL,
                verbose_name="suivi par",
            ),
        ),
        migrations.AlterField(
            model_name="irritant",
            name="duplicate_of",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                to="intake.irritant",
            ),
        ),
        migrations.AlterField(
            model_name="irritant",
            name="unread_since",
            field=models.DateTimeField(blank=True, null=True, verbose_name="message non lu depuis le"),
        ),
        migrations.AddIndex(
            model_name="company",
            index=models.Index(
                condition=models.Q(("organisation__isnull", False)),
                fields=["organisation"],
                name="company_organisation",
            ),
        ),
        migrations.AddIndex(
            model_name="irritant",
            index=models.Index(
                condition=models.Q(("duplicate_of__isnull", False)),
                fields=["duplicate_of"],
                name="irritant_duplicate_of",
            ),
        ),
        migrations.AddIndex(
            model_name="irritant",
            index=models.Index(
                condition=models.Q(("unread_since__isnull", False)),
                fields=["unread_since"],
                name="irritant_unread_since",
            ),
        ),
    ]
