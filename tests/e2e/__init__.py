"""A few journeys through all services as processes."""
