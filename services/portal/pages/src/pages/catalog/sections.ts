// The catalog's workplace: what its menu offers, and the pages that are reached from there.
import type { RouteRecordRaw } from "vue-router"

/** Groups of the menu, in the order shown; the words are `catalog.shell.<group>`. */
export const GROUPS = ["items", "proofs", "services", "market", "settings"] as const

export interface Section {
  /** Below `/catalog`; "" is the page that the workplace opens with. */
  path: string
  group: (typeof GROUPS)[number]
  /** The full key of its words in the menu and in the window's title. */
  word: string
  /** Who finds it in the menu; the services check every act again. */
  roles: string[]
  component: NonNullable<RouteRecordRaw["component"]>
}

export const EDITORS = ["editor"]
export const APPROVERS = ["catalog-approver"]
export const BOTH = [...EDITORS, ...APPROVERS]

export const SECTIONS: Section[] = [
  {
    path: "",
    group: "items",
    word: "catalog.work.title",
    roles: BOTH,
    component: () => import("./WorkTable.vue"),
  },
  {
    path: "reviews",
    group: "items",
    word: "catalog.review.inbox",
    roles: APPROVERS,
    component: () => import("./ReviewInbox.vue"),
  },
  {
    path: "tasks",
    group: "items",
    word: "catalog.tasks.title",
    roles: BOTH,
    component: () => import("./BasisTasks.vue"),
  },
  {
    path: "tables",
    group: "items",
    word: "catalog.tables.title",
    roles: BOTH,
    component: () => import("./ImportExport.vue"),
  },
  {
    path: "proofs",
    group: "proofs",
    word: "catalog.proofs.title",
    roles: BOTH,
    component: () => import("./ProofsWork.vue"),
  },
  {
    path: "proofs-check",
    group: "proofs",
    word: "catalog.proofs.check",
    roles: BOTH,
    component: () => import("./ProofsCheck.vue"),
  },
  {
    path: "proofs-circles",
    group: "proofs",
    word: "catalog.proofs.circles",
    roles: BOTH,
    component: () => import("./ProofsCircles.vue"),
  },
  {
    path: "proofs-figures",
    group: "proofs",
    word: "catalog.proofs.figures",
    roles: BOTH,
    component: () => import("./ProofsFigures.vue"),
  },
  {
    path: "proofs-publish",
    group: "proofs",
    word: "catalog.proofs.publish",
    roles: BOTH,
    component: () => import("./ProofsPublish.vue"),
  },
  {
    path: "packages",
    group: "services",
    word: "catalog.packages.title",
    roles: BOTH,
    component: () => import("./Packages.vue"),
  },
  {
    path: "adoption",
    group: "services",
    word: "catalog.adoption.title",
    roles: BOTH,
    component: () => import("./Adoption.vue"),
  },
  {
    path: "adoption-rates",
    group: "services",
    word: "catalog.adoption.rates",
    roles: BOTH,
    component: () => import("./AdoptionRates.vue"),
  },
  {
    path: "filings",
    group: "services",
    word: "catalog.adoption.filed.title",
    roles: BOTH,
    component: () => import("./Filings.vue"),
  },
  {
    path: "offers",
    group: "services",
    word: "catalog.offers.title",
    roles: BOTH,
    component: () => import("./Offers.vue"),
  },
  {
    path: "comparison",
    group: "services",
    word: "catalog.comparison.title",
    roles: BOTH,
    component: () => import("./Comparison.vue"),
  },
  {
    path: "word-lists",
    group: "settings",
    word: "catalog.settings.words",
    roles: BOTH,
    component: () => import("./WordLists.vue"),
  },
  {
    path: "policies",
    group: "market",
    word: "catalog.policies.manage",
    roles: BOTH,
    component: () => import("./Policies.vue"),
  },
  {
    path: "benefits",
    group: "market",
    word: "catalog.policies.paying",
    roles: BOTH,
    component: () => import("@/pages/approver/Benefits.vue"),
  },
  {
    path: "synonyms",
    group: "settings",
    word: "catalog.synonyms.title",
    roles: BOTH,
    component: () => import("./Synonyms.vue"),
  },
  {
    path: "review-rules",
    group: "settings",
    word: "catalog.settings.rules",
    roles: BOTH,
    component: () => import("./ReviewRules.vue"),
  },
  {
    path: "agencies",
    group: "market",
    word: "catalog.market.staff.agencies",
    roles: BOTH,
    component: () => import("./MarketAgenciesStaff.vue"),
  },
  {
    path: "selections",
    group: "market",
    word: "catalog.market.selections",
    roles: BOTH,
    component: () => import("@/pages/citizen/Selections.vue"),
  },
  {
    path: "agency-services",
    group: "market",
    word: "catalog.market.staff.services",
    roles: BOTH,
    component: () => import("./MarketServicesStaff.vue"),
  },
]

/** Pages that a section leads to; `meta.title` is the full key of the words in the window's title. */
export const PAGES: RouteRecordRaw[] = [
  {
    path: "policies/new",
    component: () => import("./PolicyEditor.vue"),
    meta: { title: "catalog.policies.new" },
  },
  {
    path: "policies/:code",
    component: () => import("./PolicyEditor.vue"),
    props: true,
    meta: { title: "catalog.policies.manage" },
  },
  {
    path: "adoption/:code",
    component: () => import("./AdoptedItem.vue"),
    props: true,
    meta: { title: "catalog.adoption.beside" },
  },
  {
    path: "packages/new",
    component: () => import("./PackageEditor.vue"),
    meta: { title: "catalog.packages.new" },
  },
  {
    path: "packages/:code",
    component: () => import("./PackageEditor.vue"),
    props: true,
    meta: { title: "catalog.packages.editing" },
  },
  {
    path: "tables/:id(im-[0-9a-f]+)",
    component: () => import("./ImportReport.vue"),
    props: true,
    meta: { title: "catalog.tables.report" },
  },
  { path: "new", component: () => import("./NewItem.vue"), meta: { title: "catalog.work.new" } },
  { path: "items/:code", component: () => import("./ItemEditor.vue"), props: true, meta: { title: "catalog.tab.edit" } },
  {
    path: "items/:code/review",
    component: () => import("./ReviewPage.vue"),
    props: true,
    meta: { title: "catalog.tab.review" },
  },
  {
    path: "items/:code/versions",
    component: () => import("./ItemVersions.vue"),
    props: true,
    meta: { title: "catalog.tab.versions" },
  },
  {
    path: "agencies/:id",
    component: () => import("./MarketAgencyStaff.vue"),
    props: true,
    meta: { title: "catalog.market.staff.agencies" },
  },
]

export const routes: RouteRecordRaw[] = [
  ...SECTIONS.map(
    ({ path, word, component }): RouteRecordRaw => ({
      path,
      component,
      meta: { title: word, area: "catalog", wide: true },
    }),
  ),
  ...PAGES.map((page) => ({ ...page, meta: { area: "catalog", wide: true, ...page.meta } }) as RouteRecordRaw),
]
