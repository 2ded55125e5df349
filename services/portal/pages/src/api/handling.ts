// The 办理项 below a 主项 (mission C3).
import { get } from "./http"
import type { ItemEntry } from "./types"

export const handling = {
  below: async (parent: string, place: string) =>
    (await get<{ items: ItemEntry[] }>("catalog/items", { parent, place, limit: 1000 })).items,
}
