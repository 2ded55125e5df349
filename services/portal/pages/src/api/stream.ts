// Server-sent events by fetch, because EventSource cannot send an Authorization header.
import { address, type Query, send } from "./http"
import { Problem } from "./problem"

export interface Listener<T> {
  message: (data: T) => void
  /** True while messages can arrive; false while the line is being opened again. */
  live?: (on: boolean) => void
}

const FIRST_WAIT_MS = 1_000
const LONGEST_WAIT_MS = 30_000

/** Listens until the returned function is called; a broken line is opened again, ever more slowly. */
export function listen<T>(path: string, query: Query, listener: Listener<T>): () => void {
  const stop = new AbortController()
  void keepListening(path, query, listener, stop.signal)
  return () => stop.abort()
}

async function keepListening<T>(path: string, query: Query, to: Listener<T>, stop: AbortSignal): Promise<void> {
  let wait = FIRST_WAIT_MS
  while (!stop.aborted) {
    try {
      const answer = await send("GET", address(path, query).slice("/api/".length), { signal: stop })
      to.live?.(true)
      wait = FIRST_WAIT_MS
      await read(answer, to)
      // Ended in order: a line lasts as long as its token, and is opened again with a fresh one.
    } catch (error) {
      // Refused for good (not allowed, not there): asking again would not change it.
      if (error instanceof Problem && !error.away) break
      if (!stop.aborted) to.live?.(false)
    }
    if (stop.aborted) return
    await pause(wait, stop)
    wait = Math.min(wait * 2, LONGEST_WAIT_MS)
  }
  if (!stop.aborted) to.live?.(false)
}

async function read<T>(answer: Response, to: Listener<T>): Promise<void> {
  if (answer.body === null) return
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader()
  let rest = ""
  for (;;) {
    const { value, done } = await reader.read()
    if (done) return
    const blocks = (rest + value.replace(/\r\n/g, "\n")).split("\n\n")
    rest = blocks.pop() ?? ""
    for (const block of blocks) {
      const data = dataOf(block)
      if (data) to.message(JSON.parse(data) as T)
    }
  }
}

function dataOf(block: string): string {
  return block
    .split("\n")
    .filter((line) => line.startsWith("data:"))
    .map((line) => line.slice(5).trimStart())
    .join("\n")
}

function pause(ms: number, stop: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms)
    stop.addEventListener("abort", () => {
      clearTimeout(timer)
      resolve()
    })
  })
}
