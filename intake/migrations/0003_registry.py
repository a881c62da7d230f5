from django.db import migrations, models


def keep_versions_apart(apps, _schema):
    """A code that was kept as NAF 2025 moves to the column of that version."""
    company = apps.get_model("intake", "Company")
    company.objects.filter(naf_version__contains="2025").update(naf_2025=models.F("naf_rev2"), naf_rev2="")


def bring_back(apps, _schema):
    """One code and its version: rev. 2 where both are known."""
    company = apps.get_model("intake", "Company")
    company.objects.exclude(naf_rev2="").update(naf_version="rev2")
    company.objects.filter(naf_rev2="").exclude(naf_2025="").update(naf_rev2=models.F("naf_2025"), naf_version="2025")


def text(label, length):
    return models.CharField(blank=True, default="", max_length=length, verbose_name=label)


class Migration(migrations.Migration):
    dependencies = [("intake", "0002_kinds_wished")]
    operations = [
        migrations.RenameField("company", "naf_code", "naf_rev2"),
        migrations.AlterField(
            "company", "naf_rev2", models.CharField(blank=True, max_length=6, verbose_name="code NAF rév. 2")
        ),
        migrations.AddField("company", "naf_2025", text("code NAF 2025", 6), preserve_default=False),
        migrations.RunPython(keep_versions_apart, bring_back),
        migrations.RemoveField("company", "naf_version"),
        migrations.AlterField(
            "company", "foreign_id", models.CharField(blank=True, max_length=40, verbose_name="autre identifiant")
        ),
        migrations.AddField(
            "company", "foreign_id_kind", text("nature de cet identifiant", 5), preserve_default=False
        ),
        migrations.AddField("company", "headcount", text("tranche d’effectif (INSEE)", 2), preserve_default=False),
        migrations.AddField("company", "legal_form", text("catégorie juridique (INSEE)", 4), preserve_default=False),
        migrations.AddField(
            "company", "size_category", text("catégorie du groupe (INSEE)", 3), preserve_default=False
        ),
        migrations.AddField("company", "postcode", text("code postal du siège", 5), preserve_default=False),
        migrations.AddField("company", "city", text("commune du siège", 80), preserve_default=False),
        migrations.AddField("company", "ceased", models.BooleanField(default=False, verbose_name="activité cessée")),
        migrations.AddField(
            "company", "registry_on", models.DateField(blank=True, null=True, verbose_name="vue au registre le")
        ),
        migrations.AddField(
            "irritant", "site_commune", text("commune du site (code INSEE)", 5), preserve_default=False
        ),
        migrations.AddField("irritant", "site_siret", text("SIRET du site", 14), preserve_default=False),
        migrations.AddIndex(
            "company",
            models.Index(
                condition=models.Q(("foreign_id", ""), _negated=True), fields=["foreign_id"], name="company_foreign_id"
            ),
        ),
    ]
