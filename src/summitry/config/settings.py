"""Django settings. What an installation may set comes from `environment`; the rest is the product's own choice."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import dj_database_url
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from summitry.config import environment as env

PACKAGE = Path(__file__).resolve().parent.parent
HOME = env.home()

SECRET_KEY = env.secret_key()
DEBUG = env.DEBUG.flag()
DEMO = env.DEMO.flag()
ALLOWED_HOSTS = env.ALLOWED_HOSTS.words()
CSRF_TRUSTED_ORIGINS = env.TRUSTED_ORIGINS.words()
UPLOAD_LIMIT_BYTES = env.UPLOAD_LIMIT_MB.number() * 1024 * 1024
JOB_LEASE_SECONDS = max(1, env.JOB_LEASE_SECONDS.number())
JOB_KEEP_DAYS = max(1, env.JOB_KEEP_DAYS.number())

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "csp",
    "summitry.core",
    "summitry.governance",
    "summitry.schedule",
    "summitry.exchange",
    "summitry.demo",
    "summitry.web",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "summitry.web.middleware.FormsInTurn",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "summitry.web.middleware.NoNullSigns",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "summitry.web.middleware.SignInRequired",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "summitry.web.middleware.RefusalPages",
]

ROOT_URLCONF = "summitry.config.urls"
ASGI_APPLICATION = "summitry.config.asgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "summitry.web.context.shell",
            ],
            "builtins": ["django.templatetags.i18n", "summitry.web.templatetags.summitry"],
        },
    }
]


# Many requests share few connections. Only the server asks for it (asgi.py): a command needs one connection, and
# a pool would hide why there is none.
DATABASE_POOL = {"min_size": 1, "max_size": 16, "timeout": 30}


def _database() -> dict[str, Any]:
    url = env.DATABASE_URL.text()
    if url:
        if not url.startswith(("postgresql://", "postgres://")):
            raise ImproperlyConfigured("SUMMITRY_DATABASE_URL must begin with postgresql:// or be empty.")
        try:
            found: dict[str, Any] = dict(dj_database_url.parse(url, conn_max_age=0))
        except ValueError as error:
            raise ImproperlyConfigured(
                "SUMMITRY_DATABASE_URL must be like postgresql://user:password@host:5432/name."
            ) from error
        # A wrong address must fail in seconds, not after libpq's half a minute.
        found["OPTIONS"] = {**found.get("OPTIONS", {}), "connect_timeout": 5}
        return found
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": HOME / "summitry.sqlite3",
        "OPTIONS": {
            # IMMEDIATE takes the write lock at the start, so that a transaction never fails half way for
            # want of it; FULL makes an acknowledged save survive a power cut.
            "transaction_mode": "IMMEDIATE",
            "timeout": 30,
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
                "PRAGMA temp_store=MEMORY; PRAGMA cache_size=-32000; PRAGMA mmap_size=134217728;"
            ),
        },
    }


DATABASES = {"default": _database()}
WORKERS = env.workers(embedded=not env.DATABASE_URL.text())

AUTH_USER_MODEL = "core.Account"
LOGIN_URL = "web:sign_in"
LOGIN_REDIRECT_URL = "web:home"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = True
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("vi", _("Vietnamese"))]
LOCALE_PATHS = [HOME / "locale"]  # compiled there from the .po files of PACKAGE / "locale"

STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": HOME / "files"},
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

SESSION_COOKIE_NAME = "summitry_session"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 60 * 60
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "summitry.web.views.errors.csrf_failure"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if env.HTTPS.flag():
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    SECURE_HSTS_SECONDS = 31536000

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "manifest-src": [SELF],
    }
}

MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {"summitry": {"level": "INFO"}},
}
