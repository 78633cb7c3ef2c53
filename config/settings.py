"""Settings of the back office, read from the environment and grouped by topic."""

import os
from pathlib import Path
from urllib.parse import unquote, urlsplit

import environ
from csp.constants import NONE, SELF

from config.logs import logging_config

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
MB = 1024 * 1024

# --- Where we run -----------------------------------------------------------------------------------------------

DEBUG = env.bool("DJANGO_DEBUG", default=False)
SECRET_KEY = env.str("DJANGO_SECRET_KEY")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
# Off only where no TLS stands in front: on this machine's loopback.
HTTPS_ONLY = env.bool("HTTPS_ONLY", default=True)
# How many proxies of ours stand in front; only then is X-Forwarded-For believed.
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=0)

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
# ERROR_HOOK is module:function, which is told of each defect; empty: the log alone.
LOGGING = logging_config(env.str("LOG_LEVEL", default="INFO"), env.str("ERROR_HOOK", default=""))
# Whoever sends this as Bearer may read /metrics; empty: the address does not exist.
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")

INSTALLED_APPS = [
    # Before the admin, or templates/admin/base_site.html would not be ours.
    "accounts.apps.AccountsConfig",
    "cases",
    "helpers",
    "parts",
    "knowledge",
    "intake",
    "files",
    "invoices",
    "reminders",
    "office",
    "make",
    "moving",
    "accounts.apps.OfficeAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "axes",
    "csp",
    # Of allauth only what keeps and computes the second factor; none of its pages has an address here.
    "allauth",
    "allauth.account",
    "allauth.mfa",
]

MIDDLEWARE = [
    "core.requests.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "core.cors.CorsMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    # The API's list ends here; what follows is for pages.
    "core.requests.ApiMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "axes.middleware.AxesMiddleware",
    # allauth does not start without it.
    "allauth.account.middleware.AccountMiddleware",
    "accounts.door.DoorMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

# --- Database ---------------------------------------------------------------------------------------------------

# Behind a pooler in transaction mode (Supavisor on 6543) neither prepared statements nor cursors live on.
DATABASE_POOLED = env.bool("DATABASE_POOLED", default=False)
DATABASES = {
    "default": {
        **env.db("DATABASE_URL"),
        # One connection a server thread, kept; core.acting replaces a lost one.
        "CONN_MAX_AGE": None,
        "DISABLE_SERVER_SIDE_CURSORS": DATABASE_POOLED,
        "OPTIONS": {
            # Values travel beside the statement, so that the server's log of a failed one holds no content.
            "server_side_binding": True,
            "prepare_threshold": None if DATABASE_POOLED else 3,
            "connect_timeout": 5,
            "application_name": "backoffice",
        },
    }
}
# The login that owns the schema; only `manage.py migrate` and the local launcher use it.
OWNER_DATABASE_URL = env.str("OWNER_DATABASE_URL", default="")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Broker and cache -------------------------------------------------------------------------------------------

CACHES = {"default": env.cache("CACHE_URL", default="locmemcache://")}
if "redis" in CACHES["default"]["BACKEND"]:
    # The cache counts requests; a slow one must not become a slow save.
    CACHES["default"]["OPTIONS"] = {"socket_connect_timeout": 0.2, "socket_timeout": 0.2}
CELERY_BROKER_URL = env.str("CELERY_BROKER_URL", default="redis://127.0.0.1:6379/0")
CELERY_TIMEZONE = "Asia/Jerusalem"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_CONCURRENCY = env.int("WORKER_PROCESSES", default=2)
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_TIME_LIMIT = 120
CELERY_TASK_SOFT_TIME_LIMIT = 90
# kombu looks at every tenth check only; its own default would hold a lost task for an hour.
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 300}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_SEND_TASK_EVENTS = False

# --- Make: the way out --------------------------------------------------------------------------------------------

