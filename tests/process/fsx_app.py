"""A Celery application with nothing but the file broker, run as a real worker by test_transport.py."""

import os
import time
from pathlib import Path

from celery import Celery

from enact_portal import transport  # noqa: F401  registers the fsx:// scheme

FOLDER = Path(os.environ["FSX_FOLDER"])
app = Celery("fsx_app", broker="fsx://localhost", set_as_current=False, fixups=[])
app.conf.update(
    broker_transport_options={"data_folder": str(FOLDER / "queue")},
    broker_connection_retry_on_startup=True,
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    task_ignore_result=True,
    worker_lost_wait=1,
    worker_prefetch_multiplier=1,
)


@app.task(name="work")
def work(name: str, seconds: float = 0):
    """Leave a trace of each start and of each end."""
    with (FOLDER / "started").open("a") as file:
        file.write(f"{name} {os.getpid()}\n")
    time.sleep(seconds)
    with (FOLDER / "done").open("a") as file:
        file.write(f"{name}\n")
