# SPDX-License-Identifier: GPL-2.0-only
"""The benchmark's report as text, and the words that the page has in common with it."""
import stats
from data import UNIT, rounds_of, toggling, writes_per_timer

HEAD = {
    "cycles": "TSC cycles for one exit round trip",
    "instructions": "EMULATED INSTRUCTIONS for one exit round trip. These are NOT CYCLES: "
                    "they say nothing about time",
}


def number(value, digits=1):
    return "-" if value is None else f"{value:,.{digits}f}"


def bounds(row, digits=3):
    if row["interval"] is None:
        return "-"
    return " to ".join(f"{bound:.{digits}f}" for bound in row["interval"])


# --- what was found ---

def times(value):
    """0 is said only where there was not one write."""
    return "0" if value == 0 else f"{value:.3f}"


def finding(data):
    """What was found, in one line: the first line of the table, and of the page."""
    variant = toggling(data)
    other, ours = (writes_per_timer(data, v, data["workloads"]) for v in (variant, "always-on"))
    if other is None or ours is None:
        return "How often the pin controls are written for a timer was not counted."
    who = "Toggling" if variant == "toggle" else "Stock"
    line = f"{who} wrote the pin controls {times(other)} times per timer; always-on {times(ours)}."
    if data["kind"] == "cycles" and "timer-spin" in data["workloads"]:
        samples = data["samples"]["timer-spin"]
        ratio = stats.ratio(samples[variant], samples["always-on"])
        span = stats.interval(samples[variant], samples["always-on"])
        known = f" (95 %: {span[0]:.3f} to {span[1]:.3f})" if span else ""
        line += f" Setting and taking a timer took {ratio:.3f} times the cycles of always-on{known}."
    return line


# --- always-on against stock ---

def against_stock(rows):
    """always-on and stock of each workload, as rows of text."""
    stock = {r["workload"]: r for r in rows if r["variant"] == "stock"}
    return [(r["workload"], number(stock[r["workload"]]["median"]), number(r["median"]),
             f"{r['median'] - stock[r['workload']]['median']:+,.1f}", f"{r['ratio']:.4f}", bounds(r, 4))
            for r in rows if r["variant"] == "always-on"]


def above_stock(rows):
    """The workloads for which always-on's median is above stock's."""
    over = []
    for r in rows:
        if r["variant"] == "always-on" and r["ratio"] > 1:
            shown = r["interval"] and not stats.differs(r["interval"])
            over.append(f"{r['workload']} ({r['ratio']:.4f}{', no difference shown' if shown else ''})")
    return "above stock's median: " + (", ".join(over) or "none")


AGAINST = ("workload", "stock", "always-on", "difference", "ratio", "95 % interval")


def against_text(rows):
    form = "{:18} {:>10} {:>10} {:>10} {:>8} {:>17}"
    ours = against_stock(rows)
    lines = [f"always-on against stock, {len(ours)} workloads:", "", form.format(*AGAINST)]
    return lines + [form.format(*row) for row in ours] + ["", above_stock(rows), ""]


# --- all figures ---

def text(data, rows):
    lines = [finding(data), "", HEAD[data["kind"]] + ",",
             f"medians of {rounds_of(data)} rounds; counts per 1,000 VM entries of all VMCSs", ""]
    form = "{:18} {:9} {:>10} {:>10} {:>10} {:>7} {:>16} {:>11} {:>10}"
    lines += [form.format("", "", "", "", "", "ratio", "95 % interval", "pin-control", "dirty"),
              form.format("workload", "variant", "median", "p5", "p95", "to stock", "of the ratio", "writes", "entries")]
    last = None
    for row in rows:
        lines.append(form.format(row["workload"] if row["workload"] != last else "", row["variant"],
                                 number(row["median"]), number(row["p5"]), number(row["p95"]),
                                 f"{row['ratio']:.3f}", bounds(row), number(row["pin"]), number(row["dirty"])))
        last = row["workload"]
    lines.append("")
    if "always-on" in data["variants"]:
        lines += against_text(rows)
    if rounds_of(data) < stats.FEWEST:
        lines.append(f"Of fewer than {stats.FEWEST} rounds no interval is made.")
    unsteady = [w for w, r in data["repetitions"].items() if not r.get("steady")]
    if unsteady:
        lines.append("Not steady within 1 % at the most repetitions: " + " ".join(unsteady))
    return "\n".join(lines)


def compare_text(one, two, names, pairs):
    form = "{:18} {:9} {:>10} {:>7} {:>16}   {:>10} {:>7} {:>16}"
    lines = [f"first, {names[0]}: {finding(one)}", f"second, {names[1]}: {finding(two)}", "", HEAD[one["kind"]], "",
             form.format("workload", "variant", "first", "ratio", "95 % interval", "second", "ratio", "95 % interval")]
    for workload, variant, x, y in pairs:
        lines.append(form.format(workload, variant, number(x["median"]), f"{x['ratio']:.3f}", bounds(x),
                                 number(y["median"]), f"{y['ratio']:.3f}", bounds(y)))
    return "\n".join(lines)
