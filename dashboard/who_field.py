"""The field of a form that says in whose name it is stored."""

import dash_mantine_components as dmc

from dashboard.guard_identity import name_of_person


def who_field(field_id: str, *, size: str = "sm") -> dmc.TextInput:
    """Return the field: typed where the site has no accounts, else the name of whoever is there.

    The server takes the name of the session in any case; the field only shows it.
    """
    person = name_of_person()
    if person is None:
        return dmc.TextInput(id=field_id, label="Your name", size=size, required=True)
    return dmc.TextInput(
        id=field_id, label="In the name of", size=size, value=person, disabled=True
    )
