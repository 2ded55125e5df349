// Money is 分 in the services and 元 for people.
import { i18n } from "@/i18n"

export function yuan(fen: number | null | undefined): string {
  if (fen === null || fen === undefined) return "—"
  const whole = (fen / 100).toLocaleString("zh-CN", { minimumFractionDigits: 2, maximumFractionDigits: 2 })
  return i18n.global.locale.value === "en" ? `¥${whole}` : `${whole} 元`
}

/** 分 of what was typed in 元, at most two decimals; null where it is no amount. */
export function fenOf(text: string): number | null {
  const found = /^(\d{1,10})(?:\.(\d{1,2}))?$/.exec(text.trim().replaceAll(",", ""))
  return found ? Number(found[1]) * 100 + Number((found[2] ?? "").padEnd(2, "0")) : null
}
