"""The Celery application. Celery is a doorbell, not a ledger: it carries message ids and may lose all of them."""

from typing import Any

from celery import Celery
from celery.signals import worker_process_init

from registration import db, logs
from registration.settings import settings


def make_celery() -> Celery:
    """Late acknowledgement, one message at a time, short visibility: a killed worker's share is back within minutes."""
    # The tasks are imported before the worker forks: a child that replaces a killed one works at once.
    app = Celery("heyi", broker=settings().broker_url, include=["registration.tasks"])
    lease = settings().lease_seconds
    app.conf.update(
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        worker_prefetch_multiplier=1,
        task_ignore_result=True,
        task_soft_time_limit=max(lease - 30, lease // 2),
        task_time_limit=lease,
        worker_max_tasks_per_child=500,
        accept_content=["json"],
        task_serializer="json",
        timezone="UTC",
        enable_utc=True,
        task_publish_retry=False,
        broker_connection_retry_on_startup=True,
        worker_hijack_root_logger=False,
        task_default_queue="notify",
        task_create_missing_queues=True,
        broker_transport_options={
            "visibility_timeout": lease * 2,
            "unacked_restore_interval": 5,
            "unacked_restore_throttle": 1,
            "socket_timeout": 5,
            "socket_connect_timeout": 2,
            "health_check_interval": 10,
        },
    )
    return app


celery_app = make_celery()


def queue_of(effect: str) -> str:
    """What is printed waits apart from mail, so that a burst of the one never holds up the other."""
    return "issue" if effect.startswith(("issue.", "paper.", "letterhead.")) else "notify"


@worker_process_init.connect
def _connect_after_fork(**_: Any) -> None:
    logs.configure()
    db.configure(settings())
    if _prints():
        from registration.tasks.press import warm_up

        warm_up()


def _prints() -> bool:
    """Whether this worker takes from the queue on which licences wait; one for mail needs no fonts in its memory."""
    return "issue" in celery_app.amqp.queues.consume_from


@celery_app.task(name="heyi.handle")
def handle(message_id: int) -> None:
    """Works on one message of the outbox. Its effect names the function that does the work."""
    from registration.tasks import work_on

    work_on(message_id)
