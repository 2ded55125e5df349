// Errors of a form: what the page finds itself and what a service refused, linked to the fields.
import { computed, ref } from "vue"
import { asProblem, type FieldError, type Problem } from "@/api/problem"
import { i18n } from "@/i18n"

export function useErrors() {
  const found = ref<FieldError[]>([])

  function set(errors: FieldError[]): boolean {
    found.value = errors
    return errors.length === 0
  }

  /** `rename` turns a field of the request into the one of the page. */
  function refuse(error: unknown, rename: (field: string) => string = (field) => field): Problem {
    const problem = asProblem(error)
    found.value = problem.fields.length
      ? problem.fields.map((e) => ({ ...e, field: rename(e.field) }))
      : [{ field: "", text: problemText(problem) }]
    return problem
  }

  const of = computed(() => new Map(found.value.map((e) => [e.field, e.text])))
  return { found, of, set, refuse, clear: () => set([]) }
}

/** What to show for a refusal: the service's own words; ours only where none could be had. */
export function problemText(problem: Problem): string {
  if (problem.message) return problem.message
  return i18n.global.t(problem.away ? "state.away" : "state.refused")
}

/** The id of the control for a field, as FormField sets it. */
export function controlId(field: string): string {
  return `f-${field.replace(/[^\w-]/g, "-")}`
}
