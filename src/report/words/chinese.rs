//! Simplified Chinese.

use crate::compare::verify::Hidden;
use crate::compare::{Answer, Class};
use crate::score::Counts;
use crate::verdict::{ClauseStatus, Outcome, ReasonCode, Verdict, WaiverState};

use super::{CodeWanted, Labels, Words};

/// Codes, ids and what a deployment sent stay as they are.
pub(super) struct Chinese;

static LABELS: Labels = Labels {
    promised: "文档承诺",
    sent: "发送",
    answered: "应答",
    failure: "故障",
    kept: "已满足",
    repeat: "重现",
    case: "用例",
    expected: "期望",
    received: "实际",
    look_at: "注意",
    nothing_changed: "与文档中的请求一致，未作改动",
    missing: "缺失",
    blank: "空白",
    empty_body: "响应体为空",
    body_above: "响应体见上",
    no_text: "（无内容）",
    nothing: "无",
    none: "无",
    not_json: "（非 JSON）",
    outcome: "结果",
    trial: "测试项",
    http: "HTTP",
    answer: "应答码",
    milliseconds: "毫秒",
    needed_note: "* 仅因其他测试项需要而执行，不计入统计",
    needed: "（仅因其他测试项需要而执行）",
    cut_off: "本次运行中途被终止",
    nothing_asked: "未选中任何用例",
    code_here: "验证码",
    code_sure: "请再次输入以确认：此处输错不会被发现",
    code_refused: "部署未接受该验证码：请再次输入，以确认输入无误",
    code_form: "验证码应为四到八位数字；输入 `skip` 可跳过此项",
    code_gone: "已不再等待此验证码",
    no_more_typed: "此处已无法输入：请使用页面，或在另一终端执行 `iamspec supply CODE`",
    code_supplied: "验证码已被接受",
    overview: "总览",
    target: "目标",
    worst: "最差",
    clauses: "条款",
    delivered: "已发送",
    repeats: "重复",
    blocked: "受阻",
    trials: "测试项",
    in_all: "总计",
    verdict: "结论",
    untested: "未能得出任何结果",
    waiver_fault: "有豁免已失效、未使用、已过期或与实际不符",
    violated: "违反",
    broken: "被违反的承诺",
    not_found_out: "未能得出结果",
    not_exercised: "未能执行",
    warnings: "警告",
    waived: "豁免",
    waivers: "豁免条目",
    compared: "对比",
    contract_changed: "契约已更改",
    trials_added: "仅第二次运行包含的测试项",
    trials_dropped: "仅第一次运行包含的测试项",
    reworded: "措辞有改动的条款",
    documents: "文档",
    document: "文档",
    clause: "条款",
    clauses_violated: "被违反的条款",
    drift: "漂移：文档未提及的内容",
    skip: "跳到测试项",
    language: "语言",
    product: "产品",
    url: "URL",
    started: "开始时间",
    took: "用时",
    judged_by: "评判工具",
    contract: "契约",
    trust: "评定",
    matrix_note: "每个方格是文档的一条承诺；点选方格，查看证实或违反它的测试项。",
    requests: "请求",
    headers: "请求头",
    members: "请求成员",
    scenes: "场景",
    errors: "错误码",
    answers: "应答",
    rules: "规则",
    others: "其他",
    filter: "筛选",
    all_documents: "全部文档",
    search: "搜索：编号、错误码、任意文字",
    show_all: "全部显示",
    open_all: "全部展开",
    close_all: "全部收起",
    shown: "已显示",
    no_match: "没有符合条件的测试项。",
    cited_by: "该条款的测试项",
    request: "请求",
    no_answer: "无应答",
    bytes: "字节",
    copy: "复制",
    copied: "已复制",
    curl_note: "敏感值以 shell 变量表示，请先设置",
    control: "对照请求",
    basis: "依据",
    why: "原因",
    latency: "延迟",
    latency_note: "每个点是一次应答，位置表示从发出首字节到读完末字节的时间，采用对数刻度。",
    answered_count: "应答数",
    median: "中位数",
    slowest: "最慢",
    every_clause: "全部条款",
    status: "状态",
    seen: "所见",
    kind: "类别",
    footer: "单个文件，不加载任何外部内容。由运行记录生成，可用 iamspec report 重新生成。",
    recorded: "记录",
    follows: "应为",
    unverifiable: "仅凭运行记录无法复核，按记录采信",
    certificate: "验收证书",
    accepted: "测试通过，可予验收",
    not_accepted: "不予验收",
    partly: "仅就所选测试项通过",
    record: "运行记录",
    verified: "复核",
    asked: "所选范围",
    strictness: "警告",
    warnings_fail: "按失败计",
    all_exercised: "所选测试项均已执行",
    owner: "负责人",
    until: "有效至",
    waiver: "豁免条目",
    expects: "预期",
    comparison: "与之前的运行比较",
    before: "之前",
    after: "之后",
    what: "内容",
    no_change: "没有变化",
    sign_off: "签署",
    decision: "决定",
    ticket: "变更单号",
    name: "姓名",
    role: "职务",
    date: "日期",
    signature: "签名",
    record_digest: "运行记录的 SHA-256",
    base_unverified: "之前的运行依据另一契约评判，未能复核。",
    overview_footer: "单个文件，不加载任何外部内容。由这些目标的运行生成，每个目标另有自己的页面。",
    comparison_footer: "单个文件，不加载任何外部内容。由两份运行记录生成，可用 iamspec diff 重新生成。",
    certificate_footer: "由上述运行记录生成，生成前已依据其中保存的请求与应答重新评判；可用 iamspec accept 重新生成。",
};

