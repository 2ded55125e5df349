"""事项库. Owns the items that halls offer (drafts, versions, lint, sign-off) and the directory of places,
halls, service points, units and windows. Publishes `item-published` and `item-withdrawn` on `catalog.items`,
`directory-entry-published` and `directory-entry-closed` on `catalog.places`. Consumes nothing: what other
services need of it travels in its events.

中介超市: owns the list of services, agencies and selections; publishes `agency-…` on `catalog.agencies`, and
`selection-opened`, `entries-closed`, `agencies-drawn`, `agency-selected`, `selection-cancelled` on
`catalog.selections`.
"""
