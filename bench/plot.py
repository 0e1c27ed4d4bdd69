"""Draws the figures of results.json as one picture: the wrongly judged keys and the seconds of each program, and keysweep's seconds
under a limit. Usage: plot.py results.json picture.svg (or .png)"""
import json
import sys

import matplotlib

matplotlib.use("svg" if sys.argv[2].endswith("svg") else "agg")
# The same figures make the same file.
matplotlib.rcParams.update({"svg.hashsalt": "keysweep", "svg.fonttype": "none", "font.family": "sans-serif", "font.size": 9})

import matplotlib.pyplot as plt  # noqa: E402

BLUE, GREY, RED, ORANGE = "#2f6db5", "#b9c0c8", "#c2403a", "#e2a33c"

with open(sys.argv[1], encoding="utf-8") as file:
    results = json.load(file)
compared = results["compare"]["figures"]
throttled = results["throttle"]["figures"]


def bars(axes, rows, value, title, label):
    names = [row["name"].replace(", one policy", ",\none policy") for row in rows]
    drawn = axes.barh(names, [row[value] for row in rows], color=[BLUE if n == "keysweep" else GREY for n in names])
    axes.bar_label(drawn, fmt=label, padding=3)
    axes.set_title(title, loc="left", fontsize=10)
    axes.invert_yaxis()
    axes.margins(x=0.2)
    axes.spines[["top", "right"]].set_visible(False)


def below(axes):
    axes.legend(frameon=False, loc="upper center", bbox_to_anchor=(0.5, -0.08), ncols=2)


def wrong_keys(axes, rows):
    names = [row["name"].replace(", one policy", ",\none policy") for row in rows]
    taken, left = [row["wronglyTaken"] for row in rows], [row["left"] for row in rows]
    axes.barh(names, taken, color=RED, label="live keys taken")
    axes.barh(names, left, left=taken, color=ORANGE, label="stale keys left")
    for place, (row_taken, row_left) in enumerate(zip(taken, left)):
        axes.text(row_taken + row_left, place, f" {row_taken:.0f} + {row_left:.0f}", va="center")
    axes.set_title("Wrongly judged keys", loc="left", fontsize=10)
    axes.invert_yaxis()
    axes.margins(x=0.3)
    below(axes)
    axes.spines[["top", "right"]].set_visible(False)


def limits(axes, rows):
    names = [f"{row['callsPerSecond']} calls/s" for row in rows]
    least = [row["neededCalls"] / row["callsPerSecond"] - 1 for row in rows]
    drawn = axes.barh(names, [row["seconds"] for row in rows], color=BLUE, label="keysweep")
    axes.bar_label(drawn, [f"{row['seconds']:.0f} s, {row['failed']} keys failed" for row in rows], padding=3)
    axes.vlines(least, [y - 0.4 for y in range(len(rows))], [y + 0.4 for y in range(len(rows))], color="black", label="least possible")
    axes.set_title("Seconds under a limit", loc="left", fontsize=10)
    axes.invert_yaxis()
    axes.margins(x=0.5)
    below(axes)
    axes.spines[["top", "right"]].set_visible(False)


here = [row for row in compared if row["latencyMilliseconds"] == 0]
# The one latency that all programs were measured with.
AWAY_MILLISECONDS = 20
away = [row for row in compared if row["latencyMilliseconds"] == AWAY_MILLISECONDS]
figure, panels = plt.subplots(2, 2, figsize=(10, 6.8), layout="constrained")
# The calls alone take no key.
wrong_keys(panels[0][0], [row for row in here if row["taken"] > 0])
bars(panels[0][1], away, "wallSeconds", f"Seconds, if each answer takes {AWAY_MILLISECONDS} ms", "%.0f s")
bars(panels[1][0], [row for row in here if row["runs"] > 1], "wallSeconds", "Seconds, without added answer time", "%.1f s")
limits(panels[1][1], throttled)
# No date here, because the page has it.
figure.savefig(sys.argv[2], metadata={"Date": None, "Title": "keysweep beside Cloud Custodian and a plain loop, and under a limit"} if sys.argv[2].endswith("svg") else None, dpi=110)
