"""事项库: what can be applied for, where, and on what terms.

Owns the items that halls offer (drafts, versions, lint, review, what lower levels adopt) and the directory of
places, halls, service points, units and windows; which item is handled in which hall; packages (一件事); the
lists of proofs (清理证明); the marketplace of intermediaries (中介超市); policies for enterprises and what is
proposed under them. Publishes `catalog.items`, `catalog.places`, `catalog.offers`, `catalog.packages`,
`catalog.proof-lists`, `catalog.agencies`, `catalog.selections`, `catalog.policies`, `catalog.proposals`.
Consumes its own items and packages (what follows from them), and of intake the features of enterprises and
their answers to proposals.
"""
