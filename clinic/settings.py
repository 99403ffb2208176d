"""Every setting, once, in reading order; refuses nonsense at start."""

import os
import sys
from pathlib import Path

import dj_database_url
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from clinic.database import embedded
from clinic.rules.description import DESCRIPTION

BASE_DIR = Path(__file__).resolve().parent.parent


def _whole_number(name: str, otherwise: str) -> int:
    """A setting of at least 1. Raises ImproperlyConfigured."""
    told = os.environ.get(name) or otherwise
    if not told.isascii() or not told.isdigit() or int(told) < 1:
        raise ImproperlyConfigured(f"{name} is {told!r}. Set it to a whole number of at least 1.")
    return int(told)


# --- which kind of installation this is -------------------------------------------------
MODES = ("production", "demo", "test")
MODE = os.environ.get("CASEBOOK_MODE", "production")
if MODE not in MODES:
    raise ImproperlyConfigured(f"CASEBOOK_MODE is {MODE!r}. Set it to one of: {', '.join(MODES)}.")

HOME = Path(os.environ.get("CASEBOOK_HOME") or BASE_DIR / "var").resolve()
DEBUG = False
if os.environ.get("DEBUG", "").lower() not in ("", "0", "false", "no") and MODE == "production":
    raise ImproperlyConfigured("DEBUG is set. Production never runs with it: unset DEBUG.")

# The demo's passwords are printed on the screen, so its key need not be a secret either.
OPEN_KEY = "demo-and-test-only-" + "0" * 44
SECRET_KEY = os.environ.get("CASEBOOK_SECRET_KEY") or (OPEN_KEY if MODE != "production" else "")
if MODE == "production" and (len(SECRET_KEY) < 50 or SECRET_KEY == OPEN_KEY):
    raise ImproperlyConfigured(
        "CASEBOOK_SECRET_KEY must be a random text of at least 50 characters, for instance from: "
        "python3 -c 'import secrets; print(secrets.token_urlsafe(50))'"
    )

# Pseudonyms in files for research are made with it: with another key they are others.
RESEARCH_KEY = os.environ.get("CASEBOOK_RESEARCH_KEY") or SECRET_KEY
# Keys that were in use before: what was signed or encrypted with them (second factors) can be read on.
SECRET_KEY_FALLBACKS = [key for key in os.environ.get("CASEBOOK_OLD_SECRET_KEYS", "").split(",") if key]

ALLOWED_HOSTS = [h for h in os.environ.get("CASEBOOK_HOSTS", "").split(",") if h]
if MODE == "production" and not ALLOWED_HOSTS:
    raise ImproperlyConfigured("CASEBOOK_HOSTS must name the host names this site answers to, separated by commas.")
if MODE != "production":
    ALLOWED_HOSTS += ["127.0.0.1", "localhost", "testserver"]
CSRF_TRUSTED_ORIGINS = [f"https://{h}" for h in ALLOWED_HOSTS] if MODE == "production" else []

# --- the database: PostgreSQL, with two roles -------------------------------------------
# The application serves as casebook_app; casebook_owner owns the tables and migrates.
DATABASE_URL = os.environ.get("DATABASE_URL", "")
EMBEDDED_DATABASE = not DATABASE_URL
if DATABASE_URL:
    _app = dj_database_url.parse(DATABASE_URL)
    _owner = dj_database_url.parse(os.environ["DATABASE_OWNER_URL"]) if "DATABASE_OWNER_URL" in os.environ else None
elif MODE == "production":
    raise ImproperlyConfigured(
        "DATABASE_URL is not set. Production needs a PostgreSQL server of its own (15 or later), for instance "
        "DATABASE_URL=postgresql://casebook_app:secret@127.0.0.1/casebook. The built-in server is for the demo."
    )
else:
    _where = embedded.location(HOME)
    _app = {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": embedded.DATABASE,
        "HOST": str(_where.socket_directory),
        "USER": embedded.APP_ROLE,
        "PASSWORD": "",
        "PORT": "",
    }
    _owner = {**_app, "USER": embedded.OWNER_ROLE}
if _app.get("ENGINE") != "django.db.backends.postgresql":
    raise ImproperlyConfigured("DATABASE_URL must start with postgresql://: no other database is supported.")
