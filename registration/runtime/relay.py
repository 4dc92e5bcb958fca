"""The relay: rings Celery as long as messages wait. The only process that talks to the broker first.

No request ever waits for the broker: a web page commits its message and is done, whether the broker lives or hangs. The
relay writes nothing: what waits stays in the table until a worker claims it, and each round rings only for what the
broker's queues lack. So rings never outnumber the messages that wait, and an emptied broker is filled again at once.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Protocol

import redis
import structlog
from kombu.exceptions import OperationalError
from redis.exceptions import LockError, RedisError

from registration import clock, logs, outbox
from registration.runtime import broker
from registration.runtime.stop_flag import StopFlag
from registration.runtime.worker import handle
from registration.settings import settings

# More rings would only wait: a worker takes one at a time, and the next round comes in a fifth of a second.
MOST_RINGS = 50
AWAY = (OperationalError, RedisError, OSError)
AWAY_SECONDS = 1.0

log = structlog.get_logger(__name__)


class Bells(Protocol):
    """The queues of the broker for a relay."""

    def fill(self, wanted: Mapping[str, int]) -> int:
        """Rings on each queue until it holds the wanted number of rings; returns how often it rang."""


class CeleryBells:
    """Celery's queues in Redis. Of several relays one looks and rings at a time, for the others would ring again."""

    def __init__(self, url: str) -> None:
        self._client: redis.Redis = broker.client(url)

    def fill(self, wanted: Mapping[str, int]) -> int:
        try:
            # A relay that dies here holds the others up for these two seconds.
            with self._client.lock("heyi:ringing", timeout=2, blocking=False):
                return sum(self._fill(queue, count) for queue, count in wanted.items())
        except LockError:
            return 0

    def _fill(self, queue: str, wanted: int) -> int:
        lacking = max(0, wanted - int(self._client.llen(queue)))
        for _ in range(lacking):
            handle.apply_async(queue=queue)
        return lacking


def run(stop: StopFlag, *, between: Callable[[], object] = lambda: None) -> None:
    """Rings until `stop` is set, and calls `between` in each round. Any number may run, on any number of machines."""
    logs.configure()
    bells = CeleryBells(settings().broker_url)
    while not stop.is_set():
        try:
            between()
            relay_once(now=clock.now(), bells=bells)
        except AWAY as error:
            log.warning("relay.broker_away", error=type(error).__name__)
            stop.wait(AWAY_SECONDS)
        except Exception:
            # The relay continues after a restart of the database; messages that it did not send still wait.
            log.exception("relay.round_lost")
            stop.wait(AWAY_SECONDS)
        stop.wait(settings().relay_seconds)


def relay_once(*, now: datetime, bells: Bells) -> int:
    """Rings for what waits and is not rung for; returns how often. Raises one of `AWAY` while the broker is away."""
    waiting = {queue: outbox.waiting(queue, now=now, most=MOST_RINGS) for queue in outbox.QUEUES}
    return bells.fill(waiting) if any(waiting.values()) else 0
