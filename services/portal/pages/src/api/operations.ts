// What an operator asks of every service: whether it is ready, what is parked, what could not be told.
import { get, post } from "./http"

export const SERVICES = ["catalog", "intake", "approval", "notify", "evaluation"] as const
export type ServiceName = (typeof SERVICES)[number]

export interface ParkedEvent {
  id: string
  topic: string
  key: string
  type: string
  outcome: "not_yet" | "never" | "behind"
  reason: string
  attempts: number
  parked_at: string
}

export interface Trouble {
  notice_id: string
  event: string
  case_no: string | null
  place_code: string
  at: string
  deliveries: {
    delivery: number
    channel: string
    recipient_kind: string
    state: string
    attempts: number
    failure: string | null
  }[]
}

const part = encodeURIComponent

export const operations = {
  states: () =>
    get<{ services: Record<ServiceName, "ready" | "away"> }>("status").then((found) => found.services),
  parked: (service: ServiceName) =>
    get<{ parked: ParkedEvent[] }>(`${service}/parked`, { limit: 1000 }).then((found) => found.parked),
  replay: (service: ServiceName, what: { id?: string; key?: string }) =>
    post<{ released: number }>(`${service}/parked/replay`, what),
  discard: (service: ServiceName, id: string, reason: string) =>
    post<unknown>(`${service}/parked/${part(id)}/discard`, { reason }),
  failures: (cursor?: string) =>
    get<{ failures: Trouble[]; next_cursor: string | null }>("notify/failures", { limit: 50, cursor }),
  resend: (id: string) => post<unknown>(`notify/notices/${part(id)}/resend`, {}),
}