# Where our own links in a webhook's body lead; empty: they are relative.
PUBLIC_BASE_URL = env.str("PUBLIC_BASE_URL", default="").rstrip("/")
# Seconds to wait after each failed attempt; when they are used up, the delivery is given up.
WEBHOOK_RETRY_SECONDS = env.list("WEBHOOK_RETRY_SECONDS", cast=int, default=[5, 300, 1800, 7200, 28800, 86400])
# Make takes 30 posts a second for an address; 0 is as fast as it goes.
WEBHOOK_RATE_PER_SECOND = env.int("WEBHOOK_RATE_PER_SECOND", default=25)
WEBHOOK_TIMEOUT_SECONDS = env.int("WEBHOOK_TIMEOUT_SECONDS", default=15)
# How long a worker may keep a delivery to itself; must be well over the time-out.
WEBHOOK_LEASE_SECONDS = env.int("WEBHOOK_LEASE_SECONDS", default=45)
# Only hosts with these ends may be addressed; empty: any public one.
WEBHOOK_ALLOWED_HOSTS = env.list("WEBHOOK_ALLOWED_HOSTS", default=["make.com"])
# Private and loopback addresses, and plain http: for a machine of one's own, never in production.
WEBHOOK_ALLOW_PRIVATE = env.bool("WEBHOOK_ALLOW_PRIVATE", default=False)
# A newest version that nobody exported or saved over for so long is exported by us.
EXPORT_AFTER_MINUTES = env.int("EXPORT_AFTER_MINUTES", default=15)
EXPORT_TICKET_SECONDS = env.int("EXPORT_TICKET_SECONDS", default=3600)

# Notes for staff, and what background jobs did, are kept for so long.
SYSTEM_LOG_DAYS = env.int("SYSTEM_LOG_DAYS", default=90)

# --- The health board: from where on something is wrong, and why there --------------------------------------------

HEALTH_LIMITS = {
    # The UI opens a case and saves its first version in two requests.
    "first_version_minutes": env.int("HEALTH_FIRST_VERSION_MINUTES", default=10),
    # What failed longer ago is history that nobody mends any more.
    "failed_days": env.int("HEALTH_FAILED_DAYS", default=14),
    # An invoice is assigned within the week it comes in.
    "unmapped_days": env.int("HEALTH_UNMAPPED_DAYS", default=3),
    # Insurers pay late; a month is more than that.
    "late_payment_days": env.int("HEALTH_LATE_PAYMENT_DAYS", default=30),
    # Reminders leave within seconds; a restart takes minutes.
    "reminder_minutes": env.int("HEALTH_REMINDER_MINUTES", default=10),
    # A sweep looks every five seconds; as /readyz has it.
    "outbox_seconds": env.int("HEALTH_OUTBOX_SECONDS", default=120),
    # The worker counts within seconds, and rests an hour after a count that failed.
    "count_minutes": env.int("HEALTH_COUNT_MINUTES", default=15),
    # Make may tell of parts before the UI saves their center.
    "center_hours": env.int("HEALTH_CENTER_HOURS", default=24),
    # A scenario of Make may be off over night.
    "message_hours": env.int("HEALTH_MESSAGE_HOURS", default=12),
    # All retries of a report together take five minutes.
    "report_minutes": env.int("HEALTH_REPORT_MINUTES", default=15),
    # A hiccup of the network or of Make is no trouble yet.
    "errors_per_hour": env.int("HEALTH_ERRORS_PER_HOUR", default=5),
}
# Signatures of webhooks are good for five minutes, tokens for less; seconds are seen in lists.
HEALTH_CLOCK_SECONDS = env.int("HEALTH_CLOCK_SECONDS", default=5)
# Of the disk for files, and of the database's place.
HEALTH_FREE_PERCENT = env.int("HEALTH_FREE_PERCENT", default=10)
# What Supabase's smallest paid plan brings.
HEALTH_DATABASE_BYTES = env.int("HEALTH_DATABASE_BYTES", default=8 * 1024 * MB)
# People wait for a page; 20 s are near the 30 s after which the server gives up.
HEALTH_SLOW_MS = env.int("HEALTH_SLOW_MS", default=1000)
HEALTH_RUNNING_SECONDS = env.int("HEALTH_RUNNING_SECONDS", default=20)
# Once a day, and some time to do it.
HEALTH_BACKUP_HOURS = env.int("HEALTH_BACKUP_HOURS", default=26)
# For each check that reads every helper, in each office.
HEALTH_WALK_SECONDS = env.int("HEALTH_WALK_SECONDS", default=300)

