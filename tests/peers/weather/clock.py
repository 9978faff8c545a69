"""An event loop whose timers jump: when nothing is left to do, the clock moves on to the next timer at once.

`time.time` and `time.monotonic` follow it, so that cool-downs and caches of libraries age with it. What libraries hand
to the loop's executor is done at once and in place: with threads the clock would run ahead of them, and no two runs
would be the same.
Not here: sockets. Nothing in these runs may wait for the network.
"""

import asyncio
import contextlib
import selectors
import time

# The provider opens at a midnight in Los Angeles: 5 January 2026.
OPENS = 1_767_600_000.0


class _Selector(selectors.DefaultSelector):
    now = 0.0

    def select(self, timeout=None):
        events = super().select(0)
        if events or (timeout is not None and timeout <= 0):
            return events
        if timeout is None:
            raise RuntimeError('everyone waits and nobody is left to wait for')
        self.now += timeout
        return []


class WarpedLoop(asyncio.SelectorEventLoop):
    """The loop. `time()` is in seconds since the provider opened."""

    def __init__(self):
        self.clock = _Selector()
        super().__init__(self.clock)

    def time(self):
        return self.clock.now

    def run_in_executor(self, executor, func, *args):
        future = self.create_future()
        try:
            future.set_result(func(*args))
        except Exception as error:
            future.set_exception(error)
        return future


@contextlib.contextmanager
def warped():
    """A loop for one day, and the process's clocks bound to it."""
    loop, real = WarpedLoop(), (time.time, time.monotonic)
    time.time, time.monotonic = lambda: OPENS + loop.time(), loop.time
    asyncio.set_event_loop(loop)
    try:
        yield loop
    finally:
        time.time, time.monotonic = real
        asyncio.set_event_loop(None)
        loop.close()
