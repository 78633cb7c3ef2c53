"""What stands on every page alike: drawn once in a process, not once a page."""

from django import template
from django.template.base import Node, NodeList, Parser, Token
from django.template.context import Context
from django.utils.safestring import SafeString
from django.utils.translation import get_language

register = template.Library()


class OnceNode(Node):
    """Draws what it holds for the first page of each language, and repeats that for all others."""

    child_nodelists = ("nodelist",)

    def __init__(self, nodelist: NodeList) -> None:
        self.nodelist = nodelist
        self.drawn: dict[str | None, SafeString] = {}

    def render(self, context: Context) -> SafeString:
        language = get_language()
        if language not in self.drawn:
            # An empty context: nothing of the page or of whoever looks at it can come in and be shown to others.
            self.drawn[language] = self.nodelist.render(context.new({}))
        return self.drawn[language]


@register.tag
def once(parser: Parser, token: Token) -> OnceNode:
    """`{% once %}…{% endonce %}` around words, icons, files and addresses that no page and no person changes."""
    nodelist = parser.parse(("endonce",))
    parser.delete_first_token()
    return OnceNode(nodelist)
