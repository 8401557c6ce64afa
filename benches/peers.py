#!/usr/bin/env python3
"""How fast iamspec is beside public tools, measured in one run against the same server: `python3 benches/peers.py`.

In: the binary of `cargo build --release` (or `IAMSPEC=…`), and oha, hurl, k6, curl where they are on the path. Out: a table
with the bounds that iamspec has to keep, each as a ratio to the peer beside it; `benches/peers.svg`; exit code 1 where a
bound is not kept. Never: compares figures of different runs.

All rounds are interleaved, a figure is the median of its rounds. Every client sends the requests that iamspec sends, as
heard by a server that writes them down. Where hyperfine is installed, it has a second opinion on the first row.
"""

import argparse
import json
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

import plot
from ear import Ear
from measure import ROOT, Cost, Reference, as_markdown, asked, binary, cost_of, found, installed, machine, without

# 20 refusals of one request each: without a source of captcha tokens they are asked for with an invented one.
SELECTED = ["ciam/sms-send/device/*", "ciam/sms-send/client-id/*", "ciam/sms-send/type/*"]
TRIALS = 20
ROUNDS = 100
MANY_ROUNDS = 10_000
NOT_OURS = {"host", "content-length", "connection", "accept-encoding", "transfer-encoding"}


class Bound:
    """What must hold: a figure of iamspec's is at most so much, which is so many times the peer's beside it."""

    def __init__(self, work, figure, most, unit, peer=None, times=None):
        self.work, self.figure, self.most, self.unit, self.peer, self.times = work, figure, most, unit, peer, times

    def row(self, costs):
        """The row of the table, and whether it is kept."""
        ours = self.value(costs["iamspec"])
        cells = [self.work, f"{self.shown(ours)}", self.others(costs)]
        peer = costs.get(self.peer)
        if peer is None:
            kept = ours <= self.most
            cells += [f"≤ {self.shown(self.most)}", "–"]
        else:
            ratio = ours / self.value(peer)
            kept = ratio <= self.times
            most = f"≤ {self.shown(self.most)}, " if self.most else ""
            cells += [f"{most}≤ {self.times:.2f} × {self.peer}", f"{ratio:.2f} ×"]
        return cells + ["yes" if kept else "**no**"], kept

    def value(self, cost):
        """In the unit of the bound."""
        return getattr(cost, self.figure) * (1000 if self.unit == "ms" else 1)

    def shown(self, value):
        """With its unit."""
        return f"{value:.0f} {self.unit}" if value >= 10 else f"{value:.1f} {self.unit}"

    def others(self, costs):
        """What the peers took."""
        others = [f"{name} {self.shown(self.value(cost))}" for name, cost in costs.items() if name != "iamspec"]
        return ", ".join(others) or "–"


def heard(iamspec, target, folder):
    """The requests of the trials as iamspec sends them; how many a run of all rounds sends, of trials and besides."""

    def listened(**how):
        with Ear() as ear:
            path = folder / "ear.toml"
            path.write_text(target.replace(url_of(target), ear.url))
            # Such answers conform to nothing.
            cost_of(run(iamspec, path, **how), expected=(1, 5))
            trials = [request for request in ear.heard if request["method"] == "POST"]
            return trials, len(ear.heard) - len(trials)

    trials, _ = listened(jobs=1)
    all_rounds, besides = listened(repeat=ROUNDS)
    if (len(trials), len(all_rounds)) != (TRIALS, TRIALS * ROUNDS):
        sent = f"{len(trials)} requests for {TRIALS} trials, {len(all_rounds)} in {ROUNDS} rounds"
        raise SystemExit(f"{sent}: the selection of this bench is out of date")
    for request in trials:
        request["headers"] = [(name, value) for name, value in request["headers"] if name.lower() not in NOT_OURS]
    return trials, besides


def url_of(target):
    """The address in a target file."""
    return next(line.split('"')[1] for line in target.splitlines() if line.startswith("url = "))


def run(iamspec, target, jobs=16, repeat=1, reports=None):
    """A run of the trials."""
    command = [iamspec, "run", "--target", target, "--no-reports", "--color", "never", "--jobs", jobs]
    command += ["--repeat", repeat] + [part for glob in SELECTED for part in ("--select", glob)]
    for name in ("json", "junit", "html") if reports else ():
        command += ["--report", f"{name}={reports / name}"]
    return command


def oha(tool, url, request, count, at_once):
    """The same request over and over, no answer looked at."""
    command = [tool, "--no-tui", "-n", count, "-c", at_once, "-m", request["method"], "-d", request["body"]]
    for name, value in request["headers"]:
        command += ["-H", f"{name}: {value}"]
    return command + [url + request["path"]]


