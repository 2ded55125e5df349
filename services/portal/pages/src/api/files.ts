// Files of items: empty forms, filled-in samples, what a result looks like.
import { address, send } from "./http"
import { save } from "./tables"

const part = encodeURIComponent
const ofVersion = (code: string, id: string) => `catalog/items/${part(code)}/files/${part(id)}`
const ofPlace = (id: string) => `catalog/files/${part(id)}`

export const files = {
  async upload(place: string, file: File): Promise<{ file_id: string }> {
    const form = new FormData()
    form.append("file", file)
    const answer = await send("POST", "catalog/files", { query: { place }, form })
    return (await answer.json()) as { file_id: string }
  },
  /** What is published opens by its address. */
  link: (code: string, id: string, version?: number) => address(ofVersion(code, id), { version }),
  /** What is 涉密 needs a token. */
  saveOfVersion: (code: string, id: string, version?: number) => save(ofVersion(code, id), { version }),
  /** What a draft may not name yet. */
  saveOfPlace: (id: string) => save(ofPlace(id), {}),
}
