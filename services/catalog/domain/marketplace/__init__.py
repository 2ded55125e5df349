"""中介超市: agencies and the choice among them."""
