// One way to call the services: token, language, idempotency key, problems as exceptions.
import { Problem, type ProblemBody } from "./problem"
import { bearer, renew } from "./token"

export type Query = Record<string, string | number | boolean | null | undefined>

export interface Call {
  query?: Query
  body?: unknown
  form?: FormData
  /** Kept by the caller over its retries, so that a repeated click makes one case. */
  key?: string
  /** The ETag that was read, for a PUT of a record that others edit, too. */
  match?: string
  /** `respond-async`: an answer at once, the work afterwards. */
  prefer?: string
  signal?: AbortSignal
}

export function address(path: string, query: Query = {}): string {
  const given = Object.entries(query).filter(([, v]) => v !== undefined && v !== null && v !== "")
  const text = new URLSearchParams(given.map(([k, v]) => [k, String(v)])).toString()
  return `/api/${path}${text ? `?${text}` : ""}`
}

export async function send(method: string, path: string, call: Call = {}): Promise<Response> {
  const first = await attempt(method, path, call, await bearer())
  const answer = first.status === 401 ? await again(method, path, call, first) : first
  if (!answer.ok) throw await problemOf(answer)
  return answer
}

async function again(method: string, path: string, call: Call, first: Response): Promise<Response> {
  const fresh = await renew()
  return fresh === null ? first : attempt(method, path, call, fresh)
}

async function attempt(method: string, path: string, call: Call, token: string | null): Promise<Response> {
  const headers = new Headers({ "Accept-Language": document.documentElement.lang })
  if (token !== null) headers.set("Authorization", `Bearer ${token}`)
  if (call.key) headers.set("Idempotency-Key", call.key)
  if (call.match) headers.set("If-Match", call.match)
  if (call.prefer) headers.set("Prefer", call.prefer)
  if (call.body !== undefined) headers.set("Content-Type", "application/json")
  const body = call.form ?? (call.body === undefined ? undefined : JSON.stringify(call.body))
  try {
    return await fetch(address(path, call.query), { method, headers, body, signal: call.signal })
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error
    throw new Problem(0, { code: "unreachable" })
  }
}

async function problemOf(answer: Response): Promise<Problem> {
  const body = (await answer.json().catch(() => ({}))) as ProblemBody
  return new Problem(answer.status, body)
}

export async function get<T>(path: string, query?: Query, signal?: AbortSignal): Promise<T> {
  return (await (await send("GET", path, { query, signal })).json()) as T
}

export async function post<T>(path: string, body: unknown, key?: string): Promise<T> {
  const answer = await send("POST", path, { body, key: key ?? newKey() })
  return (answer.status === 204 ? undefined : await answer.json()) as T
}

/** The whole record put in the place of the one that was read. */
export async function put<T>(path: string, body: unknown, match?: string): Promise<T> {
  return (await (await send("PUT", path, { body, match })).json()) as T
}

export async function text(path: string): Promise<string> {
  return (await send("GET", path)).text()
}

export async function blob(path: string): Promise<Blob> {
  return (await send("GET", path)).blob()
}

/** `crypto.randomUUID` exists only on https and localhost; halls also open the pages by address. */
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("")
}
