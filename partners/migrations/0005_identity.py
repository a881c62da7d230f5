"""Identifiers, dated standing and parents, who signs, restricted access, what partners ask to change, and a history."""

import django.db.models.deletion
import foundation.clock
import simple_history.models
import uuid
from django.conf import settings
from django.db import migrations, models


_KEPT = (
    "id public_id external_id name acronym kind rnsr_id ror_id unit_numbers legal_id vat_number city postcode country "
    "web_domain expertise restricted_access signed_by_id signed_by_because language illustrative"
).split()


def date_what_is_known(apps, _schema):
    """« Membre fondateur » becomes a dated row that always held; every organisation begins its history as it is."""
    Organisation, Standing = apps.get_model("partners", "Organisation"), apps.get_model("partners", "Standing")
    founders = Organisation.objects.filter(founding_member=True)
    Standing.objects.bulk_create(Standing(organisation=row, kind="founder") for row in founders)
    Historical = apps.get_model("partners", "HistoricalOrganisation")
    now = foundation.clock.now()
    Historical.objects.bulk_create(
        [
            Historical(history_date=now, history_type="+", **values)
            for values in Organisation.objects.values(*_KEPT).iterator()
        ],
        batch_size=500,
    )


def forget_the_dates(apps, _schema):
    Organisation, Standing = apps.get_model("partners", "Organisation"), apps.get_model("partners", "Standing")
    today = foundation.clock.today()
    rows = Standing.objects.filter(kind="founder")
    held = [
        row.organisation_id
        for row in rows
        if (row.since is None or row.since <= today) and (row.until is None or row.until >= today)
    ]
    Organisation.objects.filter(pk__in=held).update(founding_member=True)


