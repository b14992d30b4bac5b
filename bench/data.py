# SPDX-License-Identifier: GPL-2.0-only
"""The benchmark's data: from measure's raw lines to JSON, and from that to figures."""
import json
import sys

import stats

UNIT = {"cycles": "TSC cycles", "instructions": "emulated instructions"}
# A round of these is so many exits: the figure is of one of them.
EXITS = {"rearm-1": 3, "rearm-10": 12, "rearm-100": 102}


def fail(why):
    sys.exit(f"report: {why}")


# --- raw lines ---

def counters(workload):
    """What has to be counted. A workload without a guest in the guest has no vmcs02."""
    kinds = ("vmcs01", "vmcs02") if workload.startswith(("nested", "forced")) else ("vmcs01",)
    return ["timers"] + [f"{kind}_{name}" for kind in kinds
                         for name in ("entries", "dirty_entries", "pin_control_writes")]


def parse_count(data, words, path):
    """A line of counters."""
    variant, workload = words[2:4]
    counts = data["counts"].setdefault(workload, {}).setdefault(variant, {})
    for word in words[4:]:
        name, _, value = word.partition("=")
        if value:
            counts[name] = int(value)
    # A counter that has vanished is not one that is 0.
    gone = [name for name in counters(workload) if name not in counts]
    if gone:
        fail(f"{path}: {variant} {workload} has no count of {gone[0]}: nothing is reported")


def parse(path, kind):
    """What measure printed, as it is kept in JSON. Nothing is computed here."""
    data = {"format": 1, "kind": kind, "machine": {}, "commands": [], "variants": [], "workloads": [],
            "repetitions": {}, "samples": {}, "counts": {}}
    whole = False
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            lines = file.read().splitlines()
    except OSError as error:
        fail(f"{path} can't be read: {error.strerror}")
    for line in lines:
        words = line.split()
        if words[:2] == ["@", "machine"]:
            name, _, value = line.split(None, 2)[2].partition("=")
            data["machine"][name] = value.strip()
        elif words[:2] == ["@", "command"]:
            data["commands"].append(line.split(None, 2)[2])
        elif words[:2] == ["@", "steady"]:
            data["repetitions"][words[2]] = {"count": int(words[3]), "steady": words[4] == "yes"}
        elif words[:2] == ["@", "sample"]:
            _, _, variant, workload, _, ticks = words
            for name, known in ((variant, data["variants"]), (workload, data["workloads"])):
                if name not in known:
                    known.append(name)
            data["samples"].setdefault(workload, {}).setdefault(variant, []).append(int(ticks))
        elif words[:2] == ["@", "count"]:
            parse_count(data, words, path)
        elif words[:2] == ["@", "whole"]:
            whole = True
    if not whole:
        fail(f"{path} ends before the measuring did: nothing is reported")
    return data


# --- JSON ---

def check_data(data, path):
    """Refuse, in one line, what is not a whole report of ours."""
    def wrong(what):
        fail(f"{path} is no report of bench/bench that can be used: {what}")

    if not isinstance(data, dict) or data.get("format") != 1:
        wrong("no \"format\": 1")
    if data.get("kind") not in UNIT:
        wrong("its kind is neither cycles nor instructions")
    for name, form in (("machine", dict), ("commands", list), ("variants", list), ("workloads", list),
                       ("repetitions", dict), ("samples", dict), ("counts", dict)):
        if not isinstance(data.get(name), form):
            wrong(f"\"{name}\" is missing")
    if "stock" not in data["variants"]:
        wrong("there is no variant stock to compare with")
    rounds = set()
    for workload in data["workloads"]:
        for variant in data["variants"]:
            samples = data["samples"].get(workload, {}).get(variant)
            if not isinstance(samples, list) or not samples:
                wrong(f"{workload} has no samples of {variant}")
            if not all(type(s) in (int, float) and s > 0 for s in samples):
                wrong(f"a sample of {workload}, {variant} is no positive number")
            rounds.add(len(samples))
    if len(rounds) != 1:
        wrong("there are no samples" if not rounds else "the variants have different numbers of rounds")