_lasting = {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
DATABASES = {"default": {**_app, **_lasting}}
# Used by `migrate` and `load_catalogue` alone (clinic/database/roles.py); never by what serves requests.
DATABASE_OWNER = _owner
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- what the site is made of ------------------------------------------------------------
INSTALLED_APPS = [
    "clinic",
    "cases",
    "treatments",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_tasks_db",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "lucide",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "clinic.middleware.CompressionMiddleware",
    "csp.middleware.CSPMiddleware",
    "clinic.middleware.WholeBodyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "clinic.middleware.OriginMiddleware",
    "clinic.middleware.api.ApiMiddleware",
    "clinic.middleware.LineEndMiddleware",
    "clinic.middleware.LoginMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "clinic.middleware.ProofMiddleware",
    "clinic.middleware.WhoMayMiddleware",
    "clinic.middleware.RepeatMiddleware",
    "clinic.middleware.RefusalMiddleware",
]
ROOT_URLCONF = "clinic.urls"
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
WSGI_APPLICATION = "clinic.wsgi.application"
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
                "clinic.views.frame.frame",
            ],
            "builtins": ["clinic.templatetags.formatting", "lucide.templatetags.lucide"],
        },
    }
]
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# --- people: who they are, how they log in --------------------------------------------------
AUTH_USER_MODEL = "clinic.StaffMember"
AUTHENTICATION_BACKENDS = ["clinic.accounts.StaffBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
if MODE == "test":  # Argon2 is slow on purpose; the tests of the hash itself name it
    PASSWORD_HASHERS.insert(0, "django.contrib.auth.hashers.MD5PasswordHasher")
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "today"
ACCOUNT_ADAPTER = "clinic.accounts.InvitationsOnly"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_RATE_LIMITS = MFA_RATE_LIMITS = False  # ours are in the database (clinic/views/attempts.py)
# The second factor, for everybody who can see a patient: a code after the password, or a passkey, which is both.
SECOND_FACTOR = os.environ.get("CASEBOOK_SECOND_FACTOR") or ("required" if MODE == "production" else "optional")
if SECOND_FACTOR not in ("required", "optional"):
    raise ImproperlyConfigured(f"CASEBOOK_SECOND_FACTOR is {SECOND_FACTOR!r}. Set it to required or optional.")
MFA_ADAPTER = "clinic.accounts.Factors"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_TOTP_ISSUER = "Physio Casebook"
MFA_TOTP_TOLERANCE = 1  # a telephone's clock may be half a minute off
MFA_RECOVERY_CODE_DIGITS = 10
# A passkey stands in for the password (clinic/accounts.py), so it must ask for its finger or PIN.
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_FORMS = {"login_webauthn": "clinic.forms.passkeys.PasskeyLoginForm"}
MFA_WEBAUTHN_USER_VERIFICATION = "required"
# Tells a browser in which somebody else has logged in since (clinic/views/standing.py).
PROOF_COOKIE = "proof"
# Says to whom a browser has let in before: what strangers try does not count there (clinic/views/attempts.py).
DEVICE_COOKIE = "device"
SESSION_ENGINE = "clinic.models.logins"
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True

# --- language and time ---------------------------------------------------------------------
LANGUAGE_CODE = "en-gb"
USE_I18N = USE_TZ = True
TIME_ZONE = "Europe/London"

# --- files ----------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
# Photographs of patients: never in a place that a web server gives away by itself.
DOCUMENTS_ROOT = Path(os.environ.get("CASEBOOK_DOCUMENTS") or HOME / "documents").resolve()
if any(d == DOCUMENTS_ROOT or d in DOCUMENTS_ROOT.parents for d in (STATIC_ROOT, BASE_DIR / "clinic" / "static")):
    raise ImproperlyConfigured("CASEBOOK_DOCUMENTS lies among the static files, which anybody may read. Move it away.")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "documents": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {
            "location": DOCUMENTS_ROOT,
            "base_url": None,
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    },
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if MODE == "test"
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
# A request with files, all of them together; one photograph may have 20 MB (cases/rules/photographs.py).
LARGEST_UPLOAD = 64 * 1024 * 1024

# --- what a browser may do with our pages -----------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True  # no script of ours reads a cookie
SESSION_COOKIE_SECURE = False
if MODE == "production":
    SECURE_SSL_REDIRECT = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"
    PROOF_COOKIE, DEVICE_COOKIE = "__Host-proof", "__Host-device"

# --- the REST interface --------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["clinic.api.keys.KeyAuthentication", "clinic.api.keys.BrowserAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["clinic.api.keys.HasScope"],
    "DEFAULT_THROTTLE_CLASSES": ["clinic.api.limits.RequestLimits"],
    "DEFAULT_RENDERER_CLASSES": ["clinic.api.rendering.FastRenderer"],
    "DEFAULT_PARSER_CLASSES": ["clinic.api.problems.StrictJSONParser", "clinic.api.problems.MergePatchParser"],
    "DEFAULT_SCHEMA_CLASS": "clinic.api.openapi.HouseSchema",
    "EXCEPTION_HANDLER": "clinic.api.problems.answer",
    "COERCE_DECIMAL_TO_STRING": False,
    "UNAUTHENTICATED_USER": None,
    "URL_FORMAT_OVERRIDE": None,  # Accept says it
}
SPECTACULAR_SETTINGS = DESCRIPTION
# Requests a minute: of each key, and of each person in a browser; of each network where nobody is known.
_MANY = "600", "60"
if MODE == "test":  # the walks through every address; tests of the limits set their own
    _MANY = "1000000", "1000000"
API_LIMIT = _whole_number("CASEBOOK_API_LIMIT", _MANY[0])
API_LIMIT_ANONYMOUS = _whole_number("CASEBOOK_API_LIMIT_ANONYMOUS", _MANY[1])

# --- what is written to the log: no names, no clinical text, no search terms ----------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"},
        "as_it_is": {"format": "{message}", "style": "{"},
    },
    "handlers": {
        "console": {"class": "logging.StreamHandler", "stream": sys.stderr, "formatter": "line"},
        "security": {"class": "logging.StreamHandler", "stream": sys.stderr, "formatter": "as_it_is"},
    },
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "django.request": {"level": "ERROR"},
        # One line of JSON for each event that those watch who look after the machine (clinic/rules/security.py).
        "casebook.security": {"handlers": ["security"], "level": "INFO", "propagate": False},
    },
}
SILENCED_SYSTEM_CHECKS: list[str] = []
