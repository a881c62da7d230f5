"""Every word that a party gives, changes that it proposes, and what a collaboration holds: steps, files, dates, figures."""

import django.core.validators
import django.db.models.deletion
import foundation.clock
import uuid
from django.conf import settings
from django.db import migrations, models


def a_reason_for_each(apps, schema_editor):
    """A partner that declined before the way back has lost its reason with the column: another one."""
    declined = apps.get_model("proposals", "Agreement").objects.filter(state="declined", reason="")
    declined.exclude(organisation=None).exclude(basis="withdrawn").update(reason="other")


def as_before(apps, schema_editor):
    """What older code does not know, in its words: the document goes back to its writer, who left is told as such."""
    apps.get_model("proposals", "Proposal").objects.filter(stage="submitted").update(stage="preparing")
    left = apps.get_model("proposals", "Agreement").objects.filter(state="withdrawn")
    left.update(state="declined", basis="withdrawn")


class Migration(migrations.Migration):

    dependencies = [
        ('intake', '0010_case'),
        ('partners', '0005_identity'),
        ('proposals', '0005_agreement_document'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='AgreementRecord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('said', models.CharField(choices=[('pending', 'en attente'), ('agreed', 'd’accord'), ('changes', 'demande une modification'), ('declined', 'décline'), ('withdrawn', 'a retiré son accord')], max_length=10, verbose_name='parole')),
                ('name', models.CharField(blank=True, max_length=120, verbose_name='nom')),
                ('role', models.CharField(blank=True, max_length=120, verbose_name='fonction')),
                ('way', models.CharField(choices=[('link', 'lien personnel'), ('account', 'compte'), ('portal', 'portail')], max_length=8, verbose_name='par')),
                ('sha256', models.CharField(blank=True, max_length=64, verbose_name='empreinte du document')),
                ('option', models.CharField(blank=True, max_length=40, verbose_name='chemin choisi')),
                ('reason', models.CharField(blank=True, choices=[('content', 'ce qui est écrit ne correspond pas à ce que nous pouvons faire'), ('capacity', 'nous n’avons pas, ou plus, les personnes disponibles'), ('dates', 'les dates ne nous conviennent pas'), ('budget', 'le montage financier ne nous convient pas'), ('supervision', 'notre tutelle n’y est pas favorable'), ('confidentiality', 'conditions de confidentialité ou de propriété'), ('other', 'autre raison')], max_length=16, verbose_name='raison')),
                ('at', models.DateTimeField(default=foundation.clock.now, editable=False)),
            ],
            options={
                'verbose_name': 'parole donnée',
                'verbose_name_plural': 'paroles données',
                'ordering': ['at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='CollaborationFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('kind', models.CharField(choices=[('contract', 'contrat signé'), ('document', 'document')], default='document', max_length=10, verbose_name='nature')),
                ('by', models.CharField(max_length=12)),
                ('at', models.DateTimeField(default=foundation.clock.now, editable=False, verbose_name='déposé le')),
            ],
            options={
                'verbose_name': 'fichier de collaboration',
                'verbose_name_plural': 'fichiers de collaboration',
                'ordering': ['at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='CollaborationMeeting',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('slots', models.JSONField(default=list, verbose_name='créneaux')),
                ('starts_at', models.DateTimeField(blank=True, null=True, verbose_name='date')),
                ('minutes', models.PositiveSmallIntegerField(default=30, verbose_name='durée en minutes')),
                ('how', models.CharField(blank=True, max_length=200, verbose_name='comment')),
                ('sequence', models.PositiveIntegerField(default=0)),
                ('proposed_at', models.DateTimeField(default=foundation.clock.now, editable=False)),
                ('version', models.PositiveIntegerField(default=1)),
                ('title', models.CharField(max_length=120, verbose_name='objet')),
                ('stage', models.CharField(choices=[('fixed', 'rendez-vous pris'), ('cancelled', 'annulé')], default='fixed', max_length=10, verbose_name='état')),
            ],
            options={
                'verbose_name': 'rendez-vous de collaboration',
                'verbose_name_plural': 'rendez-vous de collaboration',
                'ordering': ['starts_at'],
            },
        ),
        migrations.CreateModel(
            name='CollaborationStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('number', models.PositiveSmallIntegerField(verbose_name='numéro')),
                ('code', models.CharField(blank=True, max_length=40)),
                ('kind', models.CharField(blank=True, max_length=20)),
                ('title', models.CharField(max_length=160, verbose_name='titre')),
                ('leads', models.CharField(blank=True, max_length=10)),
                ('when', models.CharField(blank=True, max_length=120, verbose_name='quand')),
                ('planned_start', models.DateField(blank=True, null=True, verbose_name='début prévu')),
                ('planned_end', models.DateField(blank=True, null=True, verbose_name='fin prévue')),
                ('state', models.CharField(choices=[('to_come', 'à venir'), ('doing', 'en cours'), ('done', 'faite'), ('dropped', 'abandonnée')], default='to_come', max_length=8, verbose_name='état')),
                ('began_on', models.DateField(blank=True, null=True, verbose_name='commencée le')),
                ('ended_on', models.DateField(blank=True, null=True, verbose_name='terminée le')),
                ('version', models.PositiveIntegerField(default=1)),
            ],
            options={
                'verbose_name': 'étape de collaboration',
                'verbose_name_plural': 'étapes de collaboration',
                'ordering': ['number'],
            },
        ),
        migrations.CreateModel(
            name='OutcomeFigure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('kind', models.CharField(choices=[('seats', 'places de formation suivies'), ('interns', 'stagiaires ou alternants accueillis'), ('theses_filed', 'thèses déposées'), ('theses_granted', 'thèses obtenues'), ('contracts', 'contrats signés, en euros'), ('startups', 'jeunes pousses créées'), ('jobs', 'emplois créés ou maintenus')], max_length=16, verbose_name='quoi')),
                ('number', models.PositiveIntegerField(default=1, validators=[django.core.validators.MinValueValidator(1)], verbose_name='combien')),
                ('amount', models.DecimalField(blank=True, decimal_places=2, max_digits=11, null=True, verbose_name='montant en euros')),
                ('on', models.DateField(verbose_name='date')),
                ('source', models.CharField(max_length=300, verbose_name='source')),
                ('by', models.CharField(max_length=12)),
                ('state', models.CharField(choices=[('entered', 'à confirmer'), ('confirmed', 'confirmé'), ('refused', 'écarté')], default='entered', max_length=10, verbose_name='état')),
                ('at', models.DateTimeField(default=foundation.clock.now, editable=False)),
                ('version', models.PositiveIntegerField(default=1)),
            ],
            options={
                'verbose_name': 'résultat chiffré',
                'verbose_name_plural': 'résultats chiffrés',
                'ordering': ['on', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Review',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('moment', models.CharField(choices=[('middle', 'à mi-parcours'), ('end', 'à la fin')], max_length=8, verbose_name='moment')),
                ('satisfaction', models.CharField(choices=[('very', 'très satisfait'), ('rather', 'plutôt satisfait'), ('little', 'plutôt pas satisfait'), ('not', 'pas du tout satisfait')], max_length=8, verbose_name='satisfaction')),
                ('alone', models.CharField(choices=[('same', 'oui, pareil'), ('later', 'oui, mais plus tard ou en plus petit'), ('no', 'non'), ('unknown', 'nous ne savons pas')], max_length=8, verbose_name='sans le cluster, l’auriez-vous fait ?')),
                ('comment', models.TextField(blank=True, max_length=1000, verbose_name='un mot')),
                ('at', models.DateTimeField(default=foundation.clock.now, editable=False)),
            ],
            options={
                'verbose_name': 'avis sur une collaboration',
                'verbose_name_plural': 'avis sur des collaborations',
                'ordering': ['at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Signature',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('signed_on', models.DateField(verbose_name='signé le')),
                ('noted_at', models.DateTimeField(default=foundation.clock.now, editable=False)),
            ],
            options={
                'verbose_name': 'signature d’un contrat',
                'verbose_name_plural': 'signatures de contrats',
                'ordering': ['signed_on', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Suggestion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('paragraph', models.CharField(max_length=60, verbose_name='paragraphe')),
                ('name', models.CharField(blank=True, max_length=120, verbose_name='nom')),
                ('text', models.TextField(blank=True, max_length=4000, verbose_name='texte proposé')),
                ('comment', models.TextField(blank=True, max_length=1000, verbose_name='remarque')),
                ('state', models.CharField(choices=[('open', 'à examiner'), ('taken', 'reprise'), ('declined', 'écartée')], default='open', max_length=10, verbose_name='état')),
                ('answer', models.TextField(blank=True, max_length=500, verbose_name='réponse')),
                ('at', models.DateTimeField(default=foundation.clock.now, editable=False)),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
                ('version', models.PositiveIntegerField(default=1)),
            ],
            options={
                'verbose_name': 'changement proposé',
                'verbose_name_plural': 'changements proposés',
                'ordering': ['pk'],
            },
        ),
        migrations.RemoveConstraint(
            model_name='proposal',
            name='one_open_proposal_per_irritant',
        ),
        migrations.AddField(
            model_name='agreement',
            name='asked_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='demandé le'),
        ),
        migrations.AddField(
            model_name='agreement',
            name='reason',
            field=models.CharField(blank=True, choices=[('content', 'ce qui est écrit ne correspond pas à ce que nous pouvons faire'), ('capacity', 'nous n’avons pas, ou plus, les personnes disponibles'), ('dates', 'les dates ne nous conviennent pas'), ('budget', 'le montage financier ne nous convient pas'), ('supervision', 'notre tutelle n’y est pas favorable'), ('confidentiality', 'conditions de confidentialité ou de propriété'), ('other', 'autre raison')], max_length=16, verbose_name='raison'),
        ),
        migrations.AddField(
            model_name='collaboration',
            name='abandon_reason',
            field=models.CharField(blank=True, choices=[('contract', 'le contrat n’a pas abouti'), ('funding', 'le financement n’a pas été obtenu'), ('person', 'la personne attendue n’a pas été trouvée, ou est partie'), ('company', 'les priorités de l’entreprise ont changé'), ('partner', 'le partenaire n’est plus disponible'), ('result', 'une étape a montré que la voie n’est pas la bonne'), ('other', 'autre raison')], max_length=10, verbose_name='raison de l’abandon'),
        ),
        migrations.AddField(
            model_name='collaboration',
            name='ended_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='terminée le'),
        ),
        migrations.AddField(
            model_name='collaboration',
            name='signed_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='signée le'),
        ),
        migrations.AddField(
            model_name='collaboration',
            name='started_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='commencée le'),
        ),
        migrations.AddField(
            model_name='proposalversion',
            name='sends_itself',
            field=models.BooleanField(default=False, verbose_name='part dès que tous sont d’accord'),
        ),
        migrations.AddField(
            model_name='proposalversion',
            name='sent_without',
            field=models.CharField(blank=True, choices=[('otherwise', 'les partenaires ont donné leur accord autrement : réunion, téléphone, courriel'), ('deadline', 'l’échéance de l’entreprise n’attend pas'), ('away', 'un partenaire est absent et nous a donné son accord de principe'), ('details', 'seuls des détails ont changé depuis leur accord')], max_length=12, verbose_name='envoyée sans attendre, parce que'),
        ),
        migrations.AddField(
            model_name='proposalversion',
            name='submitted_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='soumise aux partenaires le'),
        ),
        migrations.AlterField(
            model_name='agreement',
            name='organisation',
            field=models.ForeignKey(blank=True, help_text='vide : l’entreprise', null=True, on_delete=django.db.models.deletion.PROTECT, to='partners.organisation'),
        ),
        migrations.AlterField(
            model_name='agreement',
            name='state',
            field=models.CharField(choices=[('pending', 'en attente'), ('agreed', 'd’accord'), ('changes', 'demande une modification'), ('declined', 'décline'), ('withdrawn', 'a retiré son accord')], default='pending', max_length=10, verbose_name='avis'),
        ),
        migrations.AlterField(
            model_name='proposal',
            name='stage',
            field=models.CharField(choices=[('preparing', 'en préparation'), ('submitted', 'chez les partenaires'), ('sent', 'envoyée'), ('changes_requested', 'à revoir'), ('accepted', 'acceptée'), ('declined', 'déclinée'), ('expired', 'expirée'), ('withdrawn', 'retirée')], default='preparing', max_length=20, verbose_name='état'),
        ),
        migrations.RunPython(a_reason_for_each, as_before),
        migrations.AddConstraint(
            model_name='agreement',
            constraint=models.CheckConstraint(condition=models.Q(('organisation', None), models.Q(('state', 'declined'), _negated=True), models.Q(('reason', ''), _negated=True), ('basis', 'withdrawn'), _connector='OR'), name='partner_declines_with_a_reason'),
        ),
        migrations.AddConstraint(
            model_name='proposal',
            constraint=models.UniqueConstraint(condition=models.Q(('stage__in', ('preparing', 'submitted', 'sent', 'changes_requested', 'accepted'))), fields=('irritant',), name='one_open_proposal_per_irritant', violation_error_message='Une proposition est déjà ouverte pour cet irritant.'),
        ),
        migrations.AddField(
            model_name='agreementrecord',
            name='agreement',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='records', to='proposals.agreement'),
        ),
        migrations.AddField(
            model_name='collaborationfile',
            name='collaboration',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='files', to='proposals.collaboration'),
        ),
        migrations.AddField(
            model_name='collaborationfile',
            name='organisation',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partners.organisation'),
        ),
        migrations.AddField(
            model_name='collaborationmeeting',
            name='collaboration',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='meetings', to='proposals.collaboration'),
        ),
        migrations.AddField(
            model_name='collaborationstep',
            name='collaboration',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='steps', to='proposals.collaboration'),
        ),
        migrations.AddField(
            model_name='collaborationstep',
            name='organisation',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partners.organisation', verbose_name='partenaire'),
        ),
        migrations.AddField(
            model_name='outcomefigure',
            name='collaboration',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='figures', to='proposals.collaboration'),
        ),
        migrations.AddField(
            model_name='outcomefigure',
            name='organisation',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partners.organisation'),
        ),
        migrations.AddField(
            model_name='outcomefigure',
            name='settled_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='review',
            name='collaboration',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reviews', to='proposals.collaboration'),
        ),
        migrations.AddField(
            model_name='review',
            name='organisation',
            field=models.ForeignKey(blank=True, help_text='vide : l’entreprise', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partners.organisation'),
        ),
        migrations.AddField(
            model_name='signature',
            name='collaboration',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='signatures', to='proposals.collaboration'),
        ),
        migrations.AddField(
            model_name='signature',
            name='contract',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='signatures', to='proposals.collaborationfile'),
        ),
        migrations.AddField(
            model_name='signature',
            name='organisation',
            field=models.ForeignKey(blank=True, help_text='vide : l’entreprise', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partners.organisation'),
        ),
        migrations.AddField(
            model_name='suggestion',
            name='answered_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='suggestion',
            name='document',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='suggestions', to='proposals.proposalversion'),
        ),
        migrations.AddField(
            model_name='suggestion',
            name='organisation',
            field=models.ForeignKey(blank=True, help_text='vide : l’entreprise', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partners.organisation'),
        ),
        migrations.AddConstraint(
            model_name='collaborationstep',
            constraint=models.UniqueConstraint(fields=('collaboration', 'number'), name='collaboration_step_number_once'),
        ),
        migrations.AddConstraint(
            model_name='outcomefigure',
            constraint=models.CheckConstraint(condition=models.Q(('number__gte', 1)), name='figure_counts_something'),
        ),
        migrations.AddConstraint(
            model_name='outcomefigure',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'contracts'), _negated=True), ('amount__isnull', False), _connector='OR'), name='contracts_have_an_amount'),
        ),
        migrations.AddConstraint(
            model_name='review',
            constraint=models.UniqueConstraint(fields=('collaboration', 'organisation', 'moment'), name='one_review_per_partner'),
        ),
        migrations.AddConstraint(
            model_name='review',
            constraint=models.UniqueConstraint(condition=models.Q(('organisation', None)), fields=('collaboration', 'moment'), name='one_review_of_the_company'),
        ),
        migrations.AddConstraint(
            model_name='signature',
            constraint=models.UniqueConstraint(fields=('collaboration', 'organisation'), name='signed_once_per_partner'),
        ),
        migrations.AddConstraint(
            model_name='signature',
            constraint=models.UniqueConstraint(condition=models.Q(('organisation', None)), fields=('collaboration',), name='signed_once_for_the_company'),
        ),
        migrations.AddConstraint(
            model_name='suggestion',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'open'), _negated=True), ('answered_at__isnull', True), _connector='OR'), name='open_suggestion_has_no_answer'),
        ),
        migrations.AddConstraint(
            model_name='suggestion',
            constraint=models.UniqueConstraint(fields=('document', 'paragraph', 'organisation'), name='suggestion_once_per_partner'),
        ),
        migrations.AddConstraint(
            model_name='suggestion',
            constraint=models.UniqueConstraint(condition=models.Q(('organisation', None)), fields=('document', 'paragraph'), name='suggestion_once_for_the_company'),
        ),
    ]
