"""Documents and designs for the tests of designs."""

import copy

from skillhub.designs import kinds, queries, rules, services
from skillhub.kernel.access import Actor, Role
from skillhub.kernel.clock import now
from tests import make

START = {one.code: one for one in queries.starts()}
PICTURES = {name: held[0] for name, held in START["landscape"].pictures.items()}


def raw(code="landscape", **changes):
    """A document of the house as plain JSON; `field__key=value` changes a field."""
    document = copy.deepcopy(START[code].document)
    for path, value in changes.items():
        name, _, key = path.partition("__")
        fields = {field["id"]: field for field in document["fields"]}
        if key:
            fields[name][key] = value
        else:
            document[name] = value
    return document


def read(document):
    found, problems = rules.read(document)
    assert not problems
    return found


def wrong(document, files=PICTURES):
    return [
        (problem.where, str(problem.message))
        for problem in kinds.wrong(read(document), queries.known_facts(), files)
    ]


def template(document, code="design-1", pictures=PICTURES):
    found = read(document)
    return queries.drawn(code, found, found.fields, pictures)


def actor(login, organisation, *roles):
    held = roles or (Role.CERTIFICATE_STAFF,)
    return Actor(
        login, login.title(), None, None, tuple((role, organisation.path) for role in held)
    )


def design(owner, document=None, by="drawer", start="landscape"):
    """A design with its first draft."""
    words = document or raw(start)
    return services.begin(
        owner, words["title"], words, START[start].pictures, actor(by, owner), now()
    )


def published(owner, document=None, by="drawer", start="landscape"):
    row = design(owner, document, by, start)
    publish(row)
    return row


def publish(row, by="drawer", second="looker"):
    version = queries.under_way(row.id)
    services.send(version, version.version, actor(by, row.owner), now())
    services.publish(version, version.version, actor(second, row.owner), now())
    return version


def host():
    return make.organisation(name="北岸市总工会", name_en="Northside Union")
