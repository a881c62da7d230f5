from django.apps import AppConfig


class OperationsConfig(AppConfig):
    name = "operations"

    def ready(self):
        from operations import health
        from operations.backup import schedule  # noqa: F401
        from triage.workbench import trouble

        trouble.BESIDES.append(health.told)
