"""« Ce que cela a apporté », a tab of the partner's space: its offers over a year, and what nobody could serve."""
