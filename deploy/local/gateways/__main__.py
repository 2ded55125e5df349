"""`python -m deploy.local.gateways`: both gateways in one process, ports from the environment."""

import asyncio
import os

import uvicorn

from deploy.local.gateways import smtp
from deploy.local.gateways.app import create_app
from deploy.local.gateways.mailbox import Mailbox

HOST = "127.0.0.1"


async def main() -> None:
    """Serve until SIGTERM."""
    mailbox = Mailbox()
    mail = await smtp.serve(mailbox, HOST, int(os.environ["GATEWAYS_SMTP_PORT"]))
    port = int(os.environ["GATEWAYS_PORT"])
    # No access log: its lines would be the only thing in the log, one for every message.
    config = uvicorn.Config(
        create_app(mailbox),
        host=HOST,
        port=port,
        access_log=False,
        log_level="warning",
        timeout_graceful_shutdown=1,
    )
    async with mail:
        await uvicorn.Server(config).serve()


asyncio.run(main())
