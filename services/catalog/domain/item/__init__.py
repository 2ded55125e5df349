"""An item at a place: its record, its draft, its versions, and the acts on them."""
