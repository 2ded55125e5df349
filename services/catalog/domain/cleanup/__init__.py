"""清理证明: rows of 附件2–4, their rules, the check against each other, circles, what is published."""
