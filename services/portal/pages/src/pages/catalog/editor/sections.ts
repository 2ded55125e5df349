// The parts of the form, in the order of 附件1 and 附件5, with the fields that each holds.
import type { Component } from "vue"
import SectionBasic from "./SectionBasic.vue"
import SectionBasis from "./SectionBasis.vue"
import SectionChannels from "./SectionChannels.vue"
import SectionConditions from "./SectionConditions.vue"
import SectionFee from "./SectionFee.vue"
import SectionGuide from "./SectionGuide.vue"
import SectionLimits from "./SectionLimits.vue"
import SectionMaterials from "./SectionMaterials.vue"
import SectionResult from "./SectionResult.vue"
import SectionSituations from "./SectionSituations.vue"
import SectionSteps from "./SectionSteps.vue"
import SectionSupervision from "./SectionSupervision.vue"

export interface Section {
  id: string
  component: Component
  /** First names of the paths of its fields. */
  fields: string[]
}

export const SECTIONS: Section[] = [
  {
    id: "basic",
    component: SectionBasic,
    fields: [
      "name", "implementing_body", "unit_id", "kind", "category", "origin", "service_type", "provision",
      "parent_code", "main_item", "service_targets", "scope", "joint_bodies", "remark", "secret", "risk_areas", "base_code",
    ],
  },
  { id: "basis", component: SectionBasis, fields: ["basis"] },
  { id: "conditions", component: SectionConditions, fields: ["conditions"] },
  { id: "materials", component: SectionMaterials, fields: ["materials", "parties"] },
  { id: "situations", component: SectionSituations, fields: ["situations"] },
  { id: "steps", component: SectionSteps, fields: ["steps"] },
  { id: "limits", component: SectionLimits, fields: ["limits", "handling"] },
  { id: "fee", component: SectionFee, fields: ["fee"] },
  { id: "result", component: SectionResult, fields: ["result"] },
  {
    id: "channels",
    component: SectionChannels,
    fields: [
      "channels", "online_depth", "visits", "acceptance", "acceptor_may_decide", "accepting_places", "delegated_to",
    ],
  },
  { id: "supervision", component: SectionSupervision, fields: ["regulators", "regulatory_measures", "intermediary_services"] },
  { id: "guide", component: SectionGuide, fields: ["guide"] },
]

export const sectionOf = (field: string) => SECTIONS.find(({ fields }) => fields.includes(field.split(".")[0] ?? ""))
