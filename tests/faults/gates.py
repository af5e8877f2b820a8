"""Proxies on loopback that cut: what comes through a gate waits while it is held, in one direction or both, as in a
network that has lost its way, and goes on when it is let go. Works without any rights of the machine's."""
import asyncio
import threading

CHUNK = 65536
TOWARDS, BACK = "towards", "back"


class Gate:
    """One port that leads to another. Its loop's thread touches it, but for hold and release."""

    def __init__(self, gates, port, target):
        self.gates, self.port, self.target = gates, port, target
        self.open = {TOWARDS: asyncio.Event(), BACK: asyncio.Event()}
        for way in self.open.values():
            way.set()
        self.connections = set()

    async def listen(self):
        self.server = await asyncio.start_server(self.connected, "127.0.0.1", self.port)

    async def connected(self, reader, writer):
        self.connections.add(asyncio.current_task())
        try:
            # A connection that is asked for while nothing gets through is not made before.
            await self.open[TOWARDS].wait()
            there, here = await asyncio.open_connection("127.0.0.1", self.target)
            try:
                await asyncio.gather(self.pump(reader, here, TOWARDS), self.pump(there, writer, BACK))
            finally:
                here.close()
        except OSError:
            pass
        finally:
            writer.close()
            self.connections.discard(asyncio.current_task())

    async def pump(self, source, sink, way):
        try:
            while chunk := await source.read(CHUNK):
                await self.open[way].wait()
                sink.write(chunk)
                await sink.drain()
        finally:
            sink.close()

    def hold(self, *ways):
        self.gates.call(lambda: [self.open[way].clear() for way in ways or self.open])

    def release(self):
        self.gates.call(lambda: [way.set() for way in self.open.values()])


class Gates:
    """All gates, served by one thread."""

    def __init__(self):
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        self.gates = []

    def call(self, what):
        async def run():
            what()
        asyncio.run_coroutine_threadsafe(run(), self.loop).result()

    def add(self, port, target):
        async def make():
            gate = Gate(self, port, target)
            await gate.listen()
            return gate
        self.gates.append(asyncio.run_coroutine_threadsafe(make(), self.loop).result())
        return self.gates[-1]

    def close(self):
        async def end():
            tasks = [task for gate in self.gates for task in gate.connections]
            for gate in self.gates:
                gate.server.close()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        asyncio.run_coroutine_threadsafe(end(), self.loop).result()
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
