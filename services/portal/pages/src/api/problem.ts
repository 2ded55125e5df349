// Refusals as the services give them: RFC 9457, with a stable code, a text to show and the field it is about.

export interface ProblemBody {
  status?: number
  code?: string
  title?: string
  detail?: string
  field?: string
  /** Of a body that does not fit: each field with its words in both languages. */
  errors?: { field: string; zh: string; en: string }[]
}

export interface FieldError {
  field: string
  text: string
}

export class Problem extends Error {
  readonly status: number
  readonly code: string
  readonly fields: FieldError[]

  constructor(status: number, body: ProblemBody) {
    super(body.detail ?? body.title ?? "")
    this.status = status
    this.code = body.code ?? String(status)
    const english = document.documentElement.lang === "en"
    const several = (body.errors ?? []).map((e) => ({ field: e.field, text: english ? e.en : e.zh }))
    this.fields = several.length ? several : body.field ? [{ field: body.field, text: this.message }] : []
  }

  /** Nothing answered, or something that this needs is away: trying again later can help. */
  get away(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500
  }
}

export function asProblem(error: unknown): Problem {
  return error instanceof Problem ? error : new Problem(0, { code: "unreachable" })
}
