"""The guide 办事指南 in the form of 附件5 (seed 000), with the process map at its end."""

from __future__ import annotations

from collections.abc import Mapping

from services.catalog.documents import page as html
from services.catalog.documents.heading import Heading
from services.catalog.documents.paper import Paper
from services.catalog.documents.process_map import NOBODY, svg
from services.catalog.documents.sections import sections
from services.catalog.domain.item.record import DraftRecord


def paper(record: DraftRecord, heading: Heading, units: Mapping[str, str] = NOBODY) -> Paper:
    """The guide of a record; ``units`` are names by id."""
    return Paper(
        title=f"{record.name}服务指南",
        line=heading.line(),
        sections=tuple(sections(record)),
        marks=tuple(heading.marks(record)),
        figure=svg(record, units) if record.steps else None,
        figure_title="附：办理流程图",
    )


def page(record: DraftRecord, heading: Heading, units: Mapping[str, str] = NOBODY) -> str:
    """The guide as a web page."""
    return html.page(paper(record, heading, units))
