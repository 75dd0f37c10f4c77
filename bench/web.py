"""Verdicts over HTTP beside a handler that returns a constant, and five thousand flows painted by a browser.

Both servers are uvicorn in a process of their own, asked in turns by this one over connections that stay open; what counts is the
processor time of the server, so that a busy machine is everybody's. `--minutes 10` asks for so long instead, other legs in each
part of the time, and tells the slowest hundredth and the memory as it goes by. The last line is JSON: {"bench", "figures", "goal", "met"}.
"""

import argparse
import json
import os
import random
import shutil
import socket
import statistics
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

CONNECTIONS = 8
REQUESTS = 500
"""Of each connection in a round."""
ROUNDS = 6
FLOWS = 5_000
GOAL = {"per_core_second": 2_000, "painted_ms": 1_000}
FLAT = {"times_p99": 1.5, "times_memory": 1.1}
"""What the last third of a long load may be of the second: the first fills what is remembered."""
SLICES = 30
PLACES = """
US CN IE GB BR SG DE FR JP KR IN AU CA MX ZA KE NG EG TR AE SA ID VN TH MY PH NZ CL AR CO PE ES IT NL PL SE NO FI CH AT
""".split()  # noqa: SIM905 -- words
PLAIN = """
import sys, uvicorn
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route
BODY = bytes(int(sys.argv[2]))
async def constant(request):
    await request.body()
    return Response(BODY, media_type="application/json")
uvicorn.run(Starlette(routes=[Route("/opinions", constant, methods=["POST"])]), host="127.0.0.1", port=int(sys.argv[1]), log_level="warning")
"""


def bodies(count=64, importers=1):
    """Legs that differ, so that nothing is answered from memory."""
    chance = random.Random(7)
    for _ in range(count):
        origin, destination = chance.sample(PLACES, 2)
        facts = {
            "origin": origin,
            "destination": destination,
            "on": f"2026-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}",
            "exporter.organised_in": [origin],
            "importer.organised_in": [destination, *chance.sample(PLACES, importers - 1)],
            "importer_role": chance.choice(("processor", "controller")),
            "event": chance.choice(("send", "view")),
        }
        yield json.dumps({"facts": facts}).encode()


class Line:
    """One connection that stays open."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.left = b""

    def ask(self, body):
        """Sends one question; how many bytes its answer has."""
        head = b"POST /opinions HTTP/1.1\r\nhost: localhost\r\naccept: application/json\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n"
        self.socket.sendall(head % len(body) + body)
        while b"\r\n\r\n" not in self.left:
            self.more()
        told, _, self.left = self.left.partition(b"\r\n\r\n")
        if b" 200 " not in told[:16]:
            raise SystemExit(told.decode())
        size = next(int(line[15:]) for line in told.lower().split(b"\r\n") if line.startswith(b"content-length:"))
        while len(self.left) < size:
            self.more()
        self.left = self.left[size:]
        return size

    def more(self):
        """What comes next."""
        if not (piece := self.socket.recv(65_536)):
            raise SystemExit("a server closed a connection")
        self.left += piece


class Server:
    """A server in a process of its own, and what it took."""

    def __init__(self, command, port):
        self.process, self.port, self.took, self.asked, self.times = subprocess.Popen(command), port, 0.0, 0, []
        while True:
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                break
            except OSError:
                if self.process.poll() is not None:
                    raise SystemExit("a server did not start") from None
                time.sleep(0.05)
        self.first = self.memory()

    def round(self, asked):
        """Asks over several connections at once: new ones, for a server closes what was idle while another was asked."""
        before, lines = self.cpu(), [Line(self.port) for _ in range(CONNECTIONS)]
        with ThreadPoolExecutor(CONNECTIONS) as pool:
            for times in pool.map(lambda line: _timed(line, asked), lines):
                self.times += times
        for line in lines:
            line.socket.close()
        self.took, self.asked = self.took + self.cpu() - before, self.asked + CONNECTIONS * REQUESTS

    def cpu(self):
        """Processor seconds so far."""
        told = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK")

    def memory(self):
        """Resident megabytes."""
        return int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6

    def figures(self):
        """What it took, a question."""
        at = sorted(self.times)
        return {
            "per_core_second": round(self.asked / self.took),
            "p50_ms": round(statistics.median(at) * 1e3, 2),
            "p99_ms": round(at[int(len(at) * 0.99)] * 1e3, 2),
            "mb_at_first": round(self.first, 1),
            "mb_at_last": round(self.memory(), 1),
        }


def _timed(line, asked):
    times = []
    for number in range(REQUESTS):
        start = time.perf_counter()
        line.ask(asked[number % len(asked)])
        times.append(time.perf_counter() - start)
    return times


def free():
    """A port that nobody has."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def served(port, *more):
    """The command that serves pages."""
    return [sys.executable, "-c", "import sys; from comity.cli.main import main; sys.exit(main())", "serve", *more, "--listen", f"127.0.0.1:{port}"]


