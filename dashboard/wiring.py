"""What the callbacks share: a maker of the context of one request, from its theme."""

from collections.abc import Callable

from dashboard.context import PageContext

MakeContext = Callable[[str], PageContext]
