"""Finding items as people type: Chinese, pinyin, initials, everyday words, typing errors (mission C15).

`words` understands what was typed, `titles` knows which names hold it, `ranking` puts them in order, `index`
joins names to items, `synonyms` is the list of everyday words that editors keep.
"""
