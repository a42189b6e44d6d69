"""What a user can see is documented, and the documentation speaks of what is there."""

import re
import subprocess
from pathlib import Path

import pytest

from benchmarks.dictionary import empty_site_dictionary
from jobs.cli import app

# Words of a developer's machine that have no place in a product.
FOREIGN = re.compile(r"/work/|/root/|/home/\w+/|registry\.npmjs|pypi\.org|localhost:\d{4}/simple")


def documents(repository: Path) -> str:
    pages = [repository / "README.md", *sorted((repository / "docs").glob("*.md"))]
    return "\n".join(page.read_text("utf-8") for page in pages)


def command_names() -> list[str]:
    return [
        command.name or command.callback.__name__.replace("_", "-")
        for command in app.registered_commands
    ]


@pytest.mark.parametrize("command", command_names())
def test_every_command_is_documented(repository: Path, command: str):
    assert re.search(rf"blemish {command}\b", documents(repository))


def test_every_documented_command_exists(repository: Path):
    named = set(re.findall(r"^ {4}blemish ([a-z]+)\b", documents(repository), re.MULTILINE))
    assert named
    assert named <= set(command_names())


def test_the_metrics_dictionary_is_that_of_the_schema(repository: Path, tmp_path: Path):
    written = (repository / "docs" / "metrics.md").read_text("utf-8")
    assert written == empty_site_dictionary(tmp_path / "site"), (
        "run: python -m benchmarks.dictionary docs/metrics.md"
    )


def test_every_column_of_the_published_file_is_explained(repository: Path):
    page = (repository / "docs" / "metrics.md").read_text("utf-8")
    assert not re.findall(r"^\| `\w+` \| [^|]+ \|\s*\|$", page, re.MULTILINE)


def test_links_between_the_documents_lead_somewhere(repository: Path):
    for page in [*repository.glob("*.md"), *(repository / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text("utf-8")):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"


def test_no_file_names_a_developers_machine(repository: Path):
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=repository,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split("\0")
    for name in filter(None, listed):
        path = repository / name
        if path.suffix in {".onnx", ".png", ".woff2", ".ico"} or path == Path(__file__):
            continue
        if path.is_file():
            found = FOREIGN.search(path.read_text("utf-8", errors="replace"))
            assert found is None, f"{name}: {found}"
