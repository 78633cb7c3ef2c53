"""What the list of a case's versions says."""

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.templatetags import office
from cases.models import Case
from helpers import counting, version_list
from helpers.models import CaseHelper

register = template.Library()


@register.simple_tag
def versions_of(case: Case, page: str | None) -> version_list.VersionPage:
    """A page of the case's versions."""
    return version_list.page_of(case.pk, page or "1")


@register.simple_tag
def how_much(version: CaseHelper, first: int) -> str:
    """How much a version changed; of the case's first version how much it brought."""
    sections = len(version.changed_sections)
    if version.version == first:
        words = ngettext("opened with %(n)s section", "opened with %(n)s sections", sections)
        return words % {"n": sections} if sections else _("opened empty")
    if not sections:
        return _("no changes")
    if version.changes is None:
        return ngettext("%(n)s section", "%(n)s sections", sections) % {"n": sections}
    # The one number beside the other, each in its own plural.
    changes = ngettext("%(n)s change", "%(n)s changes", version.changes) % {"n": f"{version.changes:,}"}
    places = ngettext("in %(n)s section", "in %(n)s sections", sections) % {"n": sections}
    return f"{changes} {places}"


@register.filter
def numbers(line: version_list.Line) -> SafeString:
    """From which version to which a fold goes."""
    return office.code(f"v{line.oldest.version}–v{line.newest.version}")


@register.simple_tag
def counting_progress() -> counting.Progress | None:
    """How far the changes of old versions are counted; none where they all are."""
    return counting.progress()


@register.filter
def figure(number: int) -> SafeString:
    """A large number as people read it: 1,234."""
    return office.code(f"{number:,}")
