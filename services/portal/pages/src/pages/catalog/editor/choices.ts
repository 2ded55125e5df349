// Values that official forms fix (seed 000 附件1 说明 3, 7, 8; seed 001): they are themselves the words.
import type { Choice } from "./fields/SelectField.vue"

export const KINDS = [
  "行政许可", "行政确认", "行政裁决", "行政给付", "行政奖励",
  "行政备案", "其他行政权力", "公共服务", "便民服务", "中介服务",
]
export const CATEGORIES = [
  "政策支持类", "法律和信息咨询类", "知识产权保护类", "就业技能培训类", "公共教育类", "劳动就业类",
  "社会保障类", "医疗卫生类", "住房保障类", "文化体育类", "扶贫脱贫类", "公用事业类",
  "公共安全类", "环境保护类", "中介服务类", "其他类",
]
export const ORIGINS = ["法定", "公共服务", "委托下放", "受理前移", "自行设立"]
export const SERVICE_TYPES = ["依申请服务", "主动服务"]
export const PROVISIONS = ["直接提供", "购买服务", "资金补贴", "政策支持", "其他"]
export const BASIS_LEVELS = [
  "法律", "行政法规", "国务院决定", "地方性法规", "部门规章", "地方政府规章", "规范性文件",
]
export const ROLES = ["clerk", "agent", "reviewer", "chief"]
export const CHANNELS = ["window", "web", "phone", "kiosk", "agent"]
export const MATERIAL_ORIGINS = ["applicant", "government", "other"]
export const STEP_KINDS = [
  "technical_review", "site_inspection", "expert_review", "hearing", "testing", "publicity", "other",
]
export const RISK_AREAS = [
  "national_security", "state_secrets", "public_safety", "financial_prudence", "ecology", "foreign_affairs",
  "health_life_property",
]
export const DEPTHS = ["none", "pre_review", "apply", "full"]

export const plain = (values: string[]): Choice[] => values.map((value) => ({ value, label: value }))

export const worded = (values: string[], word: (value: string) => string): Choice[] =>
  values.map((value) => ({ value, label: word(value) }))

/** A code for a new row that no other row has: `step-3`. */
export function freeCode(stem: string, taken: string[]): string {
  const used = new Set(taken)
  let n = used.size + 1
  while (used.has(`${stem}-${n}`)) n += 1
  return `${stem}-${n}`
}
