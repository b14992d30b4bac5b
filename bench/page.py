# SPDX-License-Identifier: GPL-2.0-only
"""The benchmark's report as a page: one file of HTML that loads nothing."""
import html
import math
import os

from data import UNIT, rounds_of
from table import AGAINST, HEAD, above_stock, against_stock, bounds, finding, number

WHAT = {
    "cpuid": "a CPUID exit, no timer",
    "rearm-1": "a timer armed, 1 exit, called off",
    "rearm-10": "a timer armed, 10 exits, called off",
    "rearm-100": "a timer armed, 100 exits, called off",
    "timer-spin": "a timer set and taken, guest spinning (the wait not counted)",
    "timer-halt": "a timer set and taken, guest halted (the wait not counted)",
    "forced-steps": "L2 entered and forced out at once",
    "nested-cpuid": "an exit of L2's to L1 and back",
    "nested-cpuid-timer": "the same, with a timer armed in L1",
}
VARIANTS = {
    "stock": "the kernel's own source, untouched",
    "toggle": "sets and clears the control, as kernels before 5.3 do",
    "always-on": "this project's module",
    "off": "this project's module with preemption_timer=0",
}
MEANING = {
    "cycles": (
        "A figure is the time from the guest's instruction before an exit to the one after it, in "
        "ticks of the time stamp counter. The median of many exits is one sample, and each round "
        "gives one sample.",
        "The variants were loaded in turn in each round, beginning with another one each time, so "
        "that drift affects all of them alike. The ratio is that of the medians over rounds. Where "
        "its interval contains 1, no difference was shown.",
        "Writes of the pin controls and dirty entries were counted in a pass of their own, with "
        "measuring builds of the same variants. A dirty entry is a VM entry that follows a write of "
        "a major control: the CPU repeats all its consistency checks.",
        "What toggling costs is the ratio of toggle to stock or always-on, for the workloads that "
        "have writes. Where stock itself toggles, it is the ratio of stock to always-on. The variants "
        "run one guest with one vCPU: what a whole machine gains depends on how often its guests set "
        "timers.",
    ),
    "instructions": (
        "This machine has no VMX, so the same loop ran in an emulated one. A figure is the number of "
        "instructions executed from the guest's instruction before an exit to the one after it.",
        "The emulator has no caches and no cost of a VM entry. Nothing here is a latency. That toggle "
        "is hardly longer here says nothing about silicon, where a write of a major control makes the "
        "CPU repeat all its consistency checks at the next VM entry.",
        "The counts do carry over: writes of the pin controls, and dirty entries, which are the VM "
        "entries that follow a write of a major control.",
    ),
}


def esc(value):
    return html.escape(str(value))


def label(x, y, words, anchor="start", kind=""):
    end = f' text-anchor="{anchor}"' if anchor != "start" else ""
    cls = f' class="{kind}"' if kind else ""
    return f'<text{cls} x="{x:.1f}" y="{y:.1f}"{end}>{esc(words)}</text>'


# --- charts ---

def bars(title, note, entries, scale):
    """One chart. entries: (variant, value, low, high, columns). The columns of figures end at the right."""
    width, left, column, step = 400, 74, 66, 22
    room = width - left - column * max(len(e[4]) for e in entries)
    height = step * len(entries) + 6
    out = [f'<section><h3>{esc(title)}</h3><div class="soft">{esc(note)}</div>',
           f'<svg viewBox="0 0 {width} {height}" role="img" aria-label="{esc(title)}">']

    def at(value):
        return left + room * min(value / scale, 1) if scale else left

    for i, (variant, value, low, high, columns) in enumerate(entries):
        y = 4 + step * i
        out.append(label(left - 6, y + 12, variant, "end"))
        out.append(f'<rect class="{esc(variant)}" x="{left}" y="{y}" width="{at(value) - left:.1f}" height="15" rx="2"/>')
        if low is not None:
            out.append(f'<path class="whisker" fill="none" d="M{at(low):.1f} {y + 7.5}H{at(high):.1f}'
                       f'M{at(low):.1f} {y + 3}v9M{at(high):.1f} {y + 3}v9"/>')
        out += [label(left + room + column * (n + 1), y + 12, words, "end") for n, words in enumerate(columns)]
    out.append("</svg></section>")
    return "".join(out)


