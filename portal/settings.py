"""The one settings file. What differs between machines comes from the environment (or a private `.env`); see `.env.example`."""

from pathlib import Path

from django.utils.translation import gettext_lazy as _

from portal import env

BASE_DIR = Path(__file__).resolve().parent.parent
env.load(BASE_DIR / ".env")

# ── What must be set where DEBUG is off ───────────────────────────────────────────────────────────────────────────────
DEBUG = env.flag("DEBUG", default=False)
SECRET_KEY = env.text("SECRET_KEY")
FIELD_KEYS = env.key_ring("FIELD_KEYS")
INDEX_KEYS = env.key_ring("INDEX_KEYS")
SITE_URL = env.text("SITE_URL", "http://localhost:8000" if DEBUG else None).rstrip("/")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS") or (["localhost", "127.0.0.1", "[::1]"] if DEBUG else [])
HTTPS = SITE_URL.startswith("https://")
CSRF_TRUSTED_ORIGINS = [SITE_URL] if HTTPS else []

# ── The office ────────────────────────────────────────────────────────────────────────────────────────────────────────
SITE_NAME = env.text("SITE_NAME", "Regain")
OFFICE_NAME = env.text("OFFICE_NAME", "")
OFFICE_ADDRESS = env.text("OFFICE_ADDRESS", "")
OFFICE_PHONE = env.text("OFFICE_PHONE", "")
OFFICE_EMAIL = env.text("OFFICE_EMAIL", "")
OFFICE_CONTROLLER = env.text("OFFICE_CONTROLLER", "")
OFFICE_HOURS = env.text("OFFICE_HOURS", "mon-fri 09:00-17:00")
OFFICE_HOLIDAYS = env.words("OFFICE_HOLIDAYS")
FIRST_ANSWER_HOURS = env.number("FIRST_ANSWER_HOURS", 16)
URGENT_ANSWER_HOURS = env.number("URGENT_ANSWER_HOURS", 2)
CALL_HOURS = env.number("CALL_HOURS", 8)  # opening hours until somebody calls who asked for it
REMINDER_DAYS = (env.number("FIRST_REMINDER_DAYS", 3), env.number("SECOND_REMINDER_DAYS", 10))  # after sending, unconfirmed
AUTO_ASSIGN = env.flag("AUTO_ASSIGN", default=True)  # new cases go to whoever writes the language and has the fewest
COMPLAINT_DAYS = env.number("COMPLAINT_DAYS", 10)  # working days until a manager has answered a complaint
REFLECTION_HOURS = env.number("REFLECTION_HOURS", 72)

# ── Django ────────────────────────────────────────────────────────────────────────────────────────────────────────────
INSTALLED_APPS = [
    "portal.apps.PortalConfig",
    "portal.apps.StaffAdminConfig",
    "articles.apps.ArticlesConfig",
    "quotes.apps.QuotesConfig",
    "crispy_forms",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]
MIDDLEWARE = [
    "portal.middleware.RequestIdMiddleware",
    "portal.middleware.SecurityHeadersMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "portal.middleware.StaffSessionMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]
ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            # `request` and `user` only reach the admin's own templates, through each_context; a public page knows neither.
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.context.site",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static", "portal.templatetags.components"],
        },
    },
]
DATABASES = {"default": env.database("DATABASE_URL", f"sqlite:///{BASE_DIR / 'var' / 'regain.sqlite3'}")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}, **env.shared_cache("SHARED_CACHE")}
AUTH_USER_MODEL = "portal.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"
CSRF_FAILURE_VIEW = "portal.views.csrf_failure"
CRISPY_ALLOWED_TEMPLATE_PACKS = CRISPY_TEMPLATE_PACK = "regain"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# ── Languages ─────────────────────────────────────────────────────────────────────────────────────────────────────────
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("es", _("Spanish")), ("ar", _("Arabic"))]
LOCALE_PATHS = [BASE_DIR / "portal" / "locale"]
FORMAT_MODULE_PATH = "portal.formats"
TIME_ZONE = env.text("TIME_ZONE", "Europe/Madrid")
USE_TZ = True

# ── Static files ──────────────────────────────────────────────────────────────────────────────────────────────────────
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "static-built"
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "portal.bundles.BundleFinder",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = DEBUG

# ── Public pages are kept whole and compressed in each process (portal/page_cache.py) ─────────────────────────────────
SHARED_CACHE = "shared" in CACHES  # with several machines they must share the mark that says what is still good
CONTENT_VERSION_FILE = BASE_DIR / "var" / "content-version"
PAGE_CACHE_BYTES = env.number("PAGE_CACHE_MB", 32) * 1024 * 1024
PAGE_CACHE_SECONDS = env.number("PAGE_CACHE_SECONDS", 300)  # the longest that a page is kept, whatever happens; 0 keeps none

# ── Sessions and cookies ──────────────────────────────────────────────────────────────────────────────────────────────
PREFIX = "__Host-" if HTTPS else ""  # browsers refuse the prefix on plain http
SESSION_COOKIE_NAME = PREFIX + "session"
CSRF_COOKIE_NAME = PREFIX + "csrf"
LANGUAGE_COOKIE_NAME = PREFIX + "language"
BROWSER_COOKIE_NAME, BROWSER_COOKIE_AGE = (
    PREFIX + "browser",
    400 * 24 * 3600,
)  # a browser that has opened a case page: nothing else
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 30 * 24 * 3600  # a draft waits 30 days; staff and case sessions have their own, far shorter, clocks

