import { createRouter, createWebHistory, type RouteRecordRaw } from "vue-router"
import { i18n } from "@/i18n"
import { routes as catalog } from "@/pages/catalog/sections"
import { type Area, useSession } from "@/session/session"

declare module "vue-router" {
  interface RouteMeta {
    /** Words of the window's title: below `title.`, or the full key where it has a dot. */
    title: string
    area?: Area
    /** Staff pages use the whole width. */
    wide?: boolean
  }
}

const routes: RouteRecordRaw[] = [
  { path: "/", component: () => import("@/pages/citizen/Home.vue"), meta: { title: "home" } },
  { path: "/items", component: () => import("@/pages/citizen/Items.vue"), meta: { title: "items" } },
  { path: "/items/:code", component: () => import("@/pages/citizen/Guide.vue"), meta: { title: "guide" }, props: true },
  {
    path: "/apply/:code/:step(applicant|situation|materials|check)?",
    component: () => import("@/pages/citizen/Apply.vue"),
    meta: { title: "apply", area: "citizen" },
    props: true,
  },
  { path: "/track", component: () => import("@/pages/citizen/Track.vue"), meta: { title: "track" } },
  { path: "/cases", component: () => import("@/pages/citizen/MyCases.vue"), meta: { title: "cases", area: "citizen" } },
  {
    path: "/cases/:no",
    component: () => import("@/pages/citizen/Follow.vue"),
    meta: { title: "follow", area: "citizen" },
    props: true,
  },
  {
    path: "/cases/:no/submitted",
    component: () => import("@/pages/citizen/Submitted.vue"),
    meta: { title: "submitted", area: "citizen" },
    props: true,
  },
  {
    path: "/cases/:no/supplement",
    component: () => import("@/pages/citizen/Supplement.vue"),
    meta: { title: "supplement", area: "citizen" },
    props: true,
  },
  {
    path: "/cases/:no/rate",
    component: () => import("@/pages/citizen/Rate.vue"),
    meta: { title: "rate", area: "citizen" },
    props: true,
  },
  {
    path: "/packages",
    component: () => import("@/pages/citizen/Packages.vue"),
    meta: { title: "catalog.packages.title" },
  },
  {
    path: "/packages/:code",
    component: () => import("@/pages/citizen/PackagePage.vue"),
    meta: { title: "catalog.packages.title" },
    props: true,
  },
  { path: "/reach", component: () => import("@/pages/citizen/Reach.vue"), meta: { title: "catalog.reach.title" } },
  {
    path: "/policies",
    component: () => import("@/pages/citizen/Policies.vue"),
    meta: { title: "catalog.policies.title" },
  },
  {
    path: "/policies/mine",
    component: () => import("@/pages/citizen/MyPolicies.vue"),
    meta: { title: "catalog.policies.mine", area: "citizen" },
  },
  {
    path: "/window/enterprises",
    component: () => import("@/pages/clerk/Enterprises.vue"),
    meta: { title: "catalog.policies.files", area: "window" },
  },
  {
    path: "/benefits",
    component: () => import("@/pages/approver/Benefits.vue"),
    meta: { title: "catalog.policies.paying", area: "approval", wide: true },
  },
  { path: "/market", component: () => import("@/pages/citizen/Market.vue"), meta: { title: "catalog.market.title" } },
  {
    path: "/market/services/:code",
    component: () => import("@/pages/citizen/MarketService.vue"),
    meta: { title: "catalog.market.service" },
    props: true,
  },
  {
    path: "/market/agencies",
    component: () => import("@/pages/citizen/MarketAgencies.vue"),
    meta: { title: "catalog.market.agencies" },
  },
  {
    path: "/market/agencies/:id",
    component: () => import("@/pages/citizen/MarketAgency.vue"),
    meta: { title: "catalog.market.agency" },
    props: true,
  },
  {
    path: "/market/open",
    component: () => import("@/pages/citizen/SelectionOpen.vue"),
    meta: { title: "catalog.market.open.title", area: "client" },
  },
  {
    path: "/market/selections",
    component: () => import("@/pages/citizen/Selections.vue"),
    meta: { title: "catalog.market.selections" },
  },
  {
    path: "/market/selections/:id",
    component: () => import("@/pages/citizen/SelectionPage.vue"),
    meta: { title: "catalog.market.page.title" },
    props: true,
  },
  {
    path: "/agency",
    component: () => import("@/pages/agency/AgencyWork.vue"),
    meta: { title: "catalog.market.work.title", area: "agency" },
  },
  {
    path: "/proofs",
    component: () => import("@/pages/citizen/ProofLists.vue"),
    meta: { title: "catalog.proofs.public" },
  },
  {
    path: "/proofs/:place(\\d+)/:list/:edition(\\d+)",
    component: () => import("@/pages/citizen/ProofEdition.vue"),
    meta: { title: "catalog.proofs.public" },
    props: true,
  },
  { path: "/sign-in", component: () => import("@/pages/SignIn.vue"), meta: { title: "signIn" } },
  {
    path: "/window",
    component: () => import("@/pages/clerk/Accept.vue"),
    meta: { title: "accept", area: "window", wide: true },
  },
  {
    path: "/window/online",
    component: () => import("@/pages/clerk/Online.vue"),
    meta: { title: "online", area: "window", wide: true },
  },
  {
    path: "/window/online/:no",
    component: () => import("@/pages/clerk/OnlineCase.vue"),
    meta: { title: "onlineCase", area: "window", wide: true },
    props: true,
  },
  {
    path: "/approval",
    component: () => import("@/pages/approver/WorkList.vue"),
    meta: { title: "workList", area: "approval", wide: true },
  },
  {
    path: "/approval/:no",
    component: () => import("@/pages/approver/DossierPage.vue"),
    meta: { title: "dossier", area: "approval", wide: true },
    props: true,
  },
  { path: "/catalog", component: () => import("@/pages/catalog/CatalogShell.vue"), children: catalog },
  {
    path: "/figures",
    component: () => import("@/pages/supervisor/FiguresPage.vue"),
    meta: { title: "figures", area: "figures", wide: true },
  },
  {
    path: "/live",
    component: () => import("@/pages/supervisor/LiveLine.vue"),
    meta: { title: "live", area: "live", wide: true },
  },
  {
    path: "/operations",
    component: () => import("@/pages/operator/OperationsPage.vue"),
    meta: { title: "operations.title", area: "operations", wide: true },
  },
  { path: "/:rest(.*)*", component: () => import("@/pages/NotFound.vue"), meta: { title: "notFound" } },
]

export const router = createRouter({
  history: createWebHistory(),
  routes,
  scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
})

router.beforeEach(async (to) => {
  const session = useSession()
  await session.load()
  const area = to.meta.area
  if (!area || session.may(area)) return true
  if (session.me === null) return { path: "/sign-in", query: { next: to.fullPath } }
  return { path: "/sign-in", query: { next: to.fullPath, other: "1" } }
})

router.afterEach((to, from) => {
  const title = to.meta.title.includes(".") ? to.meta.title : `title.${to.meta.title}`
  document.title = `${i18n.global.t(title)} · ${i18n.global.t("brand.name")}`
  // A new page is announced and keyboard users start at its top, as after a full load.
  if (from.matched.length && to.path !== from.path) document.getElementById("main")?.focus({ preventScroll: true })
})