# --- The cutover: what must be so before a module changes hands -----------------------------------------------------

CUTOVER_LIMITS = {
    # Over so many days calls and deliveries are counted: a working week with its weekend.
    "days": env.int("CUTOVER_DAYS", default=7),
    # For so many days nothing of the module may have been ours alone for longer than the minutes below.
    "drift_days": env.int("CUTOVER_DRIFT_DAYS", default=7),
    # Make is told when the UI says good-bye, or by us after EXPORT_AFTER_MINUTES.
    "drift_minutes": env.int("CUTOVER_DRIFT_MINUTES", default=60),
    # Of fewer nobody can tell a rate.
    "calls": env.int("CUTOVER_MIN_CALLS", default=100),
    "deliveries": env.int("CUTOVER_MIN_DELIVERIES", default=100),
    "percent": env.float("CUTOVER_SUCCESS_PERCENT", default=99.0),
    # Since the last backup that was verified; as the health board has it.
    "backup_hours": env.int("CUTOVER_BACKUP_HOURS", default=HEALTH_BACKUP_HOURS),
    "outbox_seconds": HEALTH_LIMITS["outbox_seconds"],
}

# --- Backups ------------------------------------------------------------------------------------------------------

# Where they are kept, best another disk that is carried away from there; empty: none is made at night.
BACKUP_FOLDER = env.str("BACKUP_FOLDER", default="")
# So many of the newest stay; 0: all.
BACKUP_KEEP = env.int("BACKUP_KEEP", default=14)
# The bytes of files too; off where somebody else keeps the storage.
BACKUP_FILES = env.bool("BACKUP_FILES", default=True)
# A login that may read everything, on a direct connection or a session pooler; empty: the owner of the schema.
BACKUP_DATABASE_URL = env.str("BACKUP_DATABASE_URL", default="")
# The folder of pg_dump and pg_restore; empty: the path, then where distributions put them.
PG_BIN = env.str("PG_BIN", default="")

# Origins of the UI, exactly as browsers name them; pages of our own host need not be named.
CORS_ALLOWED_ORIGINS = env.list("CORS_ALLOWED_ORIGINS", default=[])

# --- Live news: where browsers open the event stream; empty: this host, whose proxy knows the event server ---------

EVENTS_URL = env.str("EVENTS_URL", default="")

# --- The page at /demo/, which gives whoever asks a token of these people: the local stack alone sets it -----------

LOCAL_PEOPLE = env.list("LOCAL_PEOPLE", default=[])

# --- Files: buckets on this machine's disk, or behind Supabase Storage's S3 endpoint ------------------------------

FILES_ROOT = Path(env.str("FILES_ROOT", default=str(BASE_DIR / "var" / "files")))
FILES_S3_ENDPOINT = env.str("FILES_S3_ENDPOINT", default="")
FILES_S3_REGION = env.str("FILES_S3_REGION", default="us-east-1")
FILES_S3_ACCESS_KEY = env.str("FILES_S3_ACCESS_KEY", default="")
FILES_S3_SECRET_KEY = env.str("FILES_S3_SECRET_KEY", default="")
FILE_MAX_BYTES = env.int("FILE_MAX_BYTES", default=50 * MB)
# How long to wait for Make's answer after each time it was asked to copy a file to OneDrive; after the last it failed.
ONEDRIVE_ASK_AGAIN_SECONDS = env.list("ONEDRIVE_ASK_AGAIN_SECONDS", cast=int, default=[900, 3600, 14400, 86400])
# Pictures: the longest side of what is shown in lists, and of the copy an office may keep; how much one upload brings.
PICTURE_THUMBNAIL_SIDE = env.int("PICTURE_THUMBNAIL_SIDE", default=320)
PICTURE_PROCESSED_SIDE = env.int("PICTURE_PROCESSED_SIDE", default=1920)
# Decoding one picture happens in a process of its own, which may take so much.
PICTURE_SECONDS = env.int("PICTURE_SECONDS", default=20)
PICTURE_MEMORY_BYTES = env.int("PICTURE_MEMORY_BYTES", default=1536 * MB)
PICTURES_MAX_BYTES = env.int("PICTURES_MAX_BYTES", default=200 * MB)
# What an upload needs until it is stored; the system's own folder where nothing is named.
FILE_UPLOAD_TEMP_DIR = env.str("FILES_TEMP", default="") or None
# Where signed links lead: best a host of its own, so that nothing in a file shares the office's cookies.
FILES_ORIGIN = env.str("FILES_ORIGIN", default=PUBLIC_BASE_URL).rstrip("/")
# What sign-url gives at most, and how long a link that is sent to somebody may live.
LINK_MAX_SECONDS = env.int("LINK_MAX_SECONDS", default=15 * 60)
SHARE_LINK_DAYS = env.int("SHARE_LINK_DAYS", default=14)
# Each stored file is read back and compared with its checksum once in so many days.
FILES_CHECK_DAYS = env.int("FILES_CHECK_DAYS", default=30)
# What we stored and no row names, as a killed upload leaves it, is removed after so many days.
FILES_ORPHAN_DAYS = env.int("FILES_ORPHAN_DAYS", default=30)

