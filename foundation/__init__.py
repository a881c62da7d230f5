"""Pure helpers without models: clock, working days, identifiers, signed tokens, failpoints, uploads' signatures."""
