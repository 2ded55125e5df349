"""Intake 一窗受理: applications from every channel, to their acceptance or to their end before it.

Owns the cases until acceptance, the file of each person (一人一档, encrypted), uploaded files, and read
copies of published items and of the directory. Publishes `intake.cases`. Consumes `catalog.items` and
`catalog.places` (the copies), `approval.cases` (what became of an accepted case), `approval.calendars` (days
off) and `notify.notices` (what the applicant was told, and when).
"""