def load(path):
    try:
        with open(path, encoding="utf-8") as file:
            data = json.load(file)
    except OSError as error:
        fail(f"{path} can't be read: {error.strerror}")
    except ValueError as error:
        fail(f"{path} is no JSON: {error}")
    check_data(data, path)
    return data


# --- figures ---

def rounds_of(data):
    return len(data["samples"][data["workloads"][0]]["stock"])


def toggling(data):
    """The variant that toggles: stock, where the kernel's own source does."""
    return "toggle" if "toggle" in data["variants"] else "stock"


def clears_timers(workload):
    """Whether each timer is set and cleared once. The others' timers go on for long."""
    return workload.startswith(("rearm", "timer"))


def counted(data, workload, variant, name):
    """One counter of all VMCSs, or None where nothing was counted."""
    counts = data["counts"].get(workload, {}).get(variant)
    return counts and counts.get("vmcs01_" + name, 0) + counts.get("vmcs02_" + name, 0)


def writes_per_timer(data, variant, workloads):
    """Writes of the pin controls for one timer, of these workloads together."""
    timers = writes = 0
    for workload in filter(clears_timers, workloads):
        if variant not in data["counts"].get(workload, {}):
            return None
        timers += data["counts"][workload][variant].get("timers", 0)
        writes += counted(data, workload, variant, "pin_control_writes")
    return writes / timers if timers else None


def figures(data):
    """A dictionary for each workload and variant, in order."""
    rows = []
    for workload in data["workloads"]:
        exits = EXITS.get(workload, 1)
        base = data["samples"][workload]["stock"]
        for variant in data["variants"]:
            samples = data["samples"][workload][variant]
            row = {"workload": workload, "variant": variant, "median": stats.median(samples) / exits,
                   "p5": stats.quantile(samples, 0.05) / exits,
                   "p95": stats.quantile(samples, 0.95) / exits,
                   "ratio": stats.ratio(samples, base), "interval": None, "pin": None, "dirty": None,
                   "per_timer": writes_per_timer(data, variant, [workload])}
            if variant != "stock":
                row["interval"] = stats.interval(samples, base)
            entries = counted(data, workload, variant, "entries")
            if entries:
                row["pin"] = 1000 * counted(data, workload, variant, "pin_control_writes") / entries
                row["dirty"] = 1000 * counted(data, workload, variant, "dirty_entries") / entries
            rows.append(row)
    return rows


def compare(one, two, names):
    """Ratios to stock side by side: cycles of two machines are not to be compared as such."""
    if one["kind"] != two["kind"]:
        fail(f"{names[0]} has {UNIT[one['kind']]} and {names[1]} has {UNIT[two['kind']]}: they can't be compared")
    shared = [w for w in one["workloads"] if w in two["workloads"]]
    variants = [a for a in one["variants"] if a in two["variants"]]
    if not shared:
        fail("the two files have no workload in common")
    a = {(r["workload"], r["variant"]): r for r in figures(one)}
    b = {(r["workload"], r["variant"]): r for r in figures(two)}
    return [(w, variant, a[w, variant], b[w, variant]) for w in shared for variant in variants]


# --- verdict ---

def checks(data, rows):
    """What has to hold on any machine: it is about counts and not about time."""
    done = []
    for row in rows:
        name = f"{row['variant']} {row['workload']}"
        if row["workload"] not in data["counts"]:
            done.append((False, f"{name}: was not counted"))
            continue
        if row["variant"] == toggling(data) and clears_timers(row["workload"]):
            each = row["per_timer"]
            shown = "-" if each is None else f"{each:.3f}"
            # Such a kvm.ko arms the timer once more for the deadline 0, by which a guest calls it off.
            must = 3 if data["stray"] and row["workload"].startswith("rearm") else 2
            done.append((each is not None and abs(each - must) < 0.02,
                         f"{name}: {shown} pin-control writes per timer, which must be {must}"))
        elif row["variant"] in ("always-on", "off"):
            shown = "-" if row["pin"] is None else f"{row['pin']:.1f}"
            done.append((row["pin"] is not None and row["pin"] < 0.05,
                         f"{name}: {shown} pin-control writes per 1,000 entries, which must be 0"))
    done.append((all(r["median"] > 0 for r in rows), f"all {len(rows)} figures were measured"))
    return done