# --- Reports: HTML to PDF, by Gotenberg where an address is given, else by a Chromium of this machine -------------

GOTENBERG_URL = env.str("GOTENBERG_URL", default="").rstrip("/")
GOTENBERG_USER = env.str("GOTENBERG_USER", default="")
GOTENBERG_PASSWORD = env.str("GOTENBERG_PASSWORD", default="")
# Empty: the first one found on the path.
CHROMIUM = env.str("CHROMIUM", default="")
# Its sandbox needs user namespaces; it cannot be had by root.
CHROMIUM_SANDBOX = env.bool("CHROMIUM_SANDBOX", default=os.geteuid() != 0)
REPORT_SECONDS = env.int("REPORT_SECONDS", default=30)
# How long a worker may keep a report to itself; must be well over the time for the PDF.
REPORT_LEASE_SECONDS = env.int("REPORT_LEASE_SECONDS", default=90)
# Seconds to wait after each failed attempt that may go better; when they are used up, the report has failed.
REPORT_RETRY_SECONDS = env.list("REPORT_RETRY_SECONDS", cast=int, default=[5, 20, 60, 180])
REPORT_MAX_PAGES = env.int("REPORT_MAX_PAGES", default=300)
REPORT_MAX_BYTES = env.int("REPORT_MAX_BYTES", default=50 * MB)
REPORT_HTML_MAX_BYTES = env.int("REPORT_HTML_MAX_BYTES", default=10 * MB)

# --- Messages to people outside: mail by our own server where one is named, all else by Make ----------------------

# smtp://user:password@host:587, smtp+tls:// for STARTTLS, smtps:// for TLS from the start.
_MAIL = urlsplit(env.str("EMAIL_URL", default=""))
EMAIL_HOST = _MAIL.hostname or ""
EMAIL_PORT = _MAIL.port or {"smtps": 465, "smtp+tls": 587}.get(_MAIL.scheme, 25)
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = unquote(_MAIL.username or ""), unquote(_MAIL.password or "")
EMAIL_USE_TLS, EMAIL_USE_SSL = _MAIL.scheme == "smtp+tls", _MAIL.scheme == "smtps"
EMAIL_TIMEOUT = env.int("EMAIL_TIMEOUT", default=20)
DEFAULT_FROM_EMAIL = env.str("EMAIL_FROM", default=f"office@{EMAIL_HOST or 'localhost'}")
# How long a worker may keep a message to itself; must be well over the time for the mail server.
MESSAGE_LEASE_SECONDS = env.int("MESSAGE_LEASE_SECONDS", default=120)
MESSAGE_RETRY_SECONDS = env.list("MESSAGE_RETRY_SECONDS", cast=int, default=[30, 300, 1800, 7200])
# Of one office.
MESSAGES_PER_HOUR = env.int("MESSAGES_PER_HOUR", default=120)
# Whom a case is passed on to or shared with is mailed by our own server, where there is one.
MAIL_COLLEAGUES = env.bool("MAIL_COLLEAGUES", default=True)
# A file cabinet as one ZIP can be had for so long.
CABINET_DAYS = env.int("CABINET_DAYS", default=3)

# --- Language, time and looks -----------------------------------------------------------------------------------

