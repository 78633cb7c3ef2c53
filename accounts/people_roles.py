"""What each role may do: in the admin by this table, everywhere by the policies that tests hold it against."""

from dataclasses import dataclass

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Profile

_DEVELOPER, _ADMIN, _ASSESSOR, _ASSISTANT = Profile.Role.values
_EVERYBODY = frozenset(Profile.Role.values)
_NOT_ASSISTANTS = _EVERYBODY - {_ASSISTANT}
_MANAGERS = frozenset(Profile.MANAGERS)


def _of(app: str, names: str) -> list[str]:
    return [f"{app}.{name}" for name in names.split()]


# Admin permission -> who has it. A login without permissions of its own has those of its person's role.
_GRANTED: tuple[tuple[frozenset[str], list[str]], ...] = (
    (
        _EVERYBODY,
        [
            *_of("accounts", "view_profile view_org"),
            *_of("cases", "view_case add_case change_case view_event"),
            *_of("cases", "view_trackinggeneral view_trackingexpertise view_trackingfinalreport"),
            *_of("cases", "view_payment add_payment change_payment"),
            *_of("helpers", "view_casehelper"),
            *_of("reminders", "view_reminder add_reminder change_reminder view_reminderrule"),
            *_of("parts", "view_partssearchresult add_selectedpart view_partrequired change_partrequired"),
            *_of("invoices", "view_invoice add_invoice change_invoice view_invoicesupplier change_invoicesupplier"),
            *_of("invoices", "view_vatrate"),
            *_of("knowledge", "view_kbdoc add_kbdoc change_kbdoc"),
            *_of("intake", "view_levireport change_levireport view_vehicledetails change_vehicledetails"),
            *_of("intake", "view_ocrresult change_ocrresult"),
            *_of("files", "view_document add_document change_document view_image change_image"),
            *_of("files", "view_onedrivesync change_onedrivesync view_waitingdocument change_waitingdocument"),
            *_of("files", "view_report add_report view_outboundmessage add_outboundmessage view_messagetemplate"),
            *_of("files", "view_userassets"),
        ],
    ),
    (
        _NOT_ASSISTANTS,
        [
            *_of("cases", "end_case transfer_case"),
            *_of("helpers", "restore_casehelper"),
            *_of("cases", "change_trackinggeneral view_jobrun"),
            *_of("files", "change_userassets"),
        ],
    ),
    (
        _MANAGERS,
        [
            *_of("accounts", "add_profile change_profile change_org view_auditentry"),
            *_of("cases", "run_jobrun view_systemlog"),
            *_of("office", "view_checkrun run_checkrun"),
            *_of("office", "view_cutoverstep"),
            *_of("reminders", "add_reminderrule change_reminderrule"),
            *_of("cases", "view_featureflag add_featureflag change_featureflag delete_featureflag"),
            *_of("helpers", "view_helpersource add_helpersource change_helpersource delete_helpersource"),
            *_of("helpers", "view_helpersync"),
            *_of("invoices", "add_vatrate change_vatrate"),
            *_of("files", "add_messagetemplate change_messagetemplate"),
            *_of("make", "view_rawanswer view_gatewaykey add_gatewaykey change_gatewaykey"),
            *_of("make", "view_webhookendpoint add_webhookendpoint change_webhookendpoint"),
            *_of("make", "view_message view_delivery view_deliveryattempt replay_delivery"),
            *_of("moving", "view_importrun change_importrun"),
        ],
    ),
)


def permissions(role: str | None) -> frozenset[str]:
    """The admin permissions of a role, as `app.codename`; none for no role."""
    return frozenset(name for roles, names in _GRANTED if role in roles for name in names)


@dataclass(frozen=True)
class Thing:
    """Something a person does, and who may; `held_by` is the admin permission that opens its page."""

    key: str
    words: Promise
    roles: frozenset[str]
    held_by: str = ""


# tests/sql/test_roles.py does each of them as each role, and compares; docs/reference/roles.md is written from it.
THINGS: tuple[Thing, ...] = (
    Thing("helper_read", _("read the case data and its versions"), _EVERYBODY),
    Thing("helper_save", _("save the case data"), _EVERYBODY),
    Thing("helper_restore", _("restore a version"), _NOT_ASSISTANTS, "helpers.restore_casehelper"),
    Thing("case_open", _("open a case"), _EVERYBODY),
    Thing("case_change", _("change the details of a case"), _EVERYBODY),
    Thing("case_status", _("move a case on to another open status"), _EVERYBODY),
    Thing("case_share", _("share a case, and end a sharing"), _EVERYBODY),
    Thing("case_transfer", _("give a case to somebody else"), _NOT_ASSISTANTS, "cases.transfer_case"),
    Thing("case_close", _("close a case"), _NOT_ASSISTANTS, "cases.end_case"),
    Thing("case_archive", _("archive a case"), _NOT_ASSISTANTS, "cases.end_case"),
    Thing("case_bring_back", _("bring a case back"), _NOT_ASSISTANTS, "cases.end_case"),
    Thing("invoices", _("add and change invoices"), _EVERYBODY),
    Thing("payments", _("add and change payments"), _EVERYBODY),
    Thing("reminders", _("add and change reminders"), _EVERYBODY),
    Thing("files", _("add and change files"), _EVERYBODY),
    Thing("messages", _("send messages to people outside"), _EVERYBODY, "files.add_outboundmessage"),
    Thing("knowledge", _("add and change the knowledge base"), _EVERYBODY),
    Thing("people_see", _("see the people of the office"), _EVERYBODY, "accounts.view_profile"),
    Thing("people_add", _("add people"), _MANAGERS, "accounts.add_profile"),
    Thing(
        "people_change", _("change roles, suspend people and let them back in"), _MANAGERS, "accounts.change_profile"
    ),
    Thing("office", _("change the office's name and what its roles may do"), _MANAGERS, "accounts.change_org"),
    Thing("vat", _("change VAT rates"), _MANAGERS, "invoices.add_vatrate"),
    Thing("templates", _("change message templates"), _MANAGERS, "files.add_messagetemplate"),
    Thing("switches", _("turn switches"), _MANAGERS, "cases.change_featureflag"),
    Thing("keys", _("make and revoke gateway keys"), _MANAGERS, "make.change_gatewaykey"),
    Thing("endpoints", _("change webhook endpoints"), _MANAGERS, "make.change_webhookendpoint"),
    Thing("audit", _("read the audit log"), _MANAGERS, "accounts.view_auditentry"),
    Thing("rules", _("write rules for reminders and switch them"), _MANAGERS, "reminders.change_reminderrule"),
    Thing("health", _("see the health board, check and repair"), _MANAGERS, "office.run_checkrun"),
    Thing("replay", _("send deliveries to Make again"), _MANAGERS, "make.replay_delivery"),
    Thing("repair", _("start and stop background jobs, and repair"), _MANAGERS, "cases.run_jobrun"),
)


def by_role(thing: Thing) -> list[tuple[str, bool]]:
    """Each role with whether it may."""
    return [(role, role in thing.roles) for role in Profile.Role.values]


def may(role: str) -> list[str]:
    """What somebody of a role may do, for the page of a person."""
    return [str(thing.words) for thing in THINGS if role in thing.roles]


def table() -> str:
    """The things as a table in Markdown; docs/reference/roles.md holds it."""
    with translation.override("en"):
        lines = [["", *(str(role.label) for role in Profile.Role)], ["---"] * (1 + len(Profile.Role))]
        lines += [[str(one.words), *("yes" if may else "–" for _role, may in by_role(one))] for one in THINGS]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"
