"""The rules of approval: dossier, clock, acts, calendars. Pure; `now` and ids are arguments."""
