"""A stretch of a run chart as a chart of its own."""

from dataclasses import replace

from dashboard.figures.inputs import RunChart


def cut(chart: RunChart, first: int, stop: int) -> RunChart:
    """Return the points [first, stop) of a chart, with what lies in them renumbered."""
    part = slice(first, stop)
    last = stop - 1

    def inside(span: tuple[int, int] | None) -> tuple[int, int] | None:
        if span is None or span[1] < first or span[0] > last:
            return None
        return max(span[0], first) - first, min(span[1], last) - first

    stages = []
    for stage in chart.stages:
        span = inside((stage.first, stage.last))
        if span is not None:
            stages.append(
                replace(stage, first=span[0], last=span[1], baseline=inside(stage.baseline))
            )
    return replace(
        chart,
        local_ms=chart.local_ms[part],
        keys=chart.keys[part],
        names=chart.names[part],
        panels=tuple(
            replace(
                panel,
                value=panel.value[part],
                center=panel.center[part],
                lcl=panel.lcl[part],
                ucl=panel.ucl[part],
            )
            for panel in chart.panels
        ),
        stages=tuple(stages),
        signals=tuple(
            replace(mark, index=mark.index - first, run=inside(mark.run) or (0, 0))
            for mark in chart.signals
            if first <= mark.index <= last
        ),
        zones=tuple(zone[part] for zone in chart.zones),
    )
