"""The addresses of each URL of the portal as each person meets them: own, foreign, unknown object."""

import re
from itertools import product

from django.urls import URLPattern, reverse
from django.urls.exceptions import NoReverseMatch

from tests.access import world as worlds
from tests.access.people import OF_SIDE_B, PEOPLE


class Objects:
    """Addresses of one URL on one side. `pairs`: (foreign, unknown) with the same arguments replaced, all of them
    first; `ids`: what is masked before two answers are compared."""

    def __init__(self, world, own, other, name: str, route: str, entry: URLPattern):
        arguments = sorted({*entry.pattern.regex.groupindex, *re.findall(r"<(?:\w+:)?(\w+)>", route)})
        special = own.special.get(name, {})
        fixed = {**worlds.FIXED, **worlds.FIXED_OF_VIEW.get(name, {})}
        of_objects = [one for one in arguments if one not in fixed or one in special]
        known = {one: fixed[one] for one in arguments if one not in of_objects}
        if name.startswith("admin:") and "object_id" in of_objects:
            mine, theirs = worlds.rows_of(own, other, name)
        else:
            mine = {one: worlds.value(own, name, route, one) for one in of_objects}
            theirs = {one: worlds.value(other, name, route, one) for one in of_objects}
        if "token" in theirs:  # whoever holds a link is let in: foreign is a link to something else
            theirs["token"] = worlds.of_another_purpose(own, route)
        nothing = {one: worlds.unknown(one, mine[one]) for one in of_objects}
        self.ids = {str(said) for said in (*mine.values(), *theirs.values(), *nothing.values())}
        self.own = _address(name, route, known | mine)
        self.pairs = []
        for kept in product((False, True), repeat=len(of_objects)):
            swap = [one for one, stays in zip(of_objects, kept, strict=True) if not stays]
            if swap:
                addresses = (known | mine | {one: side[one] for one in swap} for side in (theirs, nothing))
                self.pairs.append(tuple(_address(name, route, one) for one in addresses))


def objects(world, name: str, route: str, entry: URLPattern) -> dict[str, Objects]:
    """person → addresses as this person meets them."""
    a = Objects(world, world.a, world.b, name, route, entry)
    b = Objects(world, world.b, world.a, name, route, entry)
    return {person: b if person in OF_SIDE_B else a for person in PEOPLE}


def _address(name: str, route: str, arguments: dict) -> str:
    try:
        return reverse(name, kwargs=arguments)
    except NoReverseMatch:  # Django's own catch-alls have no name
        for argument, said in arguments.items():
            route = route.replace(f"<path:{argument}>", str(said)).replace(f"(?P<{argument}>.*)$", str(said))
        return f"/{route}"
