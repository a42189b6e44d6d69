"""The rules of the layer table, checked on what the code says."""

import ast
import subprocess
import sys
from pathlib import Path

PACKAGES = ("dashboard", "inference", "jobs", "spc", "warehouse")


def test_every_import_contract_holds(repository):
    tool = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [str(tool), "--no-cache"],
        cwd=repository,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout


def test_an_init_file_holds_a_docstring_and_no_import(repository):
    for package in PACKAGES:
        for path in (repository / package).rglob("__init__.py"):
            statements = ast.parse(path.read_text("utf-8")).body
            assert all(isinstance(each, ast.Expr) for each in statements), path
            assert statements, path


def test_only_the_warehouse_speaks_sql(repository):
    for package in ("dashboard", "inference", "jobs", "spc"):
        for path in (repository / package).rglob("*.py"):
            found = [
                node.func.attr
                for node in ast.walk(ast.parse(path.read_text("utf-8")))
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
            ]
            assert "execute" not in found, path
