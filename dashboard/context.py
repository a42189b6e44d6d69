"""What every page gets: the reader, the plant's clock, the theme, and what may be done here."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Generic, Literal, TypeVar

from dashboard.address import AnyView
from dashboard.clock import PlantClock
from dashboard.components import Content
from dashboard.page_settings import PageSettings
from dashboard.reader import Reader
from dashboard.settings_desk import SettingsDesk

ViewKind = TypeVar("ViewKind", bound=AnyView)


@dataclass(frozen=True, slots=True)
class PageContext:
    """Passed to a page for one request; nothing in it outlives the request.

    `who` is logged in; empty where the site has no accounts, and forms ask for a name. `desk` has
    what the settings pages show and change; None where no journal is behind the pages.
    """

    reader: Reader
    clock: PlantClock
    theme: str = "light"
    can_run: bool = False
    may_decide: bool = True
    who: str = ""
    settings: PageSettings = field(default_factory=PageSettings)
    desk: SettingsDesk | None = None
    may_decide_models: bool = False


@dataclass(frozen=True, slots=True)
class Page(Generic[ViewKind]):
    """A page: functions from its view to what is shown.

    `content` begins with the heading. `filters` are shown below it and stay in place, with the
    focus, while the content changes. `place` is where its link stands. `own` are fields of the view
    that the content itself changes, through filters: it stays in place when nothing else did.
    """

    path: str
    label: str
    icon: str
    view: type[ViewKind]
    filters: Callable[[ViewKind, PageContext], Content]
    content: Callable[[ViewKind, PageContext], list[Content]]
    place: Literal["bar", "menu", "nowhere"] = "bar"
    own: tuple[str, ...] = ()


AnyPage = Page[Any]
