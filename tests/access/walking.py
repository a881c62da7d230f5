"""One cell of the matrix: a request by one person, what came of it, what it wrote; then everything is undone."""

import logging
import re
from contextlib import ExitStack, contextmanager
from copy import copy
from unittest import mock

from django.db import connection, transaction
from django.template.backends.django import Template
from django.test import Client
from django.urls import reverse

from accounts.backends import RoleBackend

# Let in · sent to sign in · refused · does not exist · method not allowed
IN, SIGN_IN, REFUSED, NOT_THERE, NO_METHOD = "i", "l", "f", "n", "m"


class Browser(Client):
    """Django's test client without the copy of every template's context, which costs more than the request."""

    def request(self, **request):
        return self.handler(self._base_environ(**request))


def browsers(world) -> dict[str, Browser]:
    """Everybody's browser, signed in once; whoever comes by a link has opened it."""
    made = {"anonymous": Browser(), "by_link": Browser()}
    for person, user in world.users.items():
        made[person] = Browser()
        made[person].force_login(user, backend="accounts.backends.RoleBackend")
    opened = made["by_link"].get(reverse("intake:follow", args=[world.a.tokens["suivi/"]]))
    assert opened.status_code == 200
    made["by_link"].cookies.update(opened.cookies)
    return made


@contextmanager
def known_at_once(world):
    """Who is signed in is looked up once: 30 000 times the same query says nothing about access. No log of refusals."""
    users = {user.pk: user for user in world.users.values()}
    logger = logging.getLogger("django.request")
    with ExitStack() as stack:
        stack.enter_context(
            mock.patch.object(RoleBackend, "get_user", lambda _backend, key: copy(users.get(int(key))))
        )
        stack.enter_context(mock.patch.object(logger, "disabled", True))
        yield


@contextmanager
def unrendered():
    """Templates are named instead of filled in: who may see a page is decided before."""

    def named(self, context=None, request=None):
        return f"{self.template.name} {(context or {}).get('exception', '')}"

    with mock.patch.object(Template, "render", named):
        yield


WRITE = re.compile(r'\s*(?:INSERT(?: OR \w+)? INTO|UPDATE|DELETE FROM|REPLACE INTO)\s+"?(\w+)', re.I)
# What a request may write whatever its method: sessions, counters of limits, and who was shown contact data (0028).
KEPT_ANYWAY = {"django_session", "usersessions_usersession", "journal_accessrecord", "cache"}


class Writes(list):
    """Tables written to, by connection.execute_wrapper; `statements`: how, as (SQL, its values)."""

    def __init__(self):
        super().__init__()
        self.statements: list[tuple[str, str]] = []

    def __call__(self, execute, sql, params, many, context):
        found = WRITE.match(sql)
        if found and found[1] not in KEPT_ANYWAY:
            self.append(found[1])
            self.statements.append((sql, repr(params)))
        return execute(sql, params, many, context)


class Answer:
    """`code`: one of the letters above; `said`: all that distinguishes it for the reader, the given words masked;
    `body`: the page itself; `wrote`: the tables."""

    def __init__(self, response, url: str, wrote: Writes, masked=()):
        self.status, self.wrote = response.status_code, wrote
        self.where = response.get("Location", "")
        body = b"".join(response.streaming_content) if response.streaming else response.content
        self.body = body.decode("utf-8", "replace")
        said = f"{self.where}\n{self.body}"
        queued = getattr(getattr(response.wsgi_request, "_messages", None), "_queued_messages", [])
        said += "\n".join(str(one) for one in queued)  # the sentences of the next page
        for word in sorted(masked, key=len, reverse=True):
            said = said.replace(word, "…")
        self.said = (self.status, TOKENS.sub("", said))
        self.code = self._code(url)

    def _code(self, url: str) -> str:
        if "/login/" in self.where and self.status == 302:
            return SIGN_IN
        of_a_row = url.endswith(
            ("/change/", "/history/", "/delete/")
        )  # the admin sends back to its first page
        if self.status == 404 or (of_a_row and self.where == reverse("admin:index")):
            return NOT_THERE
        return {401: REFUSED, 403: REFUSED, 405: NO_METHOD}.get(self.status, IN)


TOKENS = re.compile(r'name="csrfmiddlewaretoken" value="\w+"|"X-CSRFToken": ?"\w+"|X-CSRFToken[^\w]+\w+')


def ask(browser: Browser, method: str, url: str, data: dict | None = None, masked=(), **more) -> Answer:
    """The answer to one request, of which nothing remains."""
    writes = Writes()
    with transaction.atomic(), connection.execute_wrapper(writes):
        response = getattr(browser, method)(url, data or {}, **more)
        answer = Answer(response, url, writes, masked)
        response.close()
        transaction.set_rollback(True)
    assert answer.status < 500 or url.startswith("/health/"), (method, url, answer.status)
    return answer
