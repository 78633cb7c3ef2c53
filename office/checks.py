"""The checks of the health board: what each is called, what it means, what to do, and how much it weighs."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from office import check_system
from office.check_rows import logins, outbox, quick, walked
from office.findings import Look

# How much of the score hangs on a check, by what it costs where nobody mends it.
DATA, WAY, DERIVED, WORK = 8, 5, 3, 1


@dataclass(frozen=True)
class Check:
    """One line of the board."""

    name: str
    label: Promise
    weight: int
    look: Look
    meaning: Promise
    cure: Promise
    # About one office's rows, or about the system that all offices share.
    is_of_system: bool = False
    # Every few minutes, or once a night because every helper is read.
    is_quick: bool = True


_ALL = (
    Check(
        "current_version", _("Each case has its current version"), DATA, quick("current_version"),
        _("Every case has exactly one current version: the newest. Without it the case cannot be opened."),
        _("Repair makes the newest version the current one. A case without any version needs a save from the UI."),
    ),
    Check(
        "versions", _("Numbers and names of versions"), DATA, walked("versions"),
        _("Versions of a plate are numbered one after the other, and each is called by its plate and number."
          " A gap means that a version was removed past all the guards."),
        _("Nothing here is repaired by itself, because a saved version never changes. Compare with the last backup and"
          " call the developer."),
        is_quick=False,
    ),
    Check(
        "plates", _("The plate in the helper is the case's"), DATA, walked("plates"),
        _("The current helper names another plate than its case. Somebody may have saved one car over another."),
        _("Open the case and compare with the version before. Restore it, or correct the plate in the UI; nothing is"
          " changed in a helper from here."),
        is_quick=False,
    ),
    Check(
        "search_rows", _("Cases are found by what they say"), DERIVED, walked("search_rows"),
        _("What a case is searched by is kept beside it. It is missing, or not what the current helper says."),
        _("Repair makes it anew from the current helper. The helper itself stays as it is."),
        is_quick=False,
    ),
    Check(
        "tracking_rows", _("Tracking tables are up to date"), DERIVED, walked("tracking_rows"),
        _("The tracking tables are derived from the current helper. Of these cases they are missing or differ."),
        _("Repair derives them anew. What it says could not be derived needs the developer."),
        is_quick=False,
    ),
    Check(
        "centers", _("Parts and invoices stand with a damage center"), DERIVED, walked("centers"),
        _("A part or an invoice belongs to a damage center that the current helper does not have any more."),
        _("Open the case, and give them to another center or cancel them. Nobody can guess to which."),
        is_quick=False,
    ),
    Check(
        "pictures", _("Pictures have their files"), DERIVED, quick("pictures"),
        _("A gallery shows a picture of which neither a file nor an address is kept."),
        _("Upload the picture again, or put it away in the gallery."),
    ),
    Check(
        "files", _("Stored files are whole"), DATA, quick("files"),
        _("A stored file was read back, and its bytes are gone or not what was stored."),
        _("Bring the file back from a backup of the storage, then let the repair read it again."),
    ),
    Check(
        "invoice_lines", _("Invoice lines are assigned"), WORK, quick("invoice_lines"),
        _("An invoice waits for days with lines that belong to no damage center, or its case was closed over it."),
        _("Open the invoice and assign its lines, or cancel it."),
    ),
    Check(
        "payments", _("Fees are paid in time"), WORK, quick("payments"),
        _("A fee was expected long ago and is not paid."),
        _("Open the payment, ask for it, and write down what was said; or change the expected date."),
    ),
    Check(
        "mirror", _("Make and we understand each other"), WAY, quick("mirror"),
        _("What Make sent for a case was refused, and nothing good came after it."),
        _("Look at the reason in the mirror log, put it right in the scenario, and send it again from Make."),
    ),
    Check(
        "onedrive", _("Copies on OneDrive"), DERIVED, quick("onedrive"),
        _("Make was asked to copy a file to OneDrive several times, and did not."),
        _("See that the scenario runs. Repair asks Make once more for each file."),
    ),
    Check(
        "messages", _("Messages are sent"), WAY, quick("messages"),
        _("A mail, SMS or WhatsApp to somebody outside was not sent, or nobody said what became of it."),
        _("Look at the reason. Repair sends those again that failed; whoever is not to get it any more is left out by"
          " nobody, so look at the list first."),
    ),
    Check(
        "reports", _("Reports are made"), WAY, quick("reports"),
        _("A report could not be made, or nobody is making it."),
        _("See that a worker runs, and Gotenberg or Chromium. Repair asks for those that failed again, from the same"
          " version."),
    ),
    Check(
        "reminders", _("Reminders arrive"), WAY, quick("reminders"),
        _("A reminder's time has passed and it was not released, or it was and reached nobody."),
        _("See that worker and beat run. Repair starts the job that releases reminders now."),
    ),
    Check(
        "deliveries", _("Make hears our news"), WAY, quick("deliveries"),
        _("Telling Make was tried several times and given up."),
        _("See that the scenario is on. Repair puts the deliveries back into the queue."),
    ),
    Check(
        "outbox", _("Nothing waits in the outbox"), WAY, outbox,
        _("News for Make wait and nobody takes them up, or their endpoint is paused."),
        _("See that a worker runs, and set a paused endpoint going again. Repair starts the delivery now."),
    ),
    Check(
        "changes", _("Versions say what changed"), WORK, quick("changes"),
        _("The list of versions shows how much each changed. Of these nobody counted it yet."),
        _("The worker counts by itself; repair counts them now."),
    ),
    Check(
        "errors", _("Errors in the last hour"), WAY, quick("errors"),
        _("More went wrong within the last hour than an hour may bring."),
        _("Read the notes below the board. It is well again when the hour is over and nothing new comes."),
    ),
    Check(
        "logins", _("Logins belong to active people"), WORK, logins,
        _("A staff login still opens, although its person is not active in the office any more."),
        _("Close the login, or make the person active again."),
    ),
    Check(
        "workers", _("Broker and workers are at work"), DATA, check_system.workers,
        _("Everything that happens in the background needs a broker and at least one worker."),
        _("Start them: celery worker and celery beat. Until then nothing is delivered and no reminder leaves."),
        is_of_system=True,
    ),
    Check(
        "jobs", _("Background jobs come in time"), WAY, check_system.jobs,
        _("A job of the schedule is late or failed, or its worker was lost in the middle."),
        _("See that beat runs. Repair closes lost runs and starts what is late."),
        is_of_system=True,
    ),
    Check(
        "migrations", _("The database has every migration"), DATA, check_system.migrations,
        _("The program and the database are not of the same day: a migration is missing, or one has no file here."),
        _("Run manage.py migrate with the owner's login, or bring the program up to date."),
        is_of_system=True,
    ),
    Check(
        "schema", _("The schema is what it should be"), DATA, check_system.schema,
        _("A column, function, index, trigger or policy was added or removed past the migrations."),
        _("Find out who changed it. Write a migration for what is wanted, and take back what is not."),
        is_of_system=True,
    ),
    Check(
        "clock", _("The clocks agree"), WORK, check_system.clock,
        _("The clock of the web server and that of the database are apart; times in lists and signatures suffer."),
        _("Turn on time synchronisation (NTP) on the server."),
        is_of_system=True,
    ),
    Check(
        "disk", _("Room for files"), WAY, check_system.disk,
        _("The disk that holds files is nearly full. When it is, uploads and reports fail."),
        _("Make room or a larger disk. Pictures that lie on OneDrive are let go by themselves."),
        is_of_system=True,
    ),
    Check(
        "database_size", _("Room for the database"), WAY, check_system.database_size,
        _("The database is nearly as large as its plan lets it be. When it is, nothing can be saved."),
        _("Take a larger plan, and tell it in HEALTH_DATABASE_BYTES."),
        is_of_system=True,
    ),
    Check(
        "slow_statements", _("Statements are quick"), WORK, check_system.slow_statements,
        _("A statement takes long on average, or is at work for long now. Without the extension pg_stat_statements only"
          " the second can be seen."),
        _("Tell the developer the number of the statement, and turn the extension on where it is missing."),
        is_of_system=True,
    ),
    Check(
        "backup", _("The last backup"), DATA, check_system.backup,
        _("When the database was last kept in another place."),
        _("Set up a backup. As long as nothing tells of one, the board does not call it well."),
        is_of_system=True,
    ),
)  # fmt: skip

CHECKS: dict[str, Check] = {check.name: check for check in _ALL}
