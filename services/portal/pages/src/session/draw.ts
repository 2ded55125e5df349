// The draw computed again in this browser, and the seal of a bid; the rule is the one that the catalog names.
import type { Verification } from "@/api/marketplace"

const words = new TextEncoder()

const hex = (bytes: ArrayBuffer) =>
  Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("")

const bytesOf = (text: string) => new Uint8Array((text.match(/../g) ?? []).map((pair) => parseInt(pair, 16)))

/** Browsers compute digests on https and on this machine only. */
export const canCompute = () => globalThis.crypto?.subtle !== undefined

async function sha256(content: Uint8Array<ArrayBuffer>): Promise<string> {
  return hex(await crypto.subtle.digest("SHA-256", content))
}

/** Random bytes of one's own, in hexadecimal: what an entrant puts into a draw, or the nonce of a bid. */
export function randomHex(bytes = 16): string {
  return hex(crypto.getRandomValues(new Uint8Array(bytes)).buffer)
}

export const bidDigest = (selection: string, agency: string, priceFen: number, nonce: string) =>
  sha256(words.encode(`${selection}|${agency}|${priceFen}|${nonce}`))

export interface Check {
  seed: boolean
  list: boolean
  order: boolean
  computed: { agency_id: string; score: string }[]
}

/** Everything that was published, computed again; nothing of the service's own ranking is used. */
export async function recompute(shown: Verification): Promise<Check> {
  const seed = bytesOf(shown.seed ?? "")
  const lines = [...shown.entries]
    .sort((a, b) => (a.agency_id < b.agency_id ? -1 : 1))
    .map((one) => `${one.agency_id} ${one.contribution}\n`)
  const digest = await sha256(words.encode(lines.join("")))
  const key = await crypto.subtle.importKey("raw", seed, { name: "HMAC", hash: "SHA-256" }, false, ["sign"])
  const computed = await Promise.all(
    shown.entries.map(async ({ agency_id }) => {
      const message = `${shown.selection_id}|${digest}|${shown.witness_number ?? ""}|${agency_id}`
      return { agency_id, score: hex(await crypto.subtle.sign("HMAC", key, words.encode(message))) }
    }),
  )
  computed.sort((a, b) => (a.score < b.score ? -1 : 1))
  return {
    seed: (await sha256(seed)) === shown.seed_commitment,
    list: digest === shown.entries_sha256,
    order: JSON.stringify(computed) === JSON.stringify(shown.ranking),
    computed,
  }
}

// -- the receipt of a sealed bid --------------------------------------------------------------------------

export interface Receipt {
  selection_id: string
  agency_id: string
  price_fen: number
  nonce: string
  bid_sha256: string
}

const keyOf = (selection: string, agency: string) => `bid:${selection}:${agency}`

/** Kept in this browser and given as a file: without it the price cannot be revealed by anybody. */
export function keepReceipt(receipt: Receipt): void {
  localStorage.setItem(keyOf(receipt.selection_id, receipt.agency_id), JSON.stringify(receipt))
}

export function keptReceipt(selection: string, agency: string): Receipt | null {
  return readReceipt(localStorage.getItem(keyOf(selection, agency)) ?? "")
}

export function readReceipt(text: string): Receipt | null {
  try {
    const found = JSON.parse(text) as Partial<Receipt>
    const whole = typeof found.price_fen === "number" && typeof found.nonce === "string"
    return whole ? (found as Receipt) : null
  } catch {
    return null
  }
}

export function downloadReceipt(receipt: Receipt): void {
  const link = document.createElement("a")
  link.href = URL.createObjectURL(new Blob([JSON.stringify(receipt, null, 2)], { type: "application/json" }))
  link.download = `竞价回执-${receipt.selection_id}.json`
  link.click()
  URL.revokeObjectURL(link.href)
}
