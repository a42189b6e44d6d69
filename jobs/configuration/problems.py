"""One sentence for a settings file that pydantic refused."""

import difflib
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

# pydantic's words for the type a value should have, in ours.
EXPECTED = {
    "int_type": "must be a whole number",
    "int_from_float": "must be a whole number",
    "float_type": "must be a number",
    "string_type": "must be text in quotes",
    "bool_type": "must be true or false",
    "tuple_type": "must be a list",
    "model_type": "must be a table",
    "dict_type": "must be a table",
    "finite_number": "must be a finite number",
}


def first_problem(model: type[BaseModel], error: ValidationError) -> str:
    """The first complaint of `error` in one sentence, and how many more there are.

    An unknown key comes first: it is most often the misspelled cause of the others.
    """
    problems = sorted(error.errors(), key=lambda each: each["type"] != "extra_forbidden")
    problem = problems[0]
    place = tuple(str(part) for part in problem["loc"])
    if problem["type"] == "extra_forbidden":
        sentence = _unknown_key(model, place)
    else:
        sentence = f"{_spelled(place)} {_complaint(problem)}"
    others = len(problems) - 1
    return sentence + (f" (and {others} more)" if others else "")


def _unknown_key(model: type[BaseModel], place: tuple[str, ...]) -> str:
    known = _keys_at(model, place[:-1])
    near = difflib.get_close_matches(place[-1], known, n=1, cutoff=0.5)
    hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(known)}"
    if len(place) == 1:
        return f"there is no section [{place[0]}]; {hint}"
    return f"[{'.'.join(place[:-1])}] has no key {place[-1]!r}; {hint}"


def _keys_at(model: type[BaseModel], place: tuple[str, ...]) -> list[str]:
    """The keys that the table at `place` may have, spelled as in the file."""
    for part in place:
        for name, field in model.model_fields.items():
            if part in (name, field.alias):
                kinds = (field.annotation, *get_args(field.annotation))
                found = [kind for kind in kinds if _is_model(kind)]
                model = found[0] if found else model
    return [field.alias or name for name, field in model.model_fields.items()]


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def _spelled(place: tuple[str, ...]) -> str:
    if len(place) == 1:
        return f"[{place[0]}]"
    section = [part for part in place[:-1] if not part.isdigit()]
    if place[-1].isdigit():
        return f"[{'.'.join(section[:-1])}] {section[-1]}, entry {int(place[-1]) + 1},"
    return f"[{'.'.join(section)}] {place[-1]}"


def _complaint(problem: Any) -> str:
    kind, value = problem["type"], problem["input"]
    if kind == "value_error":
        return f"is refused: {problem['ctx']['error']}"
    expected = EXPECTED.get(kind)
    if expected is None:
        expected = problem["msg"].replace("Input should", "must").replace("String should", "must")
    return f"{expected}, got {value!r}"
