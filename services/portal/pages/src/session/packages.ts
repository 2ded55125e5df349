// Words for what a package takes: time along the critical path, fee, the order of its parts.
import type { Need, PackageTime, Part } from "@/api/packages"
import { i18n } from "@/i18n"

const t = (key: string, given: Record<string, unknown> = {}) => i18n.global.t(`catalog.packages.${key}`, given)

/** Working and calendar days are never added up. */
export function timeText(time: PackageTime | null | undefined): string {
  if (!time) return "—"
  const texts = [
    ...(time.working_days ? [t("working", { n: time.working_days })] : []),
    ...(time.calendar_days ? [t("calendar", { n: time.calendar_days })] : []),
  ]
  return texts.join(t("plus")) || t("atOnce")
}

export function feeText(fen: number | undefined): string {
  return fen ? t("yuan", { n: (fen / 100).toFixed(2).replace(/\.00$/, "") }) : t("free")
}

export function namesOf(codes: string[], parts: Pick<Part, "item_code" | "name">[]): string[] {
  const names = new Map(parts.map((part) => [part.item_code, part.name]))
  return codes.map((code) => names.get(code) ?? code)
}

/** "生育登记服务、医保参保 → 社保卡申领": the rows of a map in words. */
export function orderText(rows: string[][], parts: Pick<Part, "item_code" | "name">[]): string {
  return rows.map((row) => namesOf(row, parts).join("、")).join(" → ")
}

export function usedFor(needs: Need[], parts: Pick<Part, "item_code" | "name">[]): string {
  return namesOf(needs.map((need) => need.item_code), parts).join("、")
}