def painted(folder):
    """Milliseconds until a browser has painted five thousand flows, and until all of the page is there: medians of five; how long the first answer took."""
    from playwright.sync_api import sync_playwright

    chance, world = random.Random(7), folder / "world.yaml"
    ends = (chance.sample(PLACES, 2) for _ in range(FLOWS))
    world.write_text("world: many\nmovements:\n" + "".join(f"  t{i}: {{origin: {a}, destination: {b}}}\n" for i, (a, b) in enumerate(ends)), encoding="utf-8")
    port = free()
    start = time.perf_counter()
    process = subprocess.Popen(served(port, str(world)), stdout=subprocess.DEVNULL)
    try:
        while True:
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                break
            except OSError:
                time.sleep(0.1)
        first = time.perf_counter() - start
        with sync_playwright() as running:
            browser = running.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
            page, times = browser.new_page(), []
            for _ in range(6):
                page.goto(f"http://127.0.0.1:{port}/", wait_until="load")
                while not page.evaluate("performance.getEntriesByName('first-contentful-paint').length"):
                    pass
                told = "[performance.getEntriesByName('first-contentful-paint')[0].startTime, performance.getEntriesByType('navigation')[0].loadEventStart]"
                times.append(page.evaluate(told))
            arcs = page.locator("svg a").count()
            browser.close()
    finally:
        process.terminate()
        process.wait()
    paints, loads = zip(*times[1:], strict=True)
    return {"painted_ms": round(statistics.median(paints)), "loaded_ms": round(statistics.median(loads)), "ready_s": round(first, 1), "arcs": arcs}


def load(minutes):
    """Asks one server for so long; p99 and memory of each slice of the time, and how the last third compares with the second."""
    port = free()
    server, slices = Server(served(port), port), []
    asked = list(bodies(20_000, 3))
    try:
        until = time.perf_counter() + minutes * 60
        while (now := time.perf_counter()) < until:
            server.times, turn = [], random.Random(len(slices)).sample(asked, REQUESTS)
            while time.perf_counter() < min(until, now + minutes * 60 / SLICES):
                server.round(turn)
            at = sorted(server.times)
            slices.append({"asked": len(at), "p99_ms": round(at[int(len(at) * 0.99)] * 1e3, 2), "mb": round(server.memory(), 1)})
            print(f"{(time.perf_counter() - until) / 60 + minutes:5.1f} min {slices[-1]}", flush=True)
    finally:
        server.process.terminate()
        server.process.wait()
    third = len(slices) // 3
    second, last = slices[third : 2 * third], slices[2 * third :]
    told = {"minutes": minutes, "asked": sum(one["asked"] for one in slices), "mb_at_first": round(server.first, 1), "slices": slices}
    for name, key in (("times_p99", "p99_ms"), ("times_memory", "mb")):
        told[name] = round(statistics.median(one[key] for one in last) / statistics.median(one[key] for one in second), 2)
    met = all(told[name] <= most for name, most in FLAT.items())
    print(json.dumps({"bench": "web load", "figures": told, "goal": FLAT, "met": met}))
    return 0 if met else 1


def main():
    """Asks both servers in turns, then looks at many flows; or asks one for long."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, help="ask for so many minutes, and tell how p99 and memory go")
    if minutes := parser.parse_args().minutes:
        return load(minutes)
    asked = list(bodies())
    port, other = free(), free()
    ours = Server(served(port), port)
    size = Line(port).ask(asked[0])
    plain = Server([sys.executable, "-c", PLAIN, str(other), str(size)], other)
    try:
        for _ in range(ROUNDS):
            for one in (ours, plain):
                one.round(asked)
        figures = {"opinions": ours.figures(), "a constant": plain.figures()}
    finally:
        for one in (ours, plain):
            one.process.terminate()
            one.process.wait()
    figures["times the constant"] = round(ours.took / plain.took, 2)
    with TemporaryDirectory() as folder:
        figures["flows"] = painted(Path(folder))
    met = figures["opinions"]["per_core_second"] >= GOAL["per_core_second"] and figures["flows"]["painted_ms"] <= GOAL["painted_ms"]
    print(json.dumps({"bench": "web", "figures": figures, "goal": GOAL, "met": met}))
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
