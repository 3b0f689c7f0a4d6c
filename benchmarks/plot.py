"""Draw what one environment costs against the number of environments: planned one by one, and together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

_MARKS: Final = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50)


def draw(path: Path, counts: Sequence[int], seconds: Mapping[str, Sequence[float]], caption: str) -> None:
    """Draw lines of seconds an environment as SVG.

    Args:
        path: the file.
        counts: numbers of environments.
        seconds: for each line its name and, for each count, the seconds an environment.
        caption: what it was measured on.
    """
    # Drawing is not needed to measure, and is installed for `make bench` alone.
    import matplotlib as mpl  # noqa: PLC0415  # see above
    from matplotlib.figure import Figure  # noqa: PLC0415  # see above

    # Text stays text, and the same figures give the same bytes.
    mpl.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "tfstencil"})
    figure = Figure(figsize=(7.2, 4), layout="constrained")
    axes = figure.subplots()
    for name, values in seconds.items():
        axes.plot(counts, values, marker="o", label=name)
        for count, value in zip(counts, values, strict=True):
            axes.annotate(
                f"{value:.2f}", (count, value), textcoords="offset points", xytext=(0, 6), ha="center", size=8
            )
    axes.set(xscale="log", yscale="log", xlabel="environments", ylabel="seconds for one environment")
    axes.set_title(caption, fontsize=8)
    axes.set_xticks(counts, [str(count) for count in counts])
    lowest, highest = (choose(map(choose, seconds.values())) for choose in (min, max))
    axes.set_ylim(lowest / 1.5, highest * 1.5)
    axes.set_yticks(marks := [mark for mark in _MARKS if lowest / 1.5 <= mark <= highest * 1.5], map(str, marks))
    axes.minorticks_off()
    axes.grid(visible=True, alpha=0.3)
    axes.legend()
    figure.savefig(path, format="svg", metadata={"Date": None})
