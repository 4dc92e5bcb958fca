"""A real worker in which one kind of work kills its process, as a renderer that runs out of memory would."""

import os
import signal

from registration import tasks
from registration.outbox import Work
from registration.runtime.worker import celery_app


def die(work: Work) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    tasks.TASKS["share.registration"] = die
    celery_app.worker_main(
        [*("--quiet", "worker", "--loglevel", "warning", "--concurrency", "1", "--queues", "issue,notify")]
    )
