"""What happened, and long work, over HTTP."""

from typing import Any

from django.http import HttpResponseBase
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from cases import jobs
from cases.models import Event, JobRun
from core import csvtext
from core.api import CallerView, checked, uuid_or_404
from core.errors import Invalid, NotFound
from core.narrowing import narrowed
from core.paging import asked_part, list_page
from office import timeline
from office.event_filter import EventFilter, types_in
from office.story_serializers import AskTimeline, EventEntry, JobRow, TimelineEntry

_PAGING = {"limit", "offset"}
# Nobody counts a story for its own sake; who asks is told up to here.
_MOST_TOLD = 1000


class TimelineView(CallerView):
    """What happened to one case, newest first: versions, changes, rows around it, and what Make was told."""

    @extend_schema(operation_id="cases_timeline", parameters=[AskTimeline], responses=TimelineEntry(many=True))
    def get(self, request: Request, case_id: str) -> Response:
        if unknown := set(request.query_params) - set(AskTimeline().fields) - _PAGING:
            raise Invalid(details=[{"pointer": f"/{name}", "reason": "unknown parameter"} for name in sorted(unknown)])
        given = checked(AskTimeline(data=request.query_params.dict()))
        asked = timeline.Asked(types_in(given.get("type", "")), given.get("since"), given.get("until"))
        key, part = uuid_or_404(case_id), asked_part(request)
        entries = timeline.of_case(key, asked, limit=part.limit + 1, offset=part.offset)
        shown: Any = TimelineEntry(entries, many=True, context={"people": timeline.people_in(entries)}).data
        return list_page(request, part, shown, lambda: len(timeline.of_case(key, asked, limit=_MOST_TOLD)))


class EventListView(CallerView):
    """Everything that happened in the office, newest first: by whom, what, when; JSON or CSV."""

    @extend_schema(
        operation_id="events_list",
        filters=True,
        responses={
            (200, "application/json"): EventEntry(many=True),
            (200, "text/csv"): OpenApiResponse(str, description="`Accept: text/csv` or `format=csv`: the whole list."),
        },
    )
    def get(self, request: Request) -> HttpResponseBase:
        caller: Any = request.user
        events: Any = narrowed(EventFilter, request, Event.objects.newest_first(caller.org_id))
        if csvtext.wanted(request._request):
            return csvtext.download(timeline.csv_of(events), "events.csv")
        part = asked_part(request)
        entries = [timeline.entry_of(event) for event in events[part.offset : part.stop]]
        shown: Any = EventEntry(entries, many=True, context={"people": timeline.people_in(entries)}).data
        answer = list_page(request, part, shown, lambda: timeline.count_some(events))
        if len(entries) > part.limit:
            _go_on_after(answer, request, str(entries[part.limit - 1].id), part.limit)
        return answer


def _go_on_after(answer: Response, request: Request, last: str, limit: int) -> None:
    """The next page begins after this event: an offset would read everything before it again."""
    query = request._request.GET.copy()
    query.pop("offset", None)
    query["before"], query["limit"] = last, str(limit)
    answer["Link"] = f'<{request.path}?{query.urlencode()}>; rel="next"'


class JobView(CallerView):
    """Long work: how far it is, and what came of it."""

    @extend_schema(operation_id="jobs_read", responses=JobRow)
    def get(self, request: Request, job_id: str) -> Response:
        found = JobRun.objects.filter(pk=uuid_or_404(job_id)).first()
        if found is None:
            raise NotFound
        answer = Response(JobRow(found).data)
        answer["Cache-Control"] = "no-store"
        return answer


class JobCancelView(CallerView):
    """Asking long work to stop at its next step."""

    @extend_schema(operation_id="jobs_cancel", request=None, responses={202: JobRow})
    def post(self, request: Request, job_id: str) -> Response:
        return Response(JobRow(jobs.cancel(job_id=uuid_or_404(job_id))).data, status=202)