class Migration(migrations.Migration):

    dependencies = [
        ('partners', '0004_members'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='AskedChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('text', models.TextField(max_length=2000, verbose_name='ce qui est à changer')),
                ('stage', models.CharField(choices=[('waiting', 'en attente'), ('settled', 'traitée')], default='waiting', max_length=10, verbose_name='état')),
                ('asked_at', models.DateTimeField(default=foundation.clock.now, editable=False, verbose_name='demandé le')),
                ('version', models.PositiveIntegerField(default=1)),
            ],
            options={
                'verbose_name': 'changement demandé',
                'verbose_name_plural': 'changements demandés',
                'ordering': ['-asked_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='HistoricalOrganisation',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('public_id', models.UUIDField(db_index=True, default=uuid.uuid4, editable=False)),
                ('external_id', models.SlugField(max_length=80, verbose_name='identifiant du catalogue')),
                ('name', models.CharField(max_length=200, verbose_name='nom')),
                ('acronym', models.CharField(blank=True, max_length=40, verbose_name='sigle')),
                ('kind', models.CharField(choices=[('university', 'université'), ('research-organisation', 'organisme de recherche'), ('laboratory', 'laboratoire'), ('team', 'équipe'), ('school', 'école'), ('training-provider', 'organisme de formation'), ('hospital', 'hôpital'), ('technology-centre', 'centre technique'), ('public-body', 'organisme public')], max_length=30, verbose_name='nature')),
                ('rnsr_id', models.CharField(blank=True, max_length=20, verbose_name='identifiant RNSR')),
                ('ror_id', models.CharField(blank=True, max_length=9, verbose_name='identifiant ROR')),
                ('unit_numbers', models.JSONField(blank=True, default=list, verbose_name='numéros d’unité')),
                ('legal_id', models.CharField(blank=True, max_length=40, verbose_name='SIRET ou numéro au registre')),
                ('vat_number', models.CharField(blank=True, max_length=20, verbose_name='numéro de TVA')),
                ('city', models.CharField(blank=True, max_length=80, verbose_name='ville')),
                ('postcode', models.CharField(blank=True, max_length=10, verbose_name='code postal')),
                ('country', models.CharField(default='FR', max_length=2, verbose_name='pays')),
                ('web_domain', models.CharField(blank=True, max_length=120, verbose_name='site')),
                ('expertise', models.TextField(blank=True, verbose_name='expertise')),
                ('restricted_access', models.BooleanField(default=False, verbose_name='zone à régime restrictif (ZRR)')),
                ('signed_by_because', models.CharField(blank=True, choices=[('managing', 'tutelle gestionnaire'), ('mandate', 'mandataire désigné par les tutelles'), ('subsidiary', 'filiale de valorisation d’une tutelle')], max_length=12, verbose_name='à quel titre')),
                ('language', models.CharField(choices=[('fr', 'Français'), ('de', 'Allemand'), ('en', 'Anglais')], default='fr', max_length=2, verbose_name='langue')),
                ('illustrative', models.BooleanField(default=False, verbose_name='données illustratives')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
            ],
            options={
                'verbose_name': 'historical partenaire',
                'verbose_name_plural': 'historical partenaires',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='Standing',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('since', models.DateField(blank=True, null=True, verbose_name='depuis')),
                ('until', models.DateField(blank=True, null=True, verbose_name='jusqu’au')),
                ('kind', models.CharField(choices=[('founder', 'membre fondateur'), ('partner', 'partenaire du consortium'), ('outside', 'hors consortium')], max_length=10, verbose_name='place')),
            ],
            options={
                'verbose_name': 'place dans le consortium',
                'verbose_name_plural': 'place dans le consortium',
                'ordering': ['since', 'pk'],
            },
        ),
        migrations.AlterModelOptions(
            name='affiliation',
            options={'ordering': ['pk'], 'verbose_name': 'rattachement', 'verbose_name_plural': 'rattachements'},
        ),
        migrations.AddField(
            model_name='affiliation',
            name='nature',
            field=models.CharField(choices=[('tutelle', 'tutelle'), ('part', 'fait partie de'), ('site', 'site de'), ('subsidiary', 'filiale de')], default='tutelle', max_length=12, verbose_name='lien'),
        ),
        migrations.AddField(
            model_name='organisation',
            name='legal_id',
            field=models.CharField(blank=True, max_length=40, verbose_name='SIRET ou numéro au registre'),
        ),
        migrations.AddField(
            model_name='organisation',
            name='restricted_access',
            field=models.BooleanField(default=False, verbose_name='zone à régime restrictif (ZRR)'),
        ),
        migrations.AddField(
            model_name='organisation',
            name='ror_id',
            field=models.CharField(blank=True, max_length=9, verbose_name='identifiant ROR'),
        ),
        migrations.AddField(
            model_name='organisation',
            name='signed_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='signs_for', to='partners.organisation', verbose_name='qui signe'),
        ),
        migrations.AddField(
            model_name='organisation',
            name='signed_by_because',
            field=models.CharField(blank=True, choices=[('managing', 'tutelle gestionnaire'), ('mandate', 'mandataire désigné par les tutelles'), ('subsidiary', 'filiale de valorisation d’une tutelle')], max_length=12, verbose_name='à quel titre'),
        ),
        migrations.AddField(
            model_name='organisation',
            name='vat_number',
            field=models.CharField(blank=True, max_length=20, verbose_name='numéro de TVA'),
        ),
        migrations.AlterField(
            model_name='affiliation',
            name='parent',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='parts', to='partners.organisation', verbose_name='rattachée à'),
        ),
        migrations.AddConstraint(
            model_name='affiliation',
            constraint=models.CheckConstraint(condition=models.Q(('since', None), ('until', None), ('until__gte', models.F('since')), _connector='OR'), name='affiliation_ends_after_it_begins', violation_error_message='Le dernier jour précède le premier.'),
        ),
        migrations.AddConstraint(
            model_name='organisation',
            constraint=models.UniqueConstraint(condition=models.Q(('rnsr_id', ''), _negated=True), fields=('rnsr_id',), name='organisation_rnsr_id_unique', violation_error_code='unique', violation_error_message='Une autre organisation du catalogue porte déjà cet identifiant.'),
        ),
        migrations.AddConstraint(
            model_name='organisation',
            constraint=models.UniqueConstraint(condition=models.Q(('ror_id', ''), _negated=True), fields=('ror_id',), name='organisation_ror_id_unique', violation_error_code='unique', violation_error_message='Une autre organisation du catalogue porte déjà cet identifiant.'),
        ),
        migrations.AddConstraint(
            model_name='organisation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('signed_by', None), ('signed_by_because', '')), models.Q(('signed_by__isnull', False), models.Q(('signed_by_because', ''), _negated=True)), _connector='OR'), name='organisation_signs_with_a_reason', violation_error_message='Qui signe et à quel titre vont ensemble.'),
        ),
        migrations.AlterConstraint(
            model_name='affiliation',
            name='affiliation_not_to_itself',
            constraint=models.CheckConstraint(condition=models.Q(('child', models.F('parent')), _negated=True), name='affiliation_not_to_itself', violation_error_message='Une organisation n’est pas rattachée à elle-même.'),
        ),
        migrations.AddField(
            model_name='askedchange',
            name='organisation',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='asked_changes', to='partners.organisation', verbose_name='partenaire'),
        ),
        migrations.AddField(
            model_name='askedchange',
            name='user',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='personne'),
        ),
        migrations.AddField(
            model_name='historicalorganisation',
            name='history_user',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='historicalorganisation',
            name='signed_by',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='partners.organisation', verbose_name='qui signe'),
        ),
        migrations.AddField(
            model_name='standing',
            name='organisation',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='standings', to='partners.organisation'),
        ),
        migrations.AddConstraint(
            model_name='standing',
            constraint=models.CheckConstraint(condition=models.Q(('since', None), ('until', None), ('until__gte', models.F('since')), _connector='OR'), name='standing_ends_after_it_begins', violation_error_message='Le dernier jour précède le premier.'),
        ),
        migrations.RunPython(date_what_is_known, forget_the_dates),
        migrations.RemoveField(
            model_name='organisation',
            name='founding_member',
        ),
    ]
