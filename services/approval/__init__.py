"""后台审批: from acceptance to decision, on time and by the right person.

Owns the dossiers (`approval.cases`), the calendars (`approval.calendars`) and its own copies of published
item versions. Publishes dossier-opened, clock-stopped, clock-resumed, deadline-extended,
due-dates-recomputed, case-decided, case-withdrawn, withdrawal-refused and calendar-loaded. Consumes
case-accepted, materials-supplemented and withdrawal-requested of intake, item-published and item-withdrawn
of catalog.
"""
