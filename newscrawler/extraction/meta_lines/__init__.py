"""The lines round the main text that say when, from where and by whom: 来源, 日期, 编辑.

`words` are the tables of labels and buttons. `tokens` cuts a line into dates, labels and words, whatever elements hold
them. `bare` tells buttons, outlets and persons among words without a label. `grammar` parses the tokens once into
`statements`; `line_tests` spare most lines the parsing. `reading` prefers one reading where a page has several;
`ownership` tells which lines are the article's.
"""
