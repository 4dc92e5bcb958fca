"""The stack that whole stories run on: separate processes, ready when they say so, gone when they are stopped."""

import httpx
import psutil
import pytest

from tests.fixtures.servers import Stack

# The walks of every run stand on such a stack, too.
pytestmark = pytest.mark.thorough


def test_the_stack_serves_a_prepared_demonstration(live_server: Stack) -> None:
    assert httpx.get(f"{live_server.url}/").status_code == httpx.codes.OK
    assert set(live_server.running) == {"serve", "worker", "relay"}


def test_a_process_of_the_stack_can_be_replaced(live_server: Stack) -> None:
    first = live_server.running["relay"]
    live_server.stop("relay")
    assert not psutil.pid_exists(first.pid)
    second = live_server.start("relay")
    assert second.pid != first.pid
    assert second.poll() is None
