"""What the sample gateways received, as one page: text messages as on a phone, e-mails as a list."""

from datetime import timedelta, timezone
from html import escape

from deploy.local.gateways.mailbox import Mailbox, Message

SHOWN = 200
CIVIL_TIME = timezone(timedelta(hours=8))

STYLE = """
:root{--ink:#1d2733;--soft:#56616f;--line:#dde3ea;--brand:#0b5cab;--ground:#f4f6f9;--bubble:#e6f0fb}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);
font:16px/1.6 system-ui,"Noto Sans CJK SC","Noto Sans SC","Microsoft YaHei",sans-serif}
header{background:var(--brand);color:#fff;padding:20px max(24px,calc(50vw - 560px))}
h1{font-size:22px;margin:0}header p{margin:4px 0 0;opacity:.9;font-size:14px}
main{max-width:1168px;margin:0 auto;padding:24px;display:grid;gap:24px;
grid-template-columns:minmax(300px,420px) 1fr;align-items:start}
@media(max-width:800px){main{grid-template-columns:1fr;padding:16px}}
section{background:#fff;border:1px solid var(--line);border-radius:12px;overflow:hidden}
h2{font-size:16px;margin:0;padding:14px 20px;border-bottom:1px solid var(--line)}
h2 span{color:var(--soft);font-weight:400;margin-left:8px}
.phone{padding:16px 20px;max-height:75vh;overflow:auto}
.meta{color:var(--soft);font-size:13px;display:flex;justify-content:space-between;gap:12px}
.bubble{background:var(--bubble);border-radius:4px 16px 16px 16px;padding:10px 14px;margin:2px 0 18px;
overflow-wrap:anywhere;white-space:pre-wrap}
details{border-bottom:1px solid var(--line)}details:last-child{border:0}
summary{cursor:pointer;padding:12px 20px}
summary:focus-visible{outline:3px solid var(--brand);outline-offset:-3px}
summary b{overflow-wrap:anywhere}
pre{white-space:pre-wrap;overflow-wrap:anywhere;margin:0;padding:0 20px 16px;font:inherit}
.none{color:var(--soft);padding:24px 20px;margin:0}
"""


def page(mailbox: Mailbox) -> str:
    """The whole page; everything that came from outside is escaped."""
    texts = "".join(map(_bubble, mailbox.newest("sms", SHOWN)))
    mails = "".join(map(_mail, mailbox.newest("email", SHOWN)))
    return f"""<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="refresh" content="10"><title>样例短信与邮件网关 · 一窗</title><style>{STYLE}</style></head>
<body><header><h1>样例短信与邮件网关</h1>
<p>仅供本机试用：消息只存于内存，不会真正发出。Sample gateways: nothing leaves this machine.</p></header>
<main><section aria-labelledby="sms"><h2 id="sms">短信<span>{mailbox.count("sms")} 条</span></h2>
{f'<div class="phone">{texts}</div>' if texts else '<p class="none">还没有短信</p>'}</section>
<section aria-labelledby="mail"><h2 id="mail">邮件<span>{mailbox.count("email")} 封</span></h2>
{mails or '<p class="none">还没有邮件</p>'}</section></main></body></html>"""


def _meta(message: Message) -> str:
    when = message.received_at.astimezone(CIVIL_TIME)
    return (
        f'<div class="meta"><span>致 {escape(message.to)}</span>'
        f'<time datetime="{when.isoformat()}">{when:%m-%d %H:%M:%S}</time></div>'
    )


def _bubble(message: Message) -> str:
    return f'<article>{_meta(message)}<div class="bubble">{escape(message.text)}</div></article>'


def _mail(message: Message) -> str:
    title, text = escape(message.subject or "（无主题）"), escape(message.text)
    return f"<details><summary><b>{title}</b>{_meta(message)}</summary><pre>{text}</pre></details>"
