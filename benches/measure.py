"""What the benches share: a reference deployment to ask, and the cost of a process.

In: commands. Out: wall clock, processor time and peak memory of each. Never: counts its own cost as theirs.
"""

import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# A small process between us and the one that is measured: a process inherits the peak memory of the one that it was
# forked from, and this one is small. What it takes itself is the floor of what can be told apart.
BETWEEN = """
import os, sys, time
core = sys.argv[1]
if core != "any":
    os.sched_setaffinity(0, {int(core)})
nothing = os.open(os.devnull, os.O_RDWR)
began = time.monotonic()
child = os.fork()
if child == 0:
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)
    os.execvp(sys.argv[2], sys.argv[2:])
_, status, used = os.wait4(child, 0)
took = time.monotonic() - began
print(took, used.ru_utime + used.ru_stime, used.ru_maxrss, os.waitstatus_to_exitcode(status))
"""


class Cost:
    """What one process took: seconds, seconds of processor time, MiB."""

    def __init__(self, wall, cpu, memory):
        self.wall, self.cpu, self.memory = wall, cpu, memory

    @staticmethod
    def median(costs):
        """The median of each figure."""
        middle = lambda figure: statistics.median(getattr(cost, figure) for cost in costs)
        return Cost(middle("wall"), middle("cpu"), middle("memory"))


def cost_of(command, expected=(0,), core=None):
    """Runs a command to its end, on one core where `core` names it; refuses an exit code that is not expected."""
    between = [sys.executable, "-I", "-S", "-c", BETWEEN, "any" if core is None else str(core)]
    done = subprocess.run(between + [str(part) for part in command], capture_output=True, text=True, timeout=180)
    try:
        wall, cpu, memory, code = done.stdout.split()
    except ValueError:
        raise SystemExit(f"{command[0]} could not be measured: {done.stderr}") from None
    if int(code) not in expected:
        raise SystemExit(f"exit code {code} of {' '.join(map(str, command))}\n{done.stderr}")
    return Cost(float(wall), float(cpu), int(memory) / 1024)


class Reference:
    """`iamspec serve`, on a free port, for as long as a `with` lasts; `core` may be changed meanwhile."""

    def __init__(self, iamspec, product, folder):
        self.command = [str(iamspec), "serve", "--product", product]
        self.file = Path(folder) / f"reference-{product}.toml"

    def __enter__(self):
        with open(self.file, "w") as file:
            self.process = subprocess.Popen(self.command, stdout=file, stderr=subprocess.PIPE, text=True)
        # It says where it serves once the target file is out.
        said = self.process.stderr.readline()
        found = re.search(r"http://127\.0\.0\.1:\d+", said)
        if not found:
            raise SystemExit(f"`iamspec serve` did not start: {said}")
        self.url = found.group()
        self.target = self.file.read_text()
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()

    def pin(self, core):
        """Keeps it on one core; on all where `core` is None."""
        cores = set(range(os.cpu_count())) if core is None else {core}
        for thread in os.listdir(f"/proc/{self.process.pid}/task"):
            os.sched_setaffinity(int(thread), cores)


def without(target, table):
    """A target file without one of its tables."""
    return re.sub(rf"(?ms)^\[{table}\].*?(?=^\[|\Z)", "", target)


def binary():
    """The binary to measure: `$IAMSPEC`, or that of an optimised build."""
    path = Path(os.environ.get("IAMSPEC", ROOT / "target" / "release" / "iamspec")).resolve()
    if not path.exists():
        raise SystemExit(f"{path} is not there: `cargo build --release` first, or name one with `IAMSPEC=…`")
    return path


def installed(path, folder):
    """A copy, as an installation makes it and as the peers are: what a linker wrote lies in the page cache in single pages."""
    return Path(shutil.copy(path, Path(folder) / "iamspec"))


def found(tool):
    """The path of a public tool, if it is installed."""
    for folder in os.environ["PATH"].split(os.pathsep):
        path = Path(folder) / tool
        if path.is_file() and os.access(path, os.X_OK):
            return path
    return None


def machine():
    """One line on where this was measured."""
    model = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), "?")
    load = os.getloadavg()[0]
    when = time.strftime("%Y-%m-%d", time.gmtime())
    return f"{os.cpu_count()} cores, {model}, load {load:.1f} at the start, {when}"


def as_markdown(heading, rows):
    """A table."""
    lines = [heading, ["---"] * len(heading), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)


def asked(url, request):
    """The status and JSON body of the answer to a request, asked for once."""
    import http.client

    connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=10)
    connection.request(request["method"], request["path"], request["body"], dict(request["headers"]))
    answer = connection.getresponse()
    return answer.status, json.loads(answer.read())
