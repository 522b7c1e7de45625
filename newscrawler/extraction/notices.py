"""Notices of the publisher about rights, reprints and ways to reach it, told by the words that they collect."""

from __future__ import annotations

import re

from newscrawler.extraction.pattern_table import PatternTable, Row

_LONGEST_NOTICE = 420
_CUES = PatternTable(
    Row("rights", "版权|著作权|知识产权|侵权|侵犯|授权|许可", "版权归作者所有", "版面"),
    Row("reprints", "转载|转发|摘编|摘录|镜像|复制|注明|出处", "请勿转载", "转身"),
    Row("law", "追究|必究|违者|法律责任|免责|声明|不代表|立场|自行|核实|仅供参考|禁止", "违者必究", "法律"),
    Row("reports", "爆料|报料|线索|投稿|热线|举报|拨打|电话|邮箱|邮件|联系", "新闻热线", "电影"),
    Row("channels", "微博|微信|公众号|客户端|APP|官网|登录|下载|二维码|扫码|扫描|关注|订阅|点击", "下载客户端", "登山"),
)
"""Words of the publisher about itself. One paragraph with many of them is a notice."""
_APPEAL = re.compile("本网|本站|本平台|本报|本台|本刊|本公众号|小编|违者|必究|不得|禁止|严禁|请注明|投稿|[爆报]料")
"""What a publisher calls itself, or what it asks of its readers."""
_MOST_PER_CUE = 20


_GROUP = re.compile("群号|[进入加]群|[读粉书车网校]\\w{0,2}群|(?:交流|业主|福利|互助|[爆报]料|微信|QQ|备用|官方)群")
_WAY_IN = re.compile(r"[0-9]{5,12}|扫码|扫描|二维码|长按|小编|(?:微信|QQ)号?[\s:：]{0,3}[A-Za-z0-9_-]{5,20}")
_LONGEST_INVITATION = 80


def is_invitation(text: str) -> bool:
    """Tell whether a paragraph asks readers to join a group of the publisher, and says how.

    Only the last paragraphs of a body should be asked: people in stories have groups, too.
    """
    return len(text) <= _LONGEST_INVITATION and bool(_GROUP.search(text)) and bool(_WAY_IN.search(text))


def is_notice(text: str, fewest_cues: int) -> bool:
    """Tell whether a paragraph is a notice of the publisher about rights, reprints or ways to reach it.

    Only the first and the last paragraphs of a body should be asked: reports on such matters use the same words.
    `fewest_cues` is how many of a notice's words it must hold at least.
    """
    if len(text) > _LONGEST_NOTICE or not _APPEAL.search(text):
        return False
    cues = len(set(_CUES.regex.findall(text)))
    return cues >= fewest_cues and len(text) <= cues * _MOST_PER_CUE
