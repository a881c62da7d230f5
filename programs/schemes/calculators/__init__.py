"""One function per scheme. Importing this fills work.CALCULATORS."""

from programs.schemes.calculators import (  # noqa: F401
    apprentices,
    calls,
    diagnosis,
    interns,
    laboratory,
    regional,
    tax,
    theses,
    training,
)
