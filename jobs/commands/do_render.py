"""`blemish render`."""

from pathlib import Path

from inference.rendering.writing import write_renders
from jobs.commands.output import show
from jobs.console_progress import console_progress


def run(folder: Path, *, n: int, seed: int) -> int:
    """Write rendered surfaces and their masks in two layouts."""
    with console_progress() as progress:
        write_renders(folder, n, seed, lambda done, total: progress("rendering", done, total))
    show(
        f"{n} {'surface' if n == 1 else 'surfaces'} in {folder / 'images'}, "
        f"their masks in {folder / 'masks'}, both as labelme exports them in {folder / 'jsons'}"
    )
    return 0
