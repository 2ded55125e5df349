// Documents made from an item's record, and its versions.
import { address, blob, get } from "./http"

const at = (code: string) => `catalog/items/${encodeURIComponent(code)}`

export type Document =
  | "guide"
  | "guide.pdf"
  | "process.svg"
  | "element-table"
  | "element-table.pdf"
  | "acceptance-list"
  | "acceptance-list.pdf"
  | "handbook"
  | "handbook.pdf"

export interface VersionEntry {
  number: number
  state: string
  effective_from: string
  ended_at: string | null
}

export const documents = {
  /** Public documents open by their address. */
  link: (code: string, what: Document, version?: number) => address(`${at(code)}/${what}`, { version }),
  /** What needs a token is fetched and opened in a tab. */
  file: (code: string, what: Document) => blob(`${at(code)}/${what}`),
  versions: (code: string) =>
    get<{ versions: VersionEntry[] }>(`${at(code)}/versions`).then((found) => found.versions),
  itemList: (place: string, pdf = false) => address(`catalog/item-list${pdf ? ".pdf" : ""}`, { place }),
}