def curl(tool, url, requests, folder):
    """The requests one after the other on one connection, no answer looked at."""
    blocks = []
    for number, request in enumerate(requests):
        (folder / f"body-{number}").write_text(request["body"])
        lines = [f'url = "{url}{request["path"]}"', f'data-binary = "@{folder}/body-{number}"', "silent"]
        lines += [f'header = "{name}: {value}"' if value else f'header = "{name};"' for name, value in request["headers"]]
        blocks.append("\n".join(lines))
    config = folder / "curl.conf"
    config.write_text("\nnext\n".join(blocks) + "\n")
    return [tool, "--config", config]


def hurl_file(url, requests, folder):
    """The requests with what their answers must say: status, code and message."""
    entries = []
    for request in requests:
        status, body = asked(url, request)
        headers = "\n".join(f"{name}: {value}" for name, value in request["headers"])
        says = "\n".join(f'jsonpath "$.{name}" == "{value}"' for name, value in body.items())
        entries.append(f"POST {url}{request['path']}\n{headers}\n{request['body']}\nHTTP {status}\n[Asserts]\n{says}\n")
    path = folder / "trials.hurl"
    path.write_text("\n".join(entries))
    return path


def hurl(tool, path, repeat=1, jobs=1, reports=None):
    """The trials by hurl."""
    command = [tool, "--test", "--no-output", "--repeat", repeat]
    command += ["--parallel", "--jobs", jobs] if jobs > 1 else ["--jobs", 1]
    for name in ("json", "html") if reports else ():
        command += [f"--report-{name}", reports / f"hurl-{name}"]
    return command + (["--report-junit", reports / "hurl.xml"] if reports else []) + [path]


def k6(tool, url, requests, folder, at_once, rounds):
    """The trials by k6, with the same checks as hurl's."""
    asks = []
    for request in requests:
        status, body = asked(url, request)
        asks.append({**request, "headers": dict(request["headers"]), "status": status, "said": body})
    path = folder / f"trials-{rounds}.js"
    path.write_text(
        "import http from 'k6/http';\nimport { check } from 'k6';\n"
        f"export const options = {{ vus: {at_once}, iterations: {len(asks) * rounds} }};\n"
        f"const asks = {json.dumps(asks)};\n"
        "export default function () {\n"
        "  const ask = asks[__ITER % asks.length];\n"
        f"  const got = http.request(ask.method, '{url}' + ask.path, ask.body, {{ headers: ask.headers }});\n"
        "  check(got, { status: (r) => r.status === ask.status, code: (r) => r.json().error_code === ask.said.error_code,\n"
        "    message: (r) => r.json().error_msg === ask.said.error_msg });\n}\n"
    )
    return [tool, "run", "--quiet", path]


class Work:
    """One row: the same work by each of several tools."""

    def __init__(self, name, commands, core=None, times=1):
        self.name, self.commands, self.core, self.times = name, commands, core, times
        self.costs = {tool: [] for tool in commands}

    def round(self, reference):
        """Every tool, one after the other."""
        reference.pin(self.core)
        for _ in range(self.times):
            for tool, command in self.commands.items():
                self.costs[tool].append(cost_of(command, core=self.core))

    def medians(self):
        """The median cost of each tool."""
        return {tool: Cost.median(costs) for tool, costs in self.costs.items()}


def works(iamspec, reference, target, requests, folder):
    """The rows that are measured in rounds."""
    tools = {name: found(name) for name in ("oha", "hurl", "k6", "curl")}
    tools = {name: path for name, path in tools.items() if path}
    few, many, told = {"iamspec": run(iamspec, target, jobs=1)}, {}, {}
    many["iamspec"] = run(iamspec, target, repeat=ROUNDS)
    told["iamspec"] = run(iamspec, target, repeat=ROUNDS, reports=folder)
    if "hurl" in tools:
        path = hurl_file(reference.url, requests, folder)
        few["hurl"] = hurl(tools["hurl"], path)
        many["hurl"] = hurl(tools["hurl"], path, ROUNDS, 16)
        told["hurl"] = hurl(tools["hurl"], path, ROUNDS, 16, folder)
    if "k6" in tools:
        few["k6"] = k6(tools["k6"], reference.url, requests, folder, 1, 1)
        many["k6"] = k6(tools["k6"], reference.url, requests, folder, 16, ROUNDS)
    if "curl" in tools:
        few["curl"] = curl(tools["curl"], reference.url, requests, folder)
    if "oha" in tools:
        many["oha"] = oha(tools["oha"], reference.url, requests[0], TRIALS * ROUNDS, 16)
        told["oha"] = many["oha"]
    # Sequential on two cores, a client mostly measures how long the other core takes to wake up.
    return [
        Work("20 trials, whole process", few, core=0, times=5),
        Work("2 000 trials, 16 at once, no reports", many),
        Work("2 000 trials with json, junit and html", told),
    ]


