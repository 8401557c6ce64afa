#!/usr/bin/env python3
"""What a fleet costs, over tenants and over trials: `python3 benches/fleet.py`.

In: the binary of `cargo build --release` (or `IAMSPEC=…`). Out: a table; `benches/fleet.svg`. Never: has the tenants share
anything within iamspec: each has a target file, connections, a pace and budgets of its own. What answers them is one
reference deployment on loopback, so that its cost does not hide theirs.
"""

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

import plot
from measure import ROOT, Cost, Reference, as_markdown, binary, cost_of, machine, without

# Refusals of one request each, as in `peers.py`: 20 trials, 4 of them of the client id.
FEW = ["ciam/sms-send/client-id/*"]
MORE = ["ciam/sms-send/device/*", "ciam/sms-send/client-id/*", "ciam/sms-send/type/*"]


class Point:
    """So many tenants, each with so many trials."""

    def __init__(self, tenants, select, trials, repeat=1, reports=True):
        self.tenants, self.select, self.repeat, self.reports = tenants, select, repeat, reports
        self.trials = trials * repeat
        self.costs = []

    def measure(self, iamspec, targets, folder):
        """Once."""
        reports = folder / "reports"
        command = [iamspec, "run", "--targets", targets, "--color", "never", "--repeat", self.repeat]
        command += ["--reports", reports] if self.reports else ["--no-reports"]
        self.costs.append(cost_of(command + [part for glob in self.select for part in ("--select", glob)]))
        if self.reports:
            kept = sum(1 for path in reports.iterdir() if path.is_dir())
            if kept != self.tenants:
                raise SystemExit(f"{kept} tenants of {self.tenants} have a record")
            shutil.rmtree(reports)

    def cost(self):
        """The median of what was measured."""
        return Cost.median(self.costs)

    def row(self):
        """The row of the table."""
        cost, all_trials = self.cost(), self.tenants * self.trials
        each = cost.cpu * 1000 / self.tenants
        kept = "yes" if self.reports else "no"
        return [
            f"{self.tenants:,}", f"{self.trials:,}", kept, f"{cost.wall:.2f} s", f"{cost.cpu:.2f} s", f"{each:.2f} ms",
            f"{all_trials / cost.wall:,.0f}/s", f"{cost.memory:.0f} MiB",
        ]  # fmt: skip


def target_files(folder, text, count):
    """A folder with so many tenants."""
    targets = folder / f"tenants-{count}"
    targets.mkdir()
    name = next(line for line in text.splitlines() if line.startswith("name = "))
    for number in range(count):
        (targets / f"{number:05}.toml").write_text(text.replace(name, f'name = "tenant {number:05}"'))
    return targets


def picture(by_tenants, bare, by_trials, path):
    """The plot."""
    over = lambda points, x, figure: [(getattr(point, x), getattr(point.cost(), figure)) for point in points]
    panels = [
        ("seconds, 4 trials a tenant", "tenants", [
            ("wall clock, with reports", over(by_tenants, "tenants", "wall"), "a"),
            ("processor time, with reports", over(by_tenants, "tenants", "cpu"), "a dashed"),
            ("wall clock, without", over(bare, "tenants", "wall"), "b"),
            ("processor time, without", over(bare, "tenants", "cpu"), "b dashed"),
        ]),
        ("peak memory in MiB", "tenants", [
            ("with reports", over(by_tenants, "tenants", "memory"), "a"),
            ("without", over(bare, "tenants", "memory"), "b"),
        ]),
        ("100 tenants", "trials a tenant", [
            ("wall clock, seconds", over(by_trials, "trials", "wall"), "a"),
            ("processor time, seconds", over(by_trials, "trials", "cpu"), "a dashed"),
            ("peak memory, MiB", over(by_trials, "trials", "memory"), "c"),
        ]),
    ]  # fmt: skip
    path.write_text(plot.curves("a fleet: cost over tenants and trials", panels))
    print(f"\n{path.relative_to(ROOT)} is written")


def main():
    """Measures, prints, draws."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--rounds", type=int, default=3, help="interleaved rounds (default: 3)")
    rounds = options.parse_args().rounds
    iamspec, where = binary(), machine()
    by_tenants = [Point(count, FEW, 4) for count in (10, 30, 100, 300, 1000)]
    bare = [Point(count, FEW, 4, reports=False) for count in (10, 30, 100, 300, 1000, 3000)]
    by_trials = [Point(100, MORE, 20, repeat, reports=False) for repeat in (1, 10, 100)]
    with tempfile.TemporaryDirectory() as folder, Reference(iamspec, "ciam", folder) as reference:
        folder = Path(folder)
        text = without(reference.target, "captcha")
        points = by_tenants + bare + by_trials
        targets = {count: target_files(folder, text, count) for count in {point.tenants for point in points}}
        for _ in range(rounds):
            for point in points:
                point.measure(iamspec, targets[point.tenants], folder)
    print(f"{where}; {rounds} interleaved rounds, medians; 32 tenants at once, 16 trials of a tenant at once\n")
    heading = ["tenants", "trials each", "reports", "wall clock", "processor", "a tenant", "trials", "peak memory"]
    print(as_markdown(heading, [point.row() for point in points]))
    picture(by_tenants, bare, by_trials, ROOT / "benches" / "fleet.svg")
    return 0


if __name__ == "__main__":
    sys.exit(main())
