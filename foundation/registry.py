"""A dictionary filled at start-up that refuses two entries under one name: how apps to the right contribute."""

from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


class Registry(dict[str, T]):
    """`registry.add("name", thing)` or `@registry.register("name")`; KeyError names what is missing."""

    def __init__(self, kind: str):
        super().__init__()
        self.kind = kind

    def add(self, name: str, thing: T) -> None:
        if name in self and self[name] is not thing:
            raise ValueError(f"{self.kind} {name!r} is registered twice")
        self[name] = thing

    def register(self, name: str) -> Callable[[T], T]:
        def decorate(thing: T) -> T:
            self.add(name, thing)
            return thing

        return decorate

    def __missing__(self, name: str) -> T:
        raise KeyError(f"no {self.kind} named {name!r}")
