"""The look of printed papers: A4, one page where it fits, readable in black and white."""

STYLE = """
@page { size: A4; margin: 18mm 20mm; }
* { box-sizing: border-box; }
body { margin: 0; background: #eff4f6; color: #14232d; line-height: 1.75;
  font: 16px/1.75 "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", sans-serif; }
.sheet { max-width: 780px; margin: 24px auto; padding: 44px 56px; background: #fff;
  border-top: 6px solid #a62f26; box-shadow: 0 1px 2px rgb(8 44 61 / 6%), 0 4px 16px rgb(8 44 61 / 6%); }
header { text-align: center; border-bottom: 1px solid #d3dde3; padding-bottom: 16px; margin-bottom: 24px; }
h1 { margin: 4px 0; font: 700 30px/1.4 "Songti SC", "STZhongsong", "Noto Serif CJK SC", serif;
  letter-spacing: .12em; }
.office { margin: 0; color: #3c4d59; letter-spacing: .08em; }
.no { margin: 0; color: #566570; font-variant-numeric: tabular-nums; }
.to { margin: 0; font-weight: 600; }
.lead { margin: 0 0 16px; text-indent: 2em; }
dl { display: grid; grid-template-columns: 5.5em 1.15fr 5.5em 1fr; margin: 0 0 16px;
  border-top: 1px solid #d3dde3; }
dt, dd { margin: 0; padding: 7px 8px; border-bottom: 1px solid #d3dde3; }
dt { color: #3c4d59; background: #f5f8fa; }
dd b { white-space: nowrap; font-variant-numeric: tabular-nums; }
h2 { margin: 20px 0 8px; padding-left: 10px; border-left: 4px solid #125a78; font-size: 17px; }
table { width: 100%; border-collapse: collapse; font-size: 15px; }
th, td { padding: 6px 8px; border: 1px solid #d3dde3; text-align: left; vertical-align: top; }
th { background: #f5f8fa; font-weight: 600; white-space: nowrap; }
footer { display: flex; justify-content: space-between; align-items: flex-end; margin-top: 28px;
  break-inside: avoid; }
.qr { text-align: center; }
.qr p { margin: 0; font-size: 13px; color: #3c4d59; }
.sign { text-align: right; }
.sign p { margin: 0; }
.seal { color: #a62f26; }
.small { margin: 20px 0 0; padding-top: 10px; border-top: 1px solid #d3dde3;
  font-size: 13px; color: #566570; }
@media (max-width: 640px) { .sheet { margin: 0; padding: 24px 16px; }
  dl { grid-template-columns: 5.5em 1fr; } }
@media print { body { background: #fff; font-size: 14px; }
  .sheet { margin: 0; padding: 0; max-width: none; border-top: 0; box-shadow: none; }
  h1 { font-size: 26px; } }
"""