LANGUAGE_CODE = "he"
LANGUAGES = [("he", "עברית"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Jerusalem"
USE_TZ = True
STATIC_URL = "/static/"
STATIC_ROOT = env.path("STATIC_ROOT", default=str(BASE_DIR / "var" / "static"))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

# What has its version, or a hash of its content, in its name never changes and is kept for a year.
WHITENOISE_IMMUTABLE_FILE_TEST = r"/client/[0-9]+\.[0-9]+\.[0-9]+/|\.[0-9a-f]{12}\.[^/]+$"

# --- Staff: login, sessions, browser rules ----------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "accounts.people_backend.RolePermissions",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "accounts.passwords.LongEnough", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "accounts.passwords.NotTheOldOne"},
]
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"
AXES_FAILURE_LIMIT = env.int("LOGIN_FAILURE_LIMIT", default=10)
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = ["username", "ip_address"]
AXES_IPWARE_PROXY_COUNT = TRUSTED_PROXIES or None
AXES_IPWARE_META_PRECEDENCE_ORDER = ["HTTP_X_FORWARDED_FOR", "REMOTE_ADDR"] if TRUSTED_PROXIES else ["REMOTE_ADDR"]
AXES_ENABLE_ACCESS_FAILURE_LOG = False
AXES_VERBOSE = False
# Its lists speak English only; `manage.py axes_reset` lets somebody in again.
AXES_ENABLE_ADMIN = False
AXES_LOCKOUT_CALLABLE = "accounts.site.locked_out"

# Minutes without a sign of life until a session ends, and until its page warns.
IDLE_LOGOUT_MINUTES = env.float("IDLE_LOGOUT_MINUTES", default=15)
IDLE_WARNING_MINUTES = env.float("IDLE_WARNING_MINUTES", default=13)
# A password that a manager gives is good for so long.
ONE_TIME_PASSWORD_HOURS = env.int("ONE_TIME_PASSWORD_HOURS", default=24)
# Staff may log in with their Supabase password or a code by mail, where SUPABASE_URL and the publishable key are set.
SUPABASE_LOGIN = env.bool("SUPABASE_LOGIN", default=True)
# Roles that may do nothing without a second factor; superusers count among them unless this is empty.
SECOND_FACTOR_ROLES = env.list("SECOND_FACTOR_ROLES", default=["developer", "admin"])
# Its secrets are encrypted with the first of these, and read with all.
SECOND_FACTOR_KEYS = env.list("SECOND_FACTOR_KEYS", default=[SECRET_KEY])
# What stands in somebody's authenticator app.
SECOND_FACTOR_NAME = env.str("SECOND_FACTOR_NAME", default="Back office")
MFA_ADAPTER = "accounts.second_factor_keys.Adapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_RECOVERY_CODE_COUNT = 10

SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS_ONLY
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
SECURE_SSL_REDIRECT = HTTPS_ONLY
# A balancer asks these by plain HTTP, from beside us.
SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz)$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if HTTPS_ONLY else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS_ONLY
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", *([FILES_ORIGIN] if FILES_ORIGIN else [])],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        # Previews of files, which may have a host of their own.
        "frame-src": [SELF, *([FILES_ORIGIN] if FILES_ORIGIN else [])],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}

# --- The API: who is calling, and how much they may send ---------------------------------------------------------

SUPABASE_URL = env.str("SUPABASE_URL", default="")
SUPABASE_ANON_KEY = env.str("SUPABASE_ANON_KEY", default="")
SUPABASE_SERVICE_ROLE = env.str("SUPABASE_SERVICE_ROLE", default="")
SUPABASE_JWT_SECRET = env.str("SUPABASE_JWT_SECRET", default="")
SUPABASE_JWT_ISSUER = env.str("SUPABASE_JWT_ISSUER", default=f"{SUPABASE_URL}/auth/v1" if SUPABASE_URL else "")
SUPABASE_JWT_AUDIENCE = env.str("SUPABASE_JWT_AUDIENCE", default="authenticated")
SUPABASE_JWKS_URL = env.str(
    "SUPABASE_JWKS_URL", default=f"{SUPABASE_URL}/auth/v1/.well-known/jwks.json" if SUPABASE_URL else ""
)

