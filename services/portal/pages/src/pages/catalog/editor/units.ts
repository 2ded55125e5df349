// The units that can take part in an item: those of its place, of what lies below, and of the places above.
import { computed } from "vue"
import { useDirectory } from "@/session/directory"
import { useOpenEditor } from "./editing"

export function useUnits() {
  const directory = useDirectory()
  const { item } = useOpenEditor()
  return computed(() => unitsAt(directory.entries, item.value?.place ?? ""))
}

export function unitsAt<T extends { kind: string; parent_id: string | null }>(entries: T[], place: string): T[] {
  return entries.filter(({ kind, parent_id }) => {
    const at = parent_id ?? ""
    return kind === "unit" && (at.startsWith(place) || place.startsWith(at))
  })
}
