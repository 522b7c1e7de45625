"""The words that generated pages are made of. All places, people and outlets are invented."""

from __future__ import annotations


def _list(text: str) -> list[str]:
    """Return the words of a text: a list that stays readable."""
    return text.split()


PLACES = _list(
    """
    青禾 柳湾 云溪 石桥 南屏 望江 桐岭 河源口 白沙洲 枫林 麦岭 双河 临泽湾 长亭 沙坪 玉泉 大坪 竹山坳 清水铺
    七里 东津 北港 古渡 赤岩 芦花 金坪 松坡 乌林 蓝田坝 安陵 永宁湾 泉塘 观音岩 平川 红岭 丰谷 龙须沟 梅溪
    凤头 银杏 茶亭 马鞍 回龙 鹤鸣 流沙 杏花 木兰坡 花桥
    """
)
CITIES = _list("武汉 郑州 温州 成都 安阳 宜昌 常州 海口")
"""Real cities from which reporters report; some begin like a person's name."""
DIVISIONS = _list("县 市 区 镇 乡")
UNITS = _list(
    """
    水利局 农业农村局 教育局 文旅局 交通运输局 气象台 疾控中心 供电公司 公积金中心 环卫所 图书馆 博物馆
    林业站 消防救援大队 交警大队 民政局 人社局 市场监管局 自来水公司 公交公司 中心小学 人民医院 合作社
    社区服务站 电商产业园 开发区管委会 税务局 住建局 文化馆 邮政分公司
    """
)
THINGS = _list(
    """
    水渠 泵站 果园 稻田 茶园 大棚 公路 桥梁 堤坝 路灯 校舍 图书角 养老食堂 停车位 老旧小区 污水管网
    垃圾分类亭 充电桩 农家书屋 卫生室 公交线路 湿地公园 健身步道 鱼塘 菌菇房 花椒林 油茶基地 烘干车间 冷库
    直播间 戏台 古井 石板街 祠堂 防火通道 护坡 灌区 温室 育苗盘 渡口
    """
)
PEOPLE = _list(
    """
    村民 居民 家长 学生 商户 司机 老人 护士 老师 志愿者 网格员 工人 种植户 养殖户 游客 匠人 护林员 邮递员
    值班员 技术员
    """
)
VERBS = _list(
    """
    修好 检查 改造 验收 启用 清理 加固 扩建 移交 登记 巡查 测量 粉刷 翻修 整治 开放 承包 试运行 拆除 认领
    维护 绘制 更换 疏通 补种 签约
    """
)
TIMES = _list(
    """
    今年春天 入夏以来 上个月 连日来 最近几天 去年冬天 眼下 清晨 周末 开学前 雨季到来前 秋收之后 午后 傍晚时分
    年底前 半个月来 国庆期间 正月里 霜降过后 汛期里
    """
)
ADVERBS = _list("陆续 提前 全部 按时 基本 已经 顺利 逐户 连夜 分批 公开 重新 初步 正式 悄悄")
QUALITIES = _list(
    """
    比往年宽敞了许多 省下了不少工夫 排队的人少了一半 用起来方便多了 谁家都能看得见 心里踏实了 路好走了
    灯也亮了 价格比去年高两成 再也不用半夜抢水 办事不用跑两趟 一个电话就能送到 冬天也有新鲜菜 孩子们天天都来
    账目贴在墙上 味道和从前一样
    """
)
SENTENCES = (
    "{time}，{place}的{thing}{adverb}{verb}，{people}说{quality}。",
    "{place}{unit}介绍，这批{thing}共有{n}处，总投入{m}万元，预计{time}完成。",
    "“{quality}。”{people}指着身后的{thing}，一边擦汗一边说。",
    "记者在{place}看到，{n}名{people}正在{verb}{thing}，现场井然有序。",
    "据{unit}统计，截至目前已有{n}户{people}报名，其中{m}户来自{place}。",
    "{unit}负责人表示，下一步还将{verb}{n}个{thing}，让更多{people}受益。",
    "{people}算了一笔账：过去一年要花{m}元，现在只要{n}元，{quality}。",
    "从{place}到{place2}，{n}公里的路上，{thing}一个接着一个。",
    "{time}，{unit}组织{people}到{place}，{adverb}{verb}了那里的{thing}。",
    "{place}有{m}口人，{thing}却只有{n}个，这件事{people}念叨了好几年。",
    "“以前要走{n}里路，现在出门就到，{quality}。”一位{people}告诉我们。",
    "为了{verb}{thing}，{unit}先后召开了{n}次会议，征求了{m}条意见。",
    "{thing}旁边立着一块牌子，上面写着{verb}的日期、负责的单位和监督的电话。",
    "{people}把{n}袋种子搬上车，准备送到{place}，那里的{thing}等着用。",
    "按照计划，{place}的{thing}将分{n}期{verb}，首期{time}动工。",
    "雨停之后，{people}赶到{place}，把{thing}{adverb}{verb}了一遍。",
    "在{place}，{thing}不只是{thing2}的补充，{quality}，这是{people}没有想到的。",
    "{unit}提醒，{time}气温变化大，{people}前往{place}时请注意安全。",
    "{m}元的补贴{adverb}到账，{people}打算用它{verb}自家的{thing}。",
    "谈起{thing}，{people}的话多了起来，他们说，{quality}。",
    "{place}与{place2}之间的{thing}{adverb}{verb}，来往时间缩短了{n}分钟。",
    "眼前的{thing}是{n}年前修的，{people}至今记得{verb}那天的情形。",
    "{unit}工作人员一早来到{place}，对{thing}的{n}项指标逐一核对。",
    "如果一切顺利，{time}之前{place}的{people}就能用上新的{thing}。",
    "消息传开，{place2}的{people}也赶来看{thing}，回去以后{adverb}动了手。",
    "{thing}由{people}自己管，钥匙挂在{place}的值班室里，谁用谁登记。",
    "第{n}批{thing}运抵{place}时，等候的{people}鼓起掌来。",
    "验收组给{place}的{thing}打了{n}分，扣分的原因是{thing2}还没有{verb}。",
)
TITLES = (
    "{place}{n}处{thing}{adverb}{verb}",
    "{place}：{thing}{verb} {people}受益",
    "{place}{unit}{verb}{n}个{thing}",
    "{n}里水路变通途 {place}{thing}{verb}记",
    "{place}{people}有了自己的{thing}",
    "“{thing}”走进{place} {people}点赞",
    "{place}出台{n}条措施{verb}{thing}",
    "{people}的一天：在{place}{verb}{thing}",
    "{place}{thing}为何{adverb}{verb}？",
    "关于{verb}{place}{thing}的通告",
    "{place}携手{place2}{verb}{thing}",
    "{thing}{verb}之后，{place}还要做什么",
    "聚焦{place}丨{thing}里的{people}",
    "{m}万元{verb}{thing} {place}{people}算了一笔账",
    "{place}召开{thing}工作推进会",
)
SHORT_TITLES = ("春渡", "讣告", "渠声", "夜雨", "启事", "归舟", "访茶记", "停水通知", "招聘启事", "致歉声明")
SHORT_TITLES = ("春渡", "讣告", "渠声", "夜雨", "启事", "归舟", "访茶记", "停水通知", "招聘启事", "致歉声明")
KICKERS = (
    "{place}{thing}系列报道之{n}",
    "走基层·{place}见闻",
    "{unit}有话说",
)
SUBTITLES = (
    "——{place}{verb}{thing}侧记",
    "{n}个{thing}{adverb}{verb}",
    "——来自{place}的报告",
)
SUBHEADS = (
    "{thing}怎么{verb}",
    "{people}说{quality}",
    "从{place}到{place2}",
    "{verb}之后",
    "{adverb}{verb}的{thing}",
)
CAPTIONS = (
    "{place}的{thing}",
    "{people}在{place}{verb}{thing}",
    "{time}，{people}正在{verb}{thing}",
    "图为{verb}后的{thing}",
    "{place}{thing}一角",
    "{people}展示刚刚{verb}的{thing}。",
    "空中俯瞰{place}{thing}",
)
QUESTIONS = (
    "{place}的{thing}什么时候能{verb}？",
    "{verb}{thing}的费用由谁来出？",
    "{people}最关心的是{thing}，您怎么看？",
    "为什么选在{place}{verb}{thing}？",
    "下一步对{thing}有什么打算？",
)
COMMENTS = (
    "支持，希望{place}也能{verb}{thing}。",
    "我就住在{place}，{thing}确实{adverb}{verb}了，{quality}。",
    "{thing}好是好，就是离我家太远。",
    "什么时候轮到{place2}？我们的{people}等了{n}年。",
    "顶一个，{people}辛苦了！",
)
CHOICES = _list("非常满意 还可以，能用就行 说不清 不满意，应当重修 没有用过 早就该办了，盼了很久 与我无关")
"""Answers of a poll."""
LABELS_OF_TEXT = _list("相关链接 延伸阅读 新闻链接 链接 记者手记")
"""Subheads that also stand above lists of links, with text below them."""
FURNITURE = (
    "您的浏览器不支持video标签，请升级后再看。",
    "您的浏览器版本过低，暂时无法播放视频",
    "长按二维码关注我们",
    "↑点击上方蓝字关注{site}",
    "点击蓝字，关注我们",
    "喜欢这篇文章，别忘了点个赞",
    "觉得不错的话，请点个在看",
    "点击“阅读原文”了解更多",
    "更多精彩内容，请下载{site}客户端",
    "分享给更多人看到",
)
"""Paragraphs in the element of the body that are no part of it."""
SURNAMES = _list(
    """
    王 李 张 刘 陈 杨 黄 赵 周 吴 徐 孙 马 朱 胡 郭 何 高 林 罗 郑 梁 谢 宋 唐 许 韩 冯 邓 曹 彭 曾 肖 田 董
    袁 潘 于 蒋 蔡 余 杜 叶 程 苏 魏 吕 丁 任 沈 姚 卢 姜 崔 钟 谭 陆 汪 范 金 石 廖 贾 夏 韦 付 方 白 邹 孟
    熊 秦 邱 江 尹 薛 闫 段 雷 侯 龙 史 陶 黎 贺 顾 毛 郝 龚 邵 万 钱 严 覃 武 戴 莫 孔 向 汤 水 文 阮 麦 慕
    时 车 明 容 束 边 丛 丰 冷 乐 家 尚 言 应 支 温 查
    """
)
DOUBLE_SURNAMES = _list("欧阳 司马 上官 诸葛 东方 皇甫 尉迟 公孙 慕容 令狐 司徒 夏侯")
GIVEN = _list(
    """
    伟 芳 娜 敏 静 丽 强 磊 洋 勇 艳 杰 娟 涛 超 霞 平 刚 桂 晓 雨 晨 佳 欣 志 建 国 华 文 玉 兰 海 燕 春 梅
    冬 雪 思 远 子 涵 浩 宇 梓 轩 一 鸣 立 群 山 川 清 源 若 彤 克 俭 怀 谷 竹 青 荷 松 柏 岚 岩 峰 溪 泽 渊
    墨 砚 书 琴 棋 瑶 琳 琪 璐 瑞 宁 安 康 永 长 庆 福 寿 禄 德 仁 义 礼 智 信 巧 灵 秀 珍 贵 荣 昌 盛 兴 旺
    达 通 顺 利 民 生 光 辉 明 亮 星 月 云 霄 虹 霓 薇 萍 莲 蓉 葵 菲
    """
)
MINORITY = _list(
    """
    阿依古丽·买买提 艾尼瓦尔·吐尔逊 古丽娜尔·艾合买提 扎西·次仁 努尔江·哈力克 帕提古丽·依明
    巴特尔·孟和 热依汗·库尔班
    """
)
FOREIGN = _list("约翰·史密斯 玛丽亚·洛佩兹 安德烈·伊万诺夫 山田太郎 皮埃尔·杜邦 金贤洙")
SITES = _list("晨光 新闻 在线 视窗 热线 资讯")
COLUMNS = _list(
    """
    要闻 社会 民生 县区 时政 教育 文旅 经济 图片 健康 三农 法治 评论 专题 视频 公告 党建 互动 数字报 汽车
    房产 旅游
    """
)
