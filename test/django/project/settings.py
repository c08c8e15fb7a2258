"""A Django project with Simple JWT and its blacklist app, configured by the environment."""

import os
from datetime import timedelta


def flag(name):
    return os.environ.get(name) == "1"


def seconds(name, default):
    return timedelta(seconds=int(os.environ.get(name, default)))


SECRET_KEY = os.environ["SIGNING_KEY"]
ALLOWED_HOSTS = ["127.0.0.1"]
ROOT_URLCONF = "project.urls"
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "rest_framework",
    "rest_framework_simplejwt",
    "rest_framework_simplejwt.token_blacklist",
]
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.mysql",
        "HOST": os.environ["DB_HOST"],
        "PORT": os.environ["DB_PORT"],
        "USER": os.environ["DB_USER"],
        "PASSWORD": os.environ["DB_PASSWORD"],
        "NAME": os.environ["DB_NAME"],
    }
}
# A test's users have their passwords hashed quickly; the format is that of the default hasher.
PASSWORD_HASHERS = ["project.hashers.FastPBKDF2"]
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework_simplejwt.authentication.JWTAuthentication"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
}
SIMPLE_JWT = {
    "ACCESS_TOKEN_LIFETIME": seconds("ACCESS", 300),
    "SLIDING_TOKEN_LIFETIME": seconds("SLIDING", 300),
    "ROTATE_REFRESH_TOKENS": flag("ROTATE"),
    "BLACKLIST_AFTER_ROTATION": flag("BLACKLIST"),
    "AUTH_TOKEN_CLASSES": (
        "rest_framework_simplejwt.tokens.AccessToken",
        "rest_framework_simplejwt.tokens.SlidingToken",
    ),
}
