"""Offers that come and go as data: one format for files of a catalogue, spreadsheets and the API."""
