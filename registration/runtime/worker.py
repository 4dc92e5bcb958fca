"""The Celery application. Celery is a doorbell, not a ledger: a ring says that there is work, and may be lost."""

from typing import Any

from celery import Celery
from celery.signals import worker_process_init

from registration import database, logs, outbox
from registration.settings import settings

# Twice what a process has that has printed everything.
MOST_KILOBYTES = 800_000


def make_celery() -> Celery:
    """Late acknowledgement, one message at a time, short visibility: a killed worker's share is back within minutes."""
    # The tasks are imported before the worker forks: a child that replaces a killed one works at once.
    app = Celery("heyi", broker=settings().broker_url, include=["registration.tasks"])
    longest = settings().task_seconds
    app.conf.update(
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        worker_prefetch_multiplier=1,
        task_ignore_result=True,
        task_soft_time_limit=max(longest - 30, longest // 2),
        task_time_limit=longest,
        # A new process must load fonts and compile its documents again, so one is replaced for its size, not its age.
        worker_max_memory_per_child=MOST_KILOBYTES,
        accept_content=["json"],
        task_serializer="json",
        timezone="UTC",
        enable_utc=True,
        task_publish_retry=False,
        broker_connection_retry_on_startup=True,
        worker_hijack_root_logger=False,
        task_default_queue=outbox.NOTIFY,
        task_create_missing_queues=True,
        broker_transport_options={
            "visibility_timeout": longest * 2,
            "unacked_restore_interval": 5,
            "unacked_restore_throttle": 1,
            "socket_timeout": 5,
            "socket_connect_timeout": 2,
            "health_check_interval": 10,
        },
    )
    return app


celery_app = make_celery()


@worker_process_init.connect  # type: ignore[untyped-decorator]  # Celery has no types
def _connect_after_fork(**_: Any) -> None:
    logs.configure()
    database.configure(settings())
    if _prints():
        from registration.tasks.renderer import warm_up

        warm_up()


def _prints() -> bool:
    """Whether this worker takes from the queue on which licences wait; one for mail needs no fonts in its memory."""
    return outbox.ISSUE in celery_app.amqp.queues.consume_from


@celery_app.task(name="heyi.handle", bind=True)  # type: ignore[untyped-decorator]  # Celery has no types
def handle(task: Any, *_: object) -> None:
    """Works on the next message of the queue that was rung. What an older relay sends along is not looked at."""
    from registration.tasks import work_on_next

    work_on_next(str(task.request.delivery_info["routing_key"]))