def bounds(few, many, told):
    """The bounds: what the best of the peers was when they were set, in the figures of this run."""
    return [
        (few, Bound("20 trials, whole process, one core", "wall", 12, "ms", "curl", 12 / 11)),
        (few, Bound("the same, beside hurl", "wall", 12, "ms", "hurl", 12 / 20)),
        (many, Bound("2 000 trials, 16 at once, all checks, no reports", "wall", 90, "ms", "oha", 90 / 37)),
        (many, Bound("the same, processor time", "cpu", None, "ms", "oha", 2.5)),
        (told, Bound("2 000 trials with json, junit and html", "wall", 250, "ms", "oha", 250 / 37)),
        (many, Bound("peak memory at 2 000 trials", "memory", 30, "MiB")),
    ]


def second_opinion(hyperfine, work, reference, folder):
    """The medians of a row as hyperfine has them, each command by itself and not in rounds."""
    told = folder / "hyperfine.json"
    quoted = [shlex.join(str(part) for part in command) for command in work.commands.values()]
    command = ["taskset", "-c", work.core, hyperfine, "-N", "--warmup", 10, "--runs", 100, "--export-json", told, *quoted]
    reference.pin(work.core)
    subprocess.run([str(part) for part in command], capture_output=True, check=True, timeout=180)
    medians = [result["median"] for result in json.loads(told.read_text())["results"]]
    shown = [f"{tool} {median * 1000:.1f} ms" for tool, median in zip(work.commands, medians)]
    return f"{work.name}, by hyperfine: {', '.join(shown)}"


def long_runs(iamspec, reference, target, requests):
    """What is measured once: memory at 200 000 trials, and the kill matrix."""
    reference.pin(None)
    many = {"iamspec": cost_of(run(iamspec, target, jobs=64, repeat=MANY_ROUNDS))}
    if found("oha"):
        many["oha"] = cost_of(oha(found("oha"), reference.url, requests[0], TRIALS * MANY_ROUNDS, 64))
    selftest = {"iamspec": cost_of([iamspec, "selftest"])}
    return [
        (many, Bound("peak memory at 200 000 trials, 64 at once", "memory", 60, "MiB")),
        (selftest, Bound("`selftest`, the whole kill matrix", "wall", 20, "s")),
    ], many


def picture(measured, path):
    """The plot."""
    groups = []
    for name, bound, costs in measured:
        rows = [(tool, cost.wall * 1000, "a" if tool == "iamspec" else "b") for tool, cost in costs.items()]
        groups.append((name, bound, rows))
    path.write_text(plot.bars("wall clock, medians; red: the bound", "ms", groups))
    print(f"\n{path.relative_to(ROOT)} is written")


def main():
    """Measures, prints, draws."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--rounds", type=int, default=7, help="interleaved rounds (default: 7)")
    options.add_argument("--quick", action="store_true", help="without the 200 000 trials and the kill matrix")
    options = options.parse_args()
    where = machine()
    with tempfile.TemporaryDirectory() as folder, Reference(binary(), "ciam", folder) as reference:
        folder = Path(folder)
        iamspec = installed(binary(), folder)
        target = folder / "target.toml"
        target.write_text(without(reference.target, "captcha"))
        requests, besides = heard(iamspec, target.read_text(), folder)
        rows = works(iamspec, reference, target, requests, folder)
        for _ in range(options.rounds):
            for work in rows:
                work.round(reference)
        medians = [work.medians() for work in rows]
        hyperfine = found("hyperfine")
        opinion = second_opinion(hyperfine, rows[0], reference, folder) if hyperfine and found("taskset") else None
        judged = bounds(*medians)
        if not options.quick:
            more, many = long_runs(iamspec, reference, target, requests)
            judged += more
    judged = [(costs, bound) for costs, bound in judged if bound.most or bound.peer in costs]
    judged = [(costs, bound) for costs, bound in judged if not (bound.peer == "hurl" and "hurl" not in costs)]
    table = [bound.row(costs) for costs, bound in judged]
    print(f"{where}; {options.rounds} interleaved rounds, medians")
    print(
        f"requests: {TRIALS}, {TRIALS * ROUNDS:,} and {TRIALS * MANY_ROUNDS:,} by every tool; iamspec sends {besides} more a run "
        "to see whether the deployment is there and keeps connections\n"
    )
    print(as_markdown(["work", "iamspec", "beside it", "bound", "ratio", "kept"], [cells for cells, _ in table]))
    if opinion:
        print(f"\n{opinion}")
    walls = [rows[0].name, rows[1].name, rows[2].name]
    picture(list(zip(walls, (12, 90, 250), medians)), ROOT / "benches" / "peers.svg")
    if not options.quick:
        rates = ", ".join(f"{tool} {TRIALS * MANY_ROUNDS / cost.wall:,.0f}/s" for tool, cost in many.items())
        print(f"200 000 trials, 64 at once: {rates}")
    return 0 if all(kept for _, kept in table) else 1


if __name__ == "__main__":
    sys.exit(main())
