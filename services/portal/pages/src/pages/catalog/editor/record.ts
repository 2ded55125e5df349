// A record as a tree with dotted paths, as the services name fields: `materials.0.name`.
import type { DraftRecord } from "@/api/editing"

type Tree = Record<string, unknown>

/** Lists whose emptiness says something: `[]` is "no material is needed", nothing is "not told yet". */
const TELLING = new Set(["materials", "steps"])

const isTree = (value: unknown): value is Tree => typeof value === "object" && value !== null && !Array.isArray(value)

export function at(tree: unknown, path: string): unknown {
  return path.split(".").reduce<unknown>((found, name) => (found as Tree | undefined | null)?.[name], tree)
}

/** Sets a value and makes the blocks on the way there. */
export function put(tree: unknown, path: string, value: unknown): void {
  const names = path.split(".")
  const last = names.pop() as string
  const block = names.reduce<Tree>((found, name) => (found[name] ??= {}) as Tree, tree as Tree)
  block[last] = value
}

/** What is sent: no empty texts, lines or blocks, which the services refuse or would take for words. */
export function cleaned(record: DraftRecord): DraftRecord {
  const tree = (pruned(record) ?? {}) as Tree
  for (const name of TELLING) if (Array.isArray(at(record, name)) && !tree[name]) tree[name] = []
  return tree as unknown as DraftRecord
}

export function pruned(value: unknown): unknown {
  if (typeof value === "string") return value.trim() || undefined
  if (value === null || (typeof value === "number" && !Number.isFinite(value))) return undefined
  if (Array.isArray(value)) {
    const rows = value.map(pruned).filter((row) => row !== undefined)
    return rows.length ? rows : undefined
  }
  if (!isTree(value)) return value
  const kept = Object.entries(value).flatMap(([name, one]) => {
    const found = pruned(one)
    return found === undefined ? [] : [[name, found] as const]
  })
  return kept.length ? Object.fromEntries(kept) : undefined
}

export function same(a: unknown, b: unknown): boolean {
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((one, i) => same(one, b[i]))
  if (isTree(a) && isTree(b)) return [...new Set([...Object.keys(a), ...Object.keys(b)])].every((k) => same(a[k], b[k]))
  return (a ?? undefined) === (b ?? undefined)
}

/** A field that two people changed, each to something else. */
export interface Clash {
  path: string
  base: unknown
  mine: unknown
  theirs: unknown
}

export interface Merge {
  record: DraftRecord
  /** Fields that only the other changed; they are in the record already. */
  taken: string[]
  /** Fields that both changed; the record holds mine. */
  clashes: Clash[]
}

/** Both edits of one record: each side's own changes, and mine where they meet. */
export function merged(base: DraftRecord, mine: DraftRecord, theirs: DraftRecord): Merge {
  const taken: string[] = []
  const clashes: Clash[] = []
  const record = joined("", base, mine, theirs, taken, clashes) as DraftRecord
  return { record, taken, clashes }
}

function joined(path: string, base: unknown, mine: unknown, theirs: unknown, taken: string[], clashes: Clash[]): unknown {
  if (same(theirs, base) || same(mine, theirs)) return mine
  const below = (name: string) => (path ? `${path}.${name}` : name)
  if (isTree(mine) && isTree(theirs)) {
    const was = isTree(base) ? base : {}
    const names = [...new Set([...Object.keys(mine), ...Object.keys(theirs)])]
    return Object.fromEntries(
      names.map((name) => [name, joined(below(name), was[name], mine[name], theirs[name], taken, clashes)]),
    )
  }
  if (Array.isArray(base) && Array.isArray(mine) && Array.isArray(theirs) && isLike(base, mine) && isLike(base, theirs))
    return mine.map((one, i) => joined(below(String(i)), base[i], one, theirs[i], taken, clashes))
  if (same(mine, base)) {
    taken.push(path)
    return theirs
  }
  clashes.push({ path, base, mine, theirs })
  return mine
}

/** Whether rows can be compared one by one: as many, and blocks rather than lines. */
function isLike(a: unknown[], b: unknown[]): boolean {
  return a.length === b.length && a.every(isTree) && b.every(isTree)
}
