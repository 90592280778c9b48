"""Lets containers reach a port of the loopback, where the local stack listens and nothing else can.

The stack itself must not listen elsewhere: its root user has a password that everyone knows.
"""

import asyncio
import threading
from asyncio import StreamReader, StreamWriter
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from local import emulator
from local.containers.addresses import Addresses
from local.failure import Failure

_CHUNK = 1 << 16


@contextmanager
def relay(port: int, addresses: Addresses) -> Iterator[str]:
    """Pass connections on to a port of the loopback for the block; yield its URL for containers.

    The port is the same on both sides, so that a URL that is signed on one is good on the other.

    Raises:
        Failure: another program listens there.
    """
    url = f"http://{addresses.name}:{port}"
    if addresses.listening == "127.0.0.1":  # Docker Desktop reaches the loopback by itself
        yield url
        return
    loop = asyncio.new_event_loop()
    try:
        server = loop.run_until_complete(
            asyncio.start_server(_Passing(port), addresses.listening, port)
        )
    except OSError as error:
        loop.close()
        if emulator.is_ready(addresses.listening, port):  # through the relay of another command
            yield url
            return
        raise Failure(f"Containers cannot reach port {port} of this machine: {error}") from error
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield url
    finally:
        asyncio.run_coroutine_threadsafe(_end(server), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _end(server: asyncio.Server) -> None:
    server.close()
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)


class _Passing:
    """Connects each client with a port of the loopback."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._tasks: set[asyncio.Task[None]] = set()

    def __call__(self, reader: StreamReader, writer: StreamWriter) -> None:
        # Kept here: the loop itself keeps weak references alone.
        task = asyncio.get_running_loop().create_task(self._connect(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _connect(self, reader: StreamReader, writer: StreamWriter) -> None:
        try:
            to_read, to_write = await asyncio.open_connection("127.0.0.1", self._port)
        except OSError:
            writer.close()  # as a refused connection looks to the client
            return
        try:
            await asyncio.gather(_copy(reader, to_write), _copy(to_read, writer))
        finally:
            to_write.close()
            writer.close()


async def _copy(reader: StreamReader, writer: StreamWriter) -> None:
    with suppress(ConnectionError):
        while content := await reader.read(_CHUNK):
            writer.write(content)
            await writer.drain()
        writer.write_eof()