HELPER_MAX_BYTES = env.int("HELPER_MAX_BYTES", default=16 * MB)
HELPER_MAX_DEPTH = env.int("HELPER_MAX_DEPTH", default=100)
HELPER_MAX_NODES = env.int("HELPER_MAX_NODES", default=400_000)
# Texts of versions kept in each web process.
HELPER_CACHE_BYTES = env.int("HELPER_CACHE_BYTES", default=64 * MB)
# The text of one document of the knowledge base.
KB_MAX_BYTES = env.int("KB_MAX_BYTES", default=2 * MB)
DATA_UPLOAD_MAX_MEMORY_SIZE = HELPER_MAX_BYTES
FILE_UPLOAD_MAX_MEMORY_SIZE = HELPER_MAX_BYTES
# To count all cases of a large office takes longer than to show a page of them, and nobody turns so many pages.
ADMIN_MOST_COUNTED = 10_000
# Requests a minute for each person, key or address.
API_RATE_PER_MINUTE = env.int("API_RATE_PER_MINUTE", default=6000)
# Calls a minute from one address that name nobody we know.
STRANGER_RATE_PER_MINUTE = env.int("STRANGER_RATE_PER_MINUTE", default=300)

# How often a minute a calendar may be fetched by its secret address.
CALENDAR_PER_MINUTE = env.int("CALENDAR_PER_MINUTE", default=30)

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "make.authentication.GatewayAuthentication",
        "accounts.authentication.SupabaseAuthentication",
        "accounts.authentication.StaffAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": [
        "rest_framework.permissions.IsAuthenticated",
        "make.authentication.KeysWithinBounds",
    ],
    "DEFAULT_RENDERER_CLASSES": ["core.rendering.ExactRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "COERCE_DECIMAL_TO_STRING": False,
    "UNAUTHENTICATED_USER": None,
}

SPECTACULAR_SETTINGS = {
    "TITLE": "Appraiser back office",
    "DESCRIPTION": "Cases, and every version of their helpers. Errors are application/problem+json.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "ENUM_NAME_OVERRIDES": {
        "Door": "cases.models.Event.Door",
        "CaseStatus": "cases.models.Case.Status",
        "DeliveryStatus": "make.models.Delivery.Status",
        "SelectedPartStatus": "parts.models.SelectedPart.Status",
        "PartRequiredStatus": "parts.models.PartRequired.Status",
        "OcrKind": "intake.models.OcrResult.Kind",
        "ReportPicture": "files.asset_serializers.PICTURES",
        "PictureCategory": "files.picture_models.Image.Category",
        "InvoiceType": "invoices.models.Invoice.Type",
        "FeeInvoiceType": "cases.payments.FeeInvoice.Type",
        "InvoiceStatus": "invoices.models.Invoice.Status",
        "InvoiceStatusMove": "invoices.serializers.MOVES",
        "NewInvoiceStatus": "invoices.serializers.NEW",
        "ReportType": "files.models.Report.Type",
        "AskedReportType": "files.report_serializers.TYPES",
        "TrackedReport": "cases.tracking.TrackingFinalReport.ReportType",
        "DraftOrFinal": "files.models.Report.Nature",
        "ReportSource": "files.models.Report.Source",
        "PictureSource": "files.picture_models.Image.Source",
        "ReportStatus": "files.models.Report.Status",
        "FileCategory": "files.models.Document.Category",
        "FileCategoryOfPeople": "files.serializers.CATEGORIES",
        "FilePurpose": "files.models.DocumentLink.Purpose",
        "MessageStatus": "files.models.OutboundMessage.Status",
        "MessageOutcomeStatus": "make.message_ops.OUTCOMES",
        "MessageChannel": "files.models.OutboundMessage.Channel",
        "MessageVia": "files.models.OutboundMessage.Via",
        "ReminderChannel": "reminders.models.Channel",
        "ReminderCategory": "reminders.models.Reminder.Category",
        "ReminderStatus": "reminders.models.Reminder.Status",
        "ReminderVia": "reminders.models.Occurrence.Via",
        "OccurrenceStatus": "reminders.models.Occurrence.Status",
    },
    "POSTPROCESSING_HOOKS": ["drf_spectacular.hooks.postprocess_schema_enums", "core.openapi.with_errors"],
}
