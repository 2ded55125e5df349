// What a place asks less of, in words: before and after, where the standard of then is known.
import { useI18n } from "vue-i18n"
import type { Filing } from "@/api/adoption"
import { limitText } from "@/i18n/formats"

/** A function that tells a filing part by part; `names` are those of the steps by their ids. */
export function useReductionWords(): (filing: Filing, names: Record<string, string>) => string[] {
  const { t } = useI18n()
  const said = (word: string, before: string | undefined, now: Record<string, string>) =>
    before === undefined
      ? t(`catalog.adoption.${word}`, now)
      : t(`catalog.adoption.before.${word}`, { ...now, before })
  return ({ reductions: less, standard }, names) => {
    const parts = []
    if (less.promised) {
      const before = standard?.promised ? limitText(standard.promised) : undefined
      parts.push(said("shorter", before, { limit: limitText(less.promised) }))
    }
    if (less.dropped_materials.length)
      parts.push(t("catalog.adoption.dropped", { names: less.dropped_materials.join("、") }))
    if (typeof less.fee_fen === "number")
      parts.push(said("cheaper", yuan(standard?.fee_fen), { yuan: yuan(less.fee_fen) ?? "" }))
    const limits = new Map(standard?.steps.map((one) => [one.step, limitText(one.limit)]))
    for (const one of less.steps)
      parts.push(said("quicker", limits.get(one.step), { step: names[one.step] ?? one.step, limit: limitText(one.limit) }))
    return parts.length ? parts : [t("catalog.adoption.nothing")]
  }
}

const yuan = (fen: number | null | undefined) => (typeof fen === "number" ? (fen / 100).toFixed(2) : undefined)
