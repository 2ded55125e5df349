"""事项库. Owns the items that halls offer (drafts, versions, lint, sign-off) and the directory of places,
halls, service points, units and windows. Publishes `item-published` and `item-withdrawn` on `catalog.items`,
`directory-entry-published` and `directory-entry-closed` on `catalog.places`. Consumes nothing: what other
services need of it travels in its events.
"""
