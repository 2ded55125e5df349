"""JSON logs on standard output: one line an event, with service and trace, without personal data."""

from __future__ import annotations

import logging
import sys
from typing import Any

import orjson
import structlog

from services.runtime import trace
from services.runtime.personal import without_numbers

#: What aiokafka says as an error or warning at every first start, while the topics are being made.
_NO_ERRORS = frozenset(
    {
        "Topic %s not found in cluster metadata",
        "Topic %s is not available during auto-create initialization",
    }
)


def without_personal_data(value: Any) -> Any:
    """The value with every citizen number and mobile number blacked out; what is no plain value as text."""
    if value is None or isinstance(value, bool | float):
        return value
    if isinstance(value, int):
        text = without_numbers(str(value))
        return value if text == str(value) else text
    if isinstance(value, dict):
        return {without_numbers(str(key)): without_personal_data(i) for key, i in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [without_personal_data(item) for item in value]
    return without_numbers(str(value))


def _with_trace(_: Any, __: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    if traceparent := trace.current.get():
        event.setdefault("trace_id", trace.trace_id(traceparent))
    return event


def _redacted(_: Any, __: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    return {key: without_personal_data(value) for key, value in event.items()}


def _calmer(record: logging.LogRecord) -> bool:
    """A topic that nobody has written to yet is no error: it is made by its publisher's first start."""
    if record.msg in _NO_ERRORS:
        record.levelno, record.levelname = logging.INFO, logging.getLevelName(logging.INFO)
    return True


def configure(service: str, level: str) -> None:
    """Set up logging of this process; the libraries' own warnings come out in the same form."""
    number = logging.getLevelNamesMapping()[level.upper()]
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _with_trace,
        # Local variables would put whole request bodies into the logs.
        structlog.processors.ExceptionRenderer(
            structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
        ),
        _redacted,
    ]
    renderer = structlog.processors.JSONRenderer(
        serializer=lambda event, **_: orjson.dumps({"service": service, **event}, default=str).decode()
    )
    structlog.configure(
        processors=[*shared, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.PrintLoggerFactory(sys.stdout),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    logging.getLogger("aiokafka.cluster").addFilter(_calmer)
    root = logging.getLogger()
    root.handlers, root.level = [handler], max(number, logging.WARNING)


def logger() -> structlog.typing.FilteringBoundLogger:
    """The process's logger."""
    found: structlog.typing.FilteringBoundLogger = structlog.get_logger()
    return found
