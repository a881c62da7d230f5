"""A TCP proxy on loopback in front of a real server, whose answers come late, or not at all."""

import asyncio
import threading
from contextlib import suppress

from tests.process.conftest import free_port


class Proxy:
    """`delay`: seconds after which an answer arrives; `silent`: none does; `asked`: how often something was sent."""

    def __init__(self, port: int):
        self.behind, self.port = port, free_port()
        self.delay, self.silent, self.asked = 0.0, False, 0
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._main()), daemon=True)

    def start(self) -> None:
        self._thread.start()
        assert self._ready.wait(10)

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join(10)

    async def _main(self) -> None:
        self._loop, self._over = asyncio.get_running_loop(), asyncio.Event()
        async with await asyncio.start_server(self._serve, "127.0.0.1", self.port):
            self._ready.set()
            await self._over.wait()

    async def _serve(self, reader, writer) -> None:
        from_server, to_server = await asyncio.open_connection("127.0.0.1", self.behind)
        try:
            with suppress(OSError):
                await asyncio.gather(
                    self._pass(reader, to_server, question=True),
                    self._pass(from_server, writer, question=False),
                )
        finally:
            to_server.close()
            writer.close()

    async def _pass(self, reader, writer, *, question: bool) -> None:
        due = 0.0  # in order, though the delay changes
        while data := await reader.read(65536):
            if question:
                self.asked += 1
                writer.write(data)
            elif not self.silent:
                due = max(due, self._loop.time() + self.delay)
                self._loop.call_at(due, writer.write, data)
        await asyncio.sleep(max(0.0, due - self._loop.time()))
        writer.close()