def ticks(low, high):
    """At most eight round numbers from low to high, and their digits behind the point."""
    for digits in range(4, -5, -1):
        for factor in (1, 2, 5):
            step = factor / 10 ** digits
            if (high - low) / step <= 8:
                return [n * step for n in range(math.ceil(low / step), int(high / step) + 1)], max(digits, 0)
    return [1], 0


def ratios(groups):
    """One plot of ratios with their intervals. groups: (name, [(label, variant, row)])."""
    rows = [row for _, group in groups for _, _, row in group]
    ends = [1] + [r["ratio"] for r in rows] + [bound for r in rows for bound in r["interval"] or ()]
    spare = max(max(ends) - min(ends), 0.01) * 0.05
    low, high = min(ends) - spare, max(ends) + spare
    left, room, step, width = 240, 360, 20, 800
    height = step * (len(rows) + 2) + 8 * len(groups)

    def at(value):
        return left + room * (value - low) / (high - low)

    out = [f'<div class="scroll"><svg viewBox="0 0 {width} {height}" role="img" aria-label="ratios to stock">']
    marks, digits = ticks(low, high)
    out += [label(at(mark), 12, f"{mark:.{digits}f}", "middle", "tick") for mark in marks]
    out.append(label(690, 12, "ratio", "end", "tick") + label(width, 12, "95 % interval", "end", "tick"))
    out.append(f'<path class="one" d="M{at(1):.1f} 18V{height}"/>')
    y = 34
    for name, group in groups:
        out.append(label(0, y, name))
        for words, variant, row in group:
            out.append(label(left - 12, y, words, "end"))
            if row["interval"]:
                a, b = (at(bound) for bound in row["interval"])
                out.append(f'<path class="whisker" fill="none" d="M{a:.1f} {y - 4}H{b:.1f}'
                           f'M{a:.1f} {y - 9}v10M{b:.1f} {y - 9}v10"/>')
            out.append(f'<circle class="{esc(variant)}" cx="{at(row["ratio"]):.1f}" cy="{y - 4}" r="4.5"/>')
            out.append(label(690, y, f"{row['ratio']:.3f}", "end") + label(width, y, bounds(row), "end"))
            y += step
        y += 8
    out.append("</svg></div>")
    return "".join(out)


# --- tables ---

def table(head, rows, words=1):
    """The first columns are words, the others figures."""
    def row(cells, tag):
        return "<tr>" + "".join(f'<{tag} class="word">{esc(c)}</{tag}>' if i < words else f"<{tag}>{esc(c)}</{tag}>"
                                for i, c in enumerate(cells)) + "</tr>"

    return ('<div class="scroll"><table><thead>' + row(head, "th") + "</thead><tbody>" +
            "".join(row(r, "td") for r in rows) + "</tbody></table></div>")


def about(data):
    rows = "".join(f"<tr><td>{esc(k.replace('_', ' ').replace('.', ': '))}</td><td>{esc(v) or '-'}</td></tr>"
                   for k, v in data["machine"].items())
    commands = "\n".join(data["commands"])
    return (f'<h2>The machine</h2><table class="plain">{rows}</table>'
            f"<h2>The commands</h2><pre>{esc(commands)}</pre>")


# --- the page ---

