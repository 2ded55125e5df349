// A receipt is behind a token, so it is fetched and printed from a frame, not opened by address.
import { text } from "@/api/http"

/** A file that was fetched with a token, in a tab of its own. */
export function openInTab(file: Blob): void {
  const url = URL.createObjectURL(file)
  window.open(url, "_blank", "noopener")
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}

export async function printDocument(url: string): Promise<void> {
  const html = await text(url.replace(/^(https?:\/\/[^/]+)?\/api\//, ""))
  const frame = document.createElement("iframe")
  frame.className = "visually-hidden"
  frame.title = document.title
  frame.setAttribute("sandbox", "allow-same-origin allow-modals")
  frame.srcdoc = html
  await new Promise((loaded) => {
    frame.addEventListener("load", loaded, { once: true })
    document.body.append(frame)
  })
  frame.contentWindow?.addEventListener("afterprint", () => frame.remove())
  frame.contentWindow?.print()
}