# ── Transport ─────────────────────────────────────────────────────────────────────────────────────────────────────────
SECURE_SSL_REDIRECT = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.flag("BEHIND_PROXY", default=False) else None
TRUSTED_PROXIES = env.words("TRUSTED_PROXIES")
SECURE_HSTS_SECONDS = 63072000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.flag("HSTS_INCLUDE_SUBDOMAINS", default=True)
SECURE_HSTS_PRELOAD = env.flag("HSTS_PRELOAD", default=False)
SECURE_REFERRER_POLICY = "same-origin"  # `no-referrer` sends Origin: null, and every Django form in a real browser gets a 403
X_FRAME_OPTIONS = "DENY"
SILENCED_SYSTEM_CHECKS = [
    "security.W021",  # preload is the owner's decision for the whole domain: HSTS_PRELOAD
    "security.W002",  # framing is refused by the CSP and by SecurityHeadersMiddleware
]
DATA_UPLOAD_MAX_MEMORY_SIZE = (
    2 * 1024 * 1024
)  # of the fields of a form; files are measured while they arrive (quotes/attachments.py)
DATA_UPLOAD_MAX_NUMBER_FILES = 100

# ── Files that patients send ──────────────────────────────────────────────────────────────────────────────────────────
ATTACHMENTS_ROOT = Path(env.text("ATTACHMENTS_ROOT", "") or BASE_DIR / "var" / "files")
CLAMD = env.text("CLAMD", "")
ERASURE_LEDGER = Path(
    env.text("ERASURE_LEDGER", "") or BASE_DIR / "var" / "erasures.jsonl"
)  # back it up apart from the database

# ── Pictures in articles (public) ─────────────────────────────────────────────────────────────────────────────────────
PICTURES_ROOT = Path(env.text("PICTURES_ROOT", "") or BASE_DIR / "var" / "pictures")

# ── Limits (hospitals and mobile networks share addresses: all of them settings) ─────────────────────────────────────
LIMITS = {
    # name: (hits, seconds)
    "submit": (env.number("LIMIT_SUBMIT", 10), 3600),
    "code": (env.number("LIMIT_CODE", 3), 900),
    "code-try": (env.number("LIMIT_CODE_TRY", 20), 3600),
    "call-me": (env.number("LIMIT_CALL_ME", 5), 3600),
    "draft-link": (env.number("LIMIT_DRAFT_LINK", 5), 3600),
    "lost-link": (env.number("LIMIT_LOST_LINK", 5), 3600),
    "feedback": (env.number("LIMIT_FEEDBACK", 10), 3600),
    "pdf": (env.number("LIMIT_PDF", 10), 3600),
    "upload": (env.number("LIMIT_UPLOAD", 200), 3600),
    "not-me": (env.number("LIMIT_NOT_ME", 3), 24 * 3600),
    "not-me-client": (env.number("LIMIT_NOT_ME_CLIENT", 20), 3600),
    "passphrase": (env.number("LIMIT_PASSPHRASE", 5), 3600),
    "invite": (env.number("LIMIT_INVITE", 10), 24 * 3600),
    "invite-again": (env.number("LIMIT_INVITE_AGAIN", 3), 24 * 3600),
    "new-address": (env.number("LIMIT_NEW_ADDRESS", 5), 24 * 3600),
    "export": (env.number("LIMIT_EXPORT", 6), 24 * 3600),
    "complaint": (env.number("LIMIT_COMPLAINT", 10), 24 * 3600),
    "sign-in": (env.number("LIMIT_SIGN_IN", 5), 900),
}
STAFF_IDLE_SECONDS, STAFF_SESSION_SECONDS = 15 * 60, 10 * 3600
CASE_IDLE_SECONDS, CASE_SESSION_SECONDS = 60 * 60, 8 * 3600
SHARED_IDLE_SECONDS = 10 * 60  # of a case page on a computer that others use too
ACCESS_CODE_SECONDS, ACCESS_CODE_TRIES = 20 * 60, 5

# ── E-mail: everything goes through the outbox (portal/outbox.py) ─────────────────────────────────────────────────────
DEFAULT_FROM_EMAIL = env.text("MAIL_FROM", f"{SITE_NAME} <noreply@localhost>")
MAIL_REPLY_TO = env.text("MAIL_REPLY_TO", "")
EMAIL_HOST = env.text("EMAIL_HOST", "")
EMAIL_PORT = env.number("EMAIL_PORT", 587)
EMAIL_HOST_USER = env.text("EMAIL_USER", "")
EMAIL_HOST_PASSWORD = env.text("EMAIL_PASSWORD", "")
EMAIL_USE_TLS = env.flag("EMAIL_TLS", default=True)
EMAIL_TIMEOUT = 30
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend" if EMAIL_HOST else "portal.devmail.FileBackend"
EMAIL_FILE_PATH = BASE_DIR / "var" / "mail"

# ── Logs: JSON lines without paths' secrets, query strings or bodies ──────────────────────────────────────────────────
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "portal.logs.JsonFormatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        "django.server": {"handlers": [], "level": "WARNING", "propagate": True},
        "django.request": {
            "handlers": [],
            "level": "CRITICAL",
            "propagate": True,
        },  # prints paths with tokens; ours are redacted
    },
}
DEFAULT_EXCEPTION_REPORTER_FILTER = "portal.logs.ReporterFilter"
