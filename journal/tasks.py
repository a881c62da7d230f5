"""Celery tasks: ids in, delegate."""

from celery import shared_task

from journal import clockwork, jobs


@shared_task(name="journal.run")
def run(*job_ids: int) -> None:
    for job_id in job_ids:
        jobs.execute(job_id)


@shared_task(name="journal.sweep")
def sweep() -> None:
    jobs.sweep()
    clockwork.beat()


@shared_task(name="journal.tick")
def tick() -> None:
    clockwork.tick()