impl Words for Chinese {
    fn labels(&self) -> &'static Labels {
        &LABELS
    }

    fn outcome(&self, outcome: Outcome) -> &'static str {
        match outcome {
            Outcome::Pass => "通过",
            Outcome::Warn => "警告",
            Outcome::Fail => "失败",
            Outcome::Blocked => "受阻",
            Outcome::Waived => "豁免",
            Outcome::Error => "出错",
        }
    }

    fn headline(&self, outcome: Outcome) -> &'static str {
        self.outcome(outcome)
    }

    fn status(&self, status: ClauseStatus) -> &'static str {
        match status {
            ClauseStatus::Proven => "已证实",
            ClauseStatus::Violated => "违反",
            ClauseStatus::Warned => "存疑",
            ClauseStatus::Waived => "豁免",
            ClauseStatus::Blocked => "受阻",
            ClauseStatus::Untested => "未测",
        }
    }

    fn letter(&self, status: ClauseStatus) -> &'static str {
        match status {
            ClauseStatus::Proven => "证",
            ClauseStatus::Violated => "违",
            ClauseStatus::Warned => "疑",
            ClauseStatus::Waived => "豁",
            ClauseStatus::Blocked => "阻",
            ClauseStatus::Untested => "未",
        }
    }

    fn waiver(&self, state: WaiverState) -> &'static str {
        match state {
            WaiverState::Applied => "生效",
            WaiverState::Stale => "已失效",
            WaiverState::Unused => "未使用",
            WaiverState::Expired => "已过期",
            WaiverState::Mismatched => "与实际不符",
            WaiverState::Idle => "未涉及",
        }
    }

    fn answer(&self, answer: Answer) -> &'static str {
        match answer {
            Answer::Same => "无变化",
            Answer::Mended => "有修复",
            Answer::Changed => "有变化",
            Answer::Broken => "有破坏",
        }
    }

    fn class(&self, class: Class) -> &'static str {
        match class {
            Class::Broken => "新违反",
            Class::Otherwise => "违反方式改变",
            Class::Weakened => "变为警告",
            Class::Waived => "新豁免",
            Class::Blocked => "新受阻",
            Class::Slower => "变慢",
            Class::Unblocked => "不再受阻",
            Class::Mended => "已修复",
        }
    }

    fn basis<'a>(&self, basis: &'a str) -> &'a str {
        match basis {
            "documented" => "文档明示",
            "inferred" => "由文档推断",
            other => other,
        }
    }

    fn verdict(&self, verdict: Verdict) -> &'static str {
        match verdict {
            Verdict::Conforms => "符合",
            Verdict::Deviates => "不符合",
            Verdict::Untested => "未能测试",
            Verdict::Incomplete => "不完整",
        }
    }

    fn reason(&self, code: ReasonCode) -> Option<&'static str> {
        Some(match code {
            ReasonCode::DeliveryNotAllowed => "不允许向该目标真实发送消息",
            ReasonCode::NeedsRecipient => "目标文件中缺少所需的收件人",
            ReasonCode::NeedsAccount => "目标文件中缺少所需的账号",
            ReasonCode::NeedsCaptcha => "缺少图形验证码令牌的来源，或无法使令牌按用例要求失效",
            ReasonCode::NeedsCode => "无法取得短信或邮件验证码",
            ReasonCode::BudgetSpent => "发送或登录失败的次数预算已用尽",
            ReasonCode::RateLimited => "部署拒绝了过于频繁的请求",
            ReasonCode::ControlFailed => "必须成功的对照请求失败，本项无法证明任何结论",
            ReasonCode::Interrupted => "运行被中断或超时，本项未能执行",
            ReasonCode::PromiseBroken => "文档承诺被违反",
            ReasonCode::Deviation => "与推断不符，或出现文档未提及的内容",
            ReasonCode::Configuration => "目标文件与部署不一致",
            ReasonCode::Environment => "网络环境问题：解析、TLS、连接或超时",
            ReasonCode::Source => "令牌或验证码的来源出错",
            ReasonCode::Harness => "iamspec 自身的错误，请反馈",
        })
    }

    fn kind<'a>(&self, kind: &'a str) -> &'a str {
        match kind {
            "accepted" => "不应被接受",
            "byte order mark" => "带字节顺序标记",
            "expired" => "已过期",
            "garbled text" => "乱码",
            "incoherent times" => "时间不一致",
            "letter case" => "大小写不同",
            "lives too long" => "有效期过长",
            "look-alike characters" => "形近字符",
            "member twice" => "成员重复",
            "no expiry" => "没有过期时间",
            "no text" => "消息为空",
            "no user information" => "缺少用户信息",
            "not a JWT" => "不是 JWT",
            "not delivered" => "未送达",
            "not checked" => "未检查",
            "not HTTP" => "不是合法的 HTTP",
            "not JSON" => "不是 JSON",
            "not signed" => "未签名",
            "not UTF-8" => "不是 UTF-8",
            "not yet valid" => "尚未生效",
            "other algorithm" => "签名算法不符",
            "other charset" => "字符集不符",
            "other code" => "错误码不符",
            "other content type" => "内容类型不符",
            "other language" => "语言不符",
            "other party" => "签发方或受众不符",
            "other shape" => "结构不符",
            "other status" => "状态码不符",
            "other wording" => "措辞不同",
            "stack trace" => "泄露堆栈信息",
            "tolerated code" => "可容忍的错误码",
            "too large" => "过大",
            "undocumented member" => "文档未列出的成员",
            "unknown key" => "未知密钥",
            "untranslated key" => "未翻译的键",
            "white space" => "空白不同",
            "wrong signature" => "签名错误",
            other => other,
        }
    }

    fn explanation(&self, kind: &str) -> Option<&'static str> {
        Some(match kind {
            "no text" => "消息为空",
            "other language" => "消息与文档一致，但语言不是所请求的语言",
            "stack trace" => "消息暴露了程序内部信息，而不是文档中的文字",
            "untranslated key" => "消息是未转换成文字的键或模板",
            "garbled text" => "消息因字符编码错误而损坏",
            "look-alike characters" => "消息看起来正确，但所用字符与文档不同",
            "letter case" => "消息与文档的大小写不同",
            "white space" => "消息与文档在词间空白上不同",
            "other wording" => "消息的措辞与文档不同",
            _ => return None,
        })
    }

    fn drift_kind<'a>(&self, kind: &'a str) -> &'a str {
        match kind {
            "member" => "成员",
            "code" => "错误码",
            "header" => "响应头",
            "message" => "消息",
            other => other,
        }
    }

    fn trials(&self, count: usize) -> String {
        format!("{count} 个测试项")
    }

    fn characters(&self, count: usize) -> String {
        format!("{count} 个字符")
    }

    fn characters_more(&self, count: usize) -> String {
        format!("…（另有 {count} 个字符）")
    }

    fn more(&self, count: usize) -> String {
        format!("另有 {count} 个")
    }

    fn more_with_v(&self, count: usize) -> String {
        format!("另有 {count} 个，用 `-v` 列出")
    }

    fn delivered(&self, sms: u32, email: u32) -> String {
        let said = |count: u32, what: &str| (count > 0).then(|| format!("{count} {what}"));
        let parts: Vec<String> = [said(sms, "条短信"), said(email, "封邮件")].into_iter().flatten().collect();
        if parts.is_empty() { "无".to_owned() } else { self.list(&parts) }
    }

    fn list(&self, parts: &[String]) -> String {
        parts.join("，")
    }

    fn count(&self, count: usize, what: &str) -> String {
        format!("{what} {count}")
    }

    fn says(&self, name: &str, what: &str) -> String {
        format!("{name}：{what}")
    }

    fn instead_of(&self, sent: &str, control: &str) -> String {
        format!("{sent}，原为 {control}")
    }

    fn added(&self, sent: &str) -> String {
        format!("{sent}，新增")
    }

    fn blocks_cut(&self, count: usize) -> String {
        format!("为控制篇幅，此处省略 {count} 个部分，完整内容见网页报告和运行记录")
    }

    fn drift(&self, count: usize) -> String {
        format!("漂移：发现 {count} 处文档未提及的内容")
    }

    fn repeated(&self, most: usize, unstable: usize) -> String {
        let stable = match unstable {
            0 => "每个用例的结果始终一致".to_owned(),
            unstable => format!("{unstable} 个用例的结果不稳定"),
        };
        format!("每个用例运行 {most} 次；{stable}")
    }

    fn ended_each_time(&self, unstable: bool, counts: &str) -> String {
        format!("{}：{counts}", if unstable { "不稳定" } else { "稳定" })
    }

    fn score(&self, score: Option<Counts>) -> String {
        match score {
            None => "未经 `iamspec selftest` 评定".to_owned(),
            Some(Counts { faults, killed, variants, quiet }) => {
                format!("植入的 {faults} 个缺陷中发现 {killed} 个，{variants} 个合规变体中 {quiet} 个无误报")
            }
        }
    }

    fn judge(&self, tool: &str, contract: &str, score: &str) -> String {
        format!("{tool}，契约 {contract}：{score}")
    }

    fn judged(&self, name: &str, product: &str, url: &str) -> String {
        format!("{name}：{product}，{url}")
    }

    fn compared(&self, expected: &str, received: &str) -> String {
        format!("（期望 {expected}，实际 {received}）")
    }

    fn verdict_and_code(&self, verdict: Verdict) -> String {
        format!("{}（{}，退出码 {}）", self.verdict(verdict), verdict.as_str(), verdict.exit_code())
    }

    fn conforms(&self, warnings: usize, waived: usize) -> String {
        let warnings = if warnings > 0 { format!("，有 {warnings} 个警告需查看") } else { String::new() };
        let waived = if waived > 0 { format!("，{waived} 个豁免") } else { String::new() };
        format!("所有测试过的承诺均已兑现{warnings}{waived}")
    }

    fn promises_broken(&self, count: usize) -> String {
        format!("{count} 条文档承诺被违反")
    }

    fn trials_broke(&self, count: usize) -> String {
        format!("{count} 个测试项与文档不符")
    }

    fn puzzles_wanted(&self, url: &str, puzzles: usize) -> String {
        format!("需要人工协助：请打开以下页面并保持打开，预计将显示 {puzzles} 个拼图\n  {url}")
    }

    fn codes_wanted(&self, url: &str, asked_here: bool) -> String {
        let here = if asked_here { "验证码将在此处询问；也" } else { "收到的验证码" };
        format!("{here}可在另一终端用 `iamspec supply CODE` 提交，或在以下页面填写\n  {url}")
    }

    fn code_wanted(&self, code: &CodeWanted<'_>) -> String {
        let CodeWanted { to, trial, target, seconds, .. } = *code;
        let scene = code.scene.map(|scene| format!("（场景 {scene}）")).unwrap_or_default();
        let more = if code.more > 0 { format!("，其后还有 {} 个", code.more) } else { String::new() };
        format!("{to} 收到的验证码是？{scene}剩余 {seconds} 秒{more}\n  {target}：{trial}")
    }

    fn incomplete(&self, blocked: usize, error: usize) -> String {
        let said = |count: usize, what: &str| (count > 0).then(|| format!("{count} 个测试项{what}"));
        let parts = [said(blocked, "未能执行"), said(error, "未得出结果")];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        let parts = if parts.is_empty() { "运行被中断".to_owned() } else { parts.join("，") };
        format!("没有承诺被违反，但{parts}")
    }

    fn hidden(&self, hidden: Hidden) -> &'static str {
        match hidden {
            Hidden::IdToken => "id_token 的格式、签名、时间与签发方（令牌不在运行记录中）",
            Hidden::Arrival => "消息是否送达（由验证码来源告知）",
            Hidden::NotSent => "未发送请求的原因（由目标文件或来源告知）",
            Hidden::Withheld => "为隐藏敏感值而省略或改写的应答正文",
        }
    }

    fn rejudged(&self, count: usize, of: usize, tags: usize) -> String {
        let tags = if tags > 0 {
            format!("；{tags} 个重复使用的令牌或验证码经标签确认")
        } else {
            String::new()
        };
        format!("依据保存的请求与应答重新评判了 {of} 个测试项中的 {count} 个{tags}")
    }

    fn agrees(&self, disagreements: usize) -> String {
        match disagreements {
            0 => "运行记录与由其得出的结论一致".to_owned(),
            some => format!("运行记录中有 {some} 处与由其得出的结论不符"),
        }
    }

    fn asked_for(&self, selected: usize, of: usize) -> String {
        if selected == of {
            format!("契约的全部 {of} 个测试项")
        } else {
            format!("仅契约 {of} 个测试项中的 {selected} 个，其余不作结论")
        }
    }
}
