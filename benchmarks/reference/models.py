import uuid

from django.db import models


class Case(models.Model):
    ref = models.UUIDField(default=uuid.uuid4, unique=True)
    token = models.UUIDField(default=uuid.uuid4, unique=True)  # the form's: sent twice is stored once
    company = models.CharField(max_length=200)
    email = models.EmailField()
    title = models.CharField(max_length=200)
    body = models.TextField()
    state = models.CharField(max_length=20, default="new")
    score = models.IntegerField(default=0)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        app_label = "reference"
        indexes = [
            models.Index(fields=["state", "-created"], name="case_state_created"),
            models.Index(fields=["-created"], name="case_created"),
        ]

    def __str__(self):
        return self.title


class Outbox(models.Model):
    case = models.ForeignKey(Case, on_delete=models.CASCADE)
    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=80, unique=True)
    payload = models.JSONField(default=dict)
    created = models.DateTimeField(auto_now_add=True)
    done = models.DateTimeField(null=True)

    class Meta:
        app_label = "reference"
        indexes = [models.Index(fields=["created"], condition=models.Q(done=None), name="outbox_todo")]

    def __str__(self):
        return self.key
