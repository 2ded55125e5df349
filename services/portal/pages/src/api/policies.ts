// Policies for enterprises: the list, conditions, proposals and payments; what is known of enterprises.
import { get, post, put } from "./http"
import type { Basis } from "./types"

const part = encodeURIComponent

export type Feature = "industry" | "size" | "place_code" | "registered_on" | "licence_types"
export type Operator = "in" | "not_in" | "under" | "on_or_after" | "on_or_before" | "has" | "has_not"

/** Which operators make sense for which feature; the service refuses all others. */
export const OPERATORS: Record<Feature, Operator[]> = {
  industry: ["in", "not_in"],
  size: ["in", "not_in"],
  place_code: ["under"],
  registered_on: ["on_or_after", "on_or_before"],
  licence_types: ["has", "has_not"],
}
export const SIZES = ["micro", "small", "medium", "large"] as const
export type Size = (typeof SIZES)[number]

export interface Condition {
  feature: Feature
  operator: Operator
  values: string[]
  text: string
}

export interface PolicyRecord {
  name: string
  basis: Basis[]
  benefit: string
  amount: { kind: "fixed" | "by_size" | "assessed"; fixed_fen?: number | null; by_size_fen?: Partial<Record<Size, number>> }
  item_code: string
  without_application: boolean
  conditions: Condition[]
  valid_from: string
  valid_to?: string | null
  repeats: "once" | "yearly"
  consent_days: number
  pay_days: number
  sample?: boolean
}

export interface Policy {
  policy_code: string
  place: string
  state: "draft" | "published" | "withdrawn"
  revision: number
  record: PolicyRecord | null
  draft?: PolicyRecord | null
  editors?: string[]
  withdrawn: string | null
  item_name?: string | null
  matched_for?: string | null
  proposals?: Record<string, { count: number; amount_fen: number }>
}

export interface Preview {
  matching: number
  known: number
  conditions: { condition: string; meeting: number }[]
}

export type ProposalState = "proposed" | "consented" | "declined" | "lapsed" | "paid"

export interface Match {
  condition: string
  reason: string
}

export interface Proposal {
  proposal_id: string
  policy_code: string
  policy_name: string
  applicant_ref: string
  item_code: string
  benefit: string
  expected_fen: number | null
  matched: Match[]
  lapses_on: string
  state: ProposalState
  pay_by: string | null
  overdue: boolean
  payment: { amount_fen: number; paid_on: string } | null
}

export interface OwnProposal {
  proposal_id: string
  policy_name: string
  benefit: string
  expected_fen: number | null
  matched: Match[]
  lapses_on: string
  state: ProposalState
  paid: { amount_fen: number; paid_on: string } | null
}

export const DECLINE_REASONS = ["not_wanted", "file_is_wrong", "not_entitled", "other"] as const

export interface Features {
  industry?: string | null
  size?: Size | null
  place_code?: string | null
  registered_on?: string | null
  licence_types?: string[]
}

export interface Enterprise {
  applicant_ref: string
  place: string
  features: Features
  recorded_at: string
  revision: number
  name: string | null
  number_masked: string | null
  phone_masked: string | null
}

export const policies = {
  list: (query: { place?: string; q?: string; state?: string; cursor?: string; limit?: number }) =>
    get<{ policies: Policy[]; next_cursor: string | null }>("catalog/policies", query),
  read: (code: string) => get<Policy>(`catalog/policies/${part(code)}`),
  create: (body: { place: string; policy_code: string; record: PolicyRecord }) => post<Policy>("catalog/policies", body),
  edit: (code: string, record: PolicyRecord, revision: number) =>
    put<Policy>(`catalog/policies/${part(code)}/draft`, record, `"${revision}"`),
  publish: (code: string) => post<Policy>(`catalog/policies/${part(code)}/publication`, {}),
  withdraw: (code: string, reason: string) => post<Policy>(`catalog/policies/${part(code)}/withdrawal`, { reason }),
  preview: (place: string, conditions: Condition[]) =>
    post<Preview>("catalog/policies/preview", { place, conditions }),
  proposals: (query: { policy?: string; state?: string; overdue?: boolean; cursor?: string; limit?: number }) =>
    get<{
      proposals: Proposal[]
      counts: Record<string, { count: number; amount_fen: number }>
      overdue: number
      next_cursor: string | null
    }>("catalog/proposals", query),
  pay: (id: string, body: { amount_fen: number; paid_on: string; case_no?: string }) =>
    post<Proposal>(`catalog/proposals/${part(id)}/payment`, body),
}

export const enterprises = {
  own: (cursor?: string) => get<{ proposals: OwnProposal[]; next_cursor: string | null }>("intake/proposals", { cursor }),
  consent: (id: string) => post<OwnProposal>(`intake/proposals/${part(id)}/consent`, {}),
  decline: (id: string, reason: string) => post<OwnProposal>(`intake/proposals/${part(id)}/refusal`, { reason }),
  byCode: (uscc: string) =>
    get<{ enterprises: Enterprise[] }>("intake/enterprises", { uscc }).then((found) => found.enterprises[0] ?? null),
  byReference: (refs: string[]) =>
    get<{ enterprises: Enterprise[] }>(`intake/enterprises?${refs.map((one) => `ref=${part(one)}`).join("&")}`).then(
      (found) => found.enterprises,
    ),
  record: (
    body: { uscc: string; name: string; phone: string | null; place: string; features: Features },
    revision: number | null,
  ) => put<Enterprise>("intake/enterprises/features", body, revision ? `"${revision}"` : undefined),
}
