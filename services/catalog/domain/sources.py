"""The plans that the rules of the lint come from, as an editor is told them: title and clause."""

_PLAN_000 = "《简化优化公共服务流程方便基层群众办事创业实施方案》（济南市槐荫区，2017年）"
_PLAN_001 = "《加快推进政务服务标准化规范化便利化工作方案》（乐山市，2022年）"
_PLAN_003 = "《综合服务窗口设置工作实施方案》（蕉岭县，2017年）"

#: Seed 000 二(一)2: what goes into the list, and that a missing basis is added later.
LISTING = f"{_PLAN_000}二（一）2"
#: Seed 000 二(一)3: how a guide is written; no catch-all clauses.
GUIDE = f"{_PLAN_000}二（一）3"
#: Seed 000 二(二)1: which proofs may not be asked for; the number of its item follows.
PROOF = f"{_PLAN_000}二（二）1"
#: Seed 000 二(三)1: which annual inspections and trainings may be kept.
INSPECTION = f"{_PLAN_000}二（三）1"
#: Seed 000 附件2, 附件3, 附件4 说明: the filling rules of the lists of proofs; the number follows.
NEEDED, ISSUED, INSPECTED = (f"{_PLAN_000}附件{number} 说明" for number in (2, 3, 4))
#: Seed 000 二(五)3(1): what is secret does not go online.
SECRET = f"{_PLAN_000}二（五）3（1）"
#: Seed 000 附件1 说明: the filling rules of the table's columns; the number follows.
FILLING = f"{_PLAN_000}附件1 说明"
#: Seed 001 三(一)1: items are broken down to the smallest unit.
SMALLEST_UNIT = f"{_PLAN_001}三（一）1"
#: Seed 001 三(一)3: the elements of an item and of each step, with longest times.
ELEMENTS = f"{_PLAN_001}三（一）3"
#: Seed 001 三(三)2: where a commitment may not stand for a proof.
COMMITMENT = f"{_PLAN_001}三（三）2"
#: Seed 001 三(三)1: one form, one set of materials, parallel handling for an event in life (一件事一次办).
ONE_MATTER = f"{_PLAN_001}三（三）1"
#: Seed 002 二(三)8: how much villages offer online.
VILLAGE_ONLINE = "《提升三级政务服务体系标准化建设实施方案》（临沂市）二（三）8"
#: Seed 004 二(十一): how deep permits reach online.
ONLINE_DEPTH = "《深化放管服改革进一步优化政务环境的落实措施》（烟台市，2017年）二（十一）"
#: Seed 003: the standard acceptance list has no vague wording.
VAGUE = f"{_PLAN_003}四（三）"
#: 行政许可法 §45: time for hearing, inspection, testing and expert review does not count.
LICENSING_LAW_45 = "《中华人民共和国行政许可法》第四十五条"
