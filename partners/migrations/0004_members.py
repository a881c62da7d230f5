"""Members have a public id; invitations and requests to join."""

import uuid

import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

import foundation.clock

ROLES = [("administrator", "administrateur"), ("editor", "rédacteur"), ("reader", "lecteur")]
LANGUAGES = [("fr", "Français"), ("de", "Allemand"), ("en", "Anglais")]


def give_ids(apps, _schema):
    for row in apps.get_model("partners", "Membership").objects.all():
        row.public_id = uuid.uuid4()
        row.save(update_fields=["public_id"])


def key():
    return ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"))


def public_id():
    return ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True))


class Migration(migrations.Migration):
    dependencies = [
        ("partners", "0003_capacity"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="membership", name="public_id", field=models.UUIDField(editable=False, null=True)
        ),
        migrations.RunPython(give_ids, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="membership",
            name="public_id",
            field=models.UUIDField(default=uuid.uuid4, editable=False, unique=True),
        ),
        migrations.CreateModel(
            name="Invitation",
            fields=[
                key(),
                public_id(),
                ("email", models.EmailField(max_length=254, verbose_name="adresse électronique")),
                ("role", models.CharField(choices=ROLES, max_length=20, verbose_name="rôle")),
                (
                    "language",
                    models.CharField(choices=LANGUAGES, default="fr", max_length=2, verbose_name="langue"),
                ),
                (
                    "stage",
                    models.CharField(
                        choices=[
                            ("sent", "en attente"),
                            ("accepted", "acceptée"),
                            ("withdrawn", "retirée"),
                            ("expired", "expirée"),
                        ],
                        default="sent",
                        max_length=10,
                        verbose_name="état",
                    ),
                ),
                ("created_at", models.DateTimeField(default=foundation.clock.now, editable=False)),
                ("sent_at", models.DateTimeField(default=foundation.clock.now, verbose_name="envoyée le")),
                ("expires_at", models.DateTimeField(verbose_name="expire le")),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "invited_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="invitations",
                        to="partners.organisation",
                        verbose_name="partenaire",
                    ),
                ),
            ],
            options={
                "verbose_name": "invitation",
                "verbose_name_plural": "invitations",
                "indexes": [models.Index(fields=["stage", "expires_at"], name="partners_invitation_due")],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("organisation"),
                        django.db.models.functions.text.Lower("email"),
                        condition=models.Q(("stage", "sent")),
                        name="one_waiting_invitation_per_address",
                        violation_error_message="Cette adresse est déjà invitée.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="JoinRequest",
            fields=[
                key(),
                public_id(),
                (
                    "stage",
                    models.CharField(
                        choices=[
                            ("asked", "en attente"),
                            ("accepted", "acceptée"),
                            ("declined", "déclinée"),
                            ("withdrawn", "retirée"),
                            ("expired", "sans réponse"),
                        ],
                        default="asked",
                        max_length=10,
                        verbose_name="état",
                    ),
                ),
                (
                    "asked_at",
                    models.DateTimeField(
                        default=foundation.clock.now, editable=False, verbose_name="demandée le"
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="join_requests",
                        to="partners.organisation",
                        verbose_name="partenaire",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="join_requests",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="personne",
                    ),
                ),
            ],
            options={
                "verbose_name": "demande d’entrée",
                "verbose_name_plural": "demandes d’entrée",
                "indexes": [models.Index(fields=["stage", "asked_at"], name="partners_join_request_due")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organisation", "user"),
                        condition=models.Q(("stage", "asked")),
                        name="one_waiting_join_request",
                        violation_error_message="Votre demande attend déjà une réponse.",
                    )
                ],
            },
        ),
    ]
