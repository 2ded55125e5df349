// The public directory of places, halls, units and windows, read once.
import { defineStore } from "pinia"
import { computed, ref } from "vue"
import { catalog } from "@/api/services"
import type { Place } from "@/api/types"

export const useDirectory = defineStore("directory", () => {
  const entries = ref<Place[]>([])
  let reading: Promise<void> | null = null

  function load(): Promise<void> {
    reading ??= catalog
      .places()
      .then((found) => {
        entries.value = found
      })
      .catch((error: unknown) => {
        reading = null
        throw error
      })
    return reading
  }

  const names = computed(() => new Map(entries.value.map((e) => [e.entry_id, e.record.name])))
  const places = computed(() =>
    entries.value.filter((e) => e.kind === "place").sort((a, b) => a.entry_id.localeCompare(b.entry_id)),
  )
  const name = (id: string | null | undefined) => (id ? (names.value.get(id) ?? id) : "")

  /** The directory's own name; the one that came along until the directory is read. */
  const nameOr = (id: string, other: string) => names.value.get(id) ?? other

  return { entries, places, name, nameOr, load }
})
