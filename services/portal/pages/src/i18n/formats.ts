// Dates are civil time at +08:00 wherever the reader sits; limits are words.
import { i18n } from "./index"
import type { Limit } from "@/api/types"

const ZONE = "Asia/Shanghai"

function formatter(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat(i18n.global.locale.value, { timeZone: ZONE, ...options })
}

/** In English the month is a word: 03/04 is two days to readers of two countries. */
function monthAndDay(): Intl.DateTimeFormatOptions {
  return { month: i18n.global.locale.value === "en" ? "short" : "2-digit", day: "2-digit" }
}

export function dateText(value: string | null | undefined): string {
  if (!value) return "—"
  const at = new Date(value.length === 10 ? `${value}T00:00:00+08:00` : value)
  return formatter({ year: "numeric", month: "long", day: "numeric" }).format(at)
}

/** For tables: always as wide as the next one. */
export function shortDate(value: string | null | undefined): string {
  if (!value) return "—"
  const at = new Date(value.length === 10 ? `${value}T00:00:00+08:00` : value)
  return formatter({ year: "numeric", ...monthAndDay() }).format(at)
}

export function dayText(value: string | null | undefined): string {
  if (!value) return "—"
  const at = new Date(value.length === 10 ? `${value}T00:00:00+08:00` : value)
  return formatter(monthAndDay()).format(at)
}

export function timeText(value: string | null | undefined): string {
  if (!value) return "—"
  const options: Intl.DateTimeFormatOptions = {
    year: "numeric",
    ...monthAndDay(),
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  }
  return formatter(options).format(new Date(value))
}

/** Today's civil date at +08:00, moved by `days`. */
export function civilDate(days = 0): string {
  return new Intl.DateTimeFormat("sv-SE", { timeZone: ZONE }).format(Date.now() + days * 86_400_000)
}

export function civilDateOf(instant: string): string {
  return new Intl.DateTimeFormat("sv-SE", { timeZone: ZONE }).format(new Date(instant))
}

export function limitText(limit: Limit | null | undefined): string {
  if (!limit) return "—"
  return i18n.global.t(`limit.${limit.unit}`, { n: limit.value }, limit.value)
}

export function percentText(rate: number | null | undefined): string {
  return rate === null || rate === undefined ? "—" : `${(rate * 100).toFixed(1).replace(/\.0$/, "")}%`
}

/** The word for a code, or the code itself where none is known (a newer service may have new ones). */
export function wordFor(group: string, code: string | null | undefined): string {
  if (!code) return "—"
  const key = `${group}.${code}`
  return i18n.global.te(key, "zh-CN") ? i18n.global.t(key) : code
}