def page(title, head, body):
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "page.css"), encoding="utf-8") as file:
        style = file.read()
    return ('<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            f"<title>{esc(title)}</title>\n<style>\n{style}</style></head>\n<body>{head}{body}</body></html>\n")


def warning(data):
    if data["kind"] == "cycles":
        return f'<p>{esc(HEAD["cycles"])}.</p>'
    return f'<p class="warn"><strong>{esc(HEAD["instructions"])}.</strong></p>'


def meaning(data):
    return "<h2>What the figures mean</h2>" + "".join(f"<p>{esc(text)}</p>" for text in MEANING[data["kind"]])


def workload_bars(data, rows, entry, scale, note):
    """A chart for each workload. entry: what bars() takes of a row; scale: of the rows of one workload."""
    out = ['<div class="bars">']
    for workload in data["workloads"]:
        mine = [r for r in rows if r["workload"] == workload]
        out.append(bars(workload, WHAT.get(workload, "") + note, [entry(r) for r in mine], scale(mine)))
    return "".join(out) + "</div>"


def one_page(data, rows):
    body = [warning(data), f'<p class="soft">{rounds_of(data)} rounds. ' +
            "; ".join(f"<strong>{esc(a)}</strong>: {esc(VARIANTS.get(a, a))}" for a in data["variants"]) + ".</p>"]
    most = max([r["pin"] or 0 for r in rows] + [1])
    body.append('<h2>Writes of the pin controls per 1,000 VM entries</h2><p class="soft">Counted with measuring builds.</p>')
    body.append(workload_bars(data, rows, lambda r: (r["variant"], r["pin"] or 0, None, None, (number(r["pin"]),)),
                              lambda mine: most, ""))
    body.append("<h2>Ratios to stock</h2>"
                '<p class="soft">A dot is the ratio of the medians, the line through it the 95 % interval. The '
                "dashed line is 1: no difference.</p>")
    body.append(ratios([(w, [(r["variant"], r["variant"], r) for r in rows
                             if r["workload"] == w and r["variant"] != "stock"]) for w in data["workloads"]]))
    if "always-on" in data["variants"]:
        body.append("<h2>always-on against stock</h2>" + table(AGAINST, against_stock(rows)) +
                    f"<p>{esc(above_stock(rows))}</p>")
    body.append(f'<h2>{UNIT[data["kind"]].capitalize()} of one round trip</h2><p class="soft">A bar is the median over rounds. '
                "The line across its end reaches from the 5th to the 95th percentile.</p>")
    body.append(workload_bars(
        data, rows,
        lambda r: (r["variant"], r["median"], r["p5"], r["p95"],
                   (number(r["median"], 0), "" if r["variant"] == "stock" else f"\u00d7{r['ratio']:.3f}")),
        lambda mine: max(r["p95"] for r in mine), f": {UNIT[data['kind']]}"))
    body.append(meaning(data) + "<h2>All figures</h2>")
    body.append(table(["workload", "variant", "median", "p5", "p95", "ratio to stock", "95 % interval",
                       "pin-control writes / 1,000 entries", "dirty / 1,000 entries", "pin-control writes / timer"],
                      [[r["workload"], r["variant"], number(r["median"]), number(r["p5"]), number(r["p95"]),
                        f"{r['ratio']:.3f}", bounds(r), number(r["pin"]), number(r["dirty"]),
                        number(r["per_timer"], 3)] for r in rows], 2))
    return page("What toggling the VMX preemption timer costs", f"<h1>{esc(finding(data))}</h1>",
                "".join(body) + about(data))


def compare_page(one, two, names, pairs):
    body = [warning(one), "<h2>Ratios to stock, each on its own machine</h2>"
            '<p class="soft">A dot is the ratio, the line through it the 95 % interval. The dashed line is 1. Figures '
            "of two machines are not compared with each other.</p>"]
    body.append(ratios([(w, [(f"{p[1]} {which}", p[1], p[which + 1]) for p in pairs
                             if p[0] == w and p[1] != "stock" for which in (1, 2)])
                        for w in dict.fromkeys(p[0] for p in pairs)]))
    body.append(meaning(one))
    body.append(f"<h2>1: {esc(names[0])}</h2>{about(one)}<h2>2: {esc(names[1])}</h2>{about(two)}")
    head = "".join(f"<h1>{n}, {esc(name)}: {esc(finding(data))}</h1>"
                   for n, name, data in ((1, names[0], one), (2, names[1], two)))
    return page("Two machines: what toggling the VMX preemption timer costs", head, "".join(body))
