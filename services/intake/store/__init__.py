"""Documents of intake and what finds them; the only place that knows field names of the database."""

from services.intake.store.calendars import Calendars
from services.intake.store.cases import Cases
from services.intake.store.directory import Directory
from services.intake.store.enterprises import Enterprises
from services.intake.store.files import Files
from services.intake.store.items import Items
from services.intake.store.market import Market
from services.intake.store.offers import Offers
from services.intake.store.packages import Packages
from services.intake.store.persons import Persons
from services.intake.store.told import Told
from services.intake.store.tries import Tries
from services.intake.store.wordings import Wordings

__all__ = [
    "Calendars",
    "Cases",
    "Directory",
    "Enterprises",
    "Files",
    "Items",
    "Market",
    "Offers",
    "Packages",
    "Persons",
    "Told",
    "Tries",
    "Wordings",
]
