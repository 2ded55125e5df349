"""Tables given back as files in the form of the annexes, ready to print (mission C2)."""

from __future__ import annotations

import asyncio
from datetime import date

from services.catalog.app import App
from services.catalog.domain.tables.imports import Kind
from services.catalog.exports import Format, Printout, written
from services.catalog.exports.printout import filled_in, signatures
from services.catalog.handlers import item_table, proof_tables
from services.catalog.handlers.directory import known_place
from services.catalog.handlers.exporters import Exporter
from services.runtime.problems import Invalid

#: Who gives which kind of table.
EXPORTERS: dict[Kind, Exporter] = {
    "items": item_table.EXPORTER,
    "proofs-needed": proof_tables.EXPORTERS["needed"],
    "proofs-issued": proof_tables.EXPORTERS["issued"],
    "inspections": proof_tables.EXPORTERS["inspections"],
}


async def export(
    app: App, place: str, kind: Kind, format: Format, *, filled_by: str | None, contact: str, on: date
) -> tuple[str, bytes]:
    """The file's name and content. ``filled_by`` (填表单位) is the place's name where none is given."""
    exporter = EXPORTERS.get(kind)
    if exporter is None:
        raise Invalid(
            "这种表暂时不能导出。",
            "Tables of this kind cannot be exported.",
            code="kind-not-available",
            field="kind",
        )
    at = await known_place(app, place)
    body = await exporter.body(app, at)
    printout = Printout(
        exporter.title,
        exporter.columns,
        body.rows,
        above=filled_in(filled_by or at.record.name, on),
        below=(signatures(contact),),
        notes=body.notes,
    )
    content = await asyncio.to_thread(written, printout, format)
    return f"{exporter.title}-{at.record.name}-{on.isoformat()}.{format}", content
