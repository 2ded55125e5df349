// The access token lives in memory, the refresh token until the tab is closed (hall computers are shared).
import { Problem, type ProblemBody } from "./problem"

interface Grant {
  access_token: string
  expires_in: number
  refresh_token?: string
}

const KEPT = "yichuang.refresh"
const EARLY_MS = 30_000

let access: string | null = null
let renewAt = 0
let renewing: Promise<string | null> | null = null
let onLost: () => void = () => undefined

export function whenSignInIsLost(callback: () => void): void {
  onLost = callback
}

export function mayBeSignedIn(): boolean {
  return access !== null || sessionStorage.getItem(KEPT) !== null
}

export async function signInWith(username: string, password: string): Promise<void> {
  keep(await grant({ grant_type: "password", username, password }))
}

export function forget(): void {
  access = null
  sessionStorage.removeItem(KEPT)
}

/** A token that is good for the next half minute, or null where nobody is signed in. */
export async function bearer(): Promise<string | null> {
  if (access !== null && Date.now() < renewAt) return access
  return renew()
}

/** One renewal at a time, however many requests wait for it. */
export function renew(): Promise<string | null> {
  renewing ??= renewOnce().finally(() => {
    renewing = null
  })
  return renewing
}

async function renewOnce(): Promise<string | null> {
  const kept = sessionStorage.getItem(KEPT)
  if (kept === null) return null
  try {
    keep(await grant({ grant_type: "refresh_token", refresh_token: kept }))
  } catch (error) {
    if (!(error instanceof Problem) || error.away) throw error
    forget()
    onLost()
  }
  return access
}

function keep(given: Grant): void {
  access = given.access_token
  renewAt = Date.now() + given.expires_in * 1000 - Math.min(EARLY_MS, given.expires_in * 500)
  if (given.refresh_token) sessionStorage.setItem(KEPT, given.refresh_token)
}

async function grant(form: Record<string, string>): Promise<Grant> {
  let answer: Response
  try {
    answer = await fetch("/api/token", {
      method: "POST",
      body: new URLSearchParams(form),
      headers: { "Accept-Language": document.documentElement.lang },
    })
  } catch {
    throw new Problem(0, { code: "unreachable" })
  }
  if (!answer.ok) throw new Problem(answer.status, (await answer.json().catch(() => ({}))) as ProblemBody)
  return (await answer.json()) as Grant
}
