//! Tells text that went through the wrong encoding from text that is merely different.
//!
//! In: a text. Out: whether it is garbled. Never: repairs it.

/// What the first two bytes of a Chinese character in UTF-8 (`E4 80` to `E9 BF`) look like when they are read as GBK.
/// Every second or third character of such a text is one of these; in ordinary Chinese nearly all of them are rare.
const UTF8_READ_AS_GBK: &str = "\
    鋩鋪鋫鋬鋭鋮鋯鋰鋱鋲鋳鋴鋵鋶鋷鋸鋹鋺鋻鋼鋽鋾鋿錀錁錂錃錄錅錆錇錈錉洹洧洌浃浈洇洄洙洎洫浍洮洵洚浏\
    浒浔洳涑浯涞涠浞涓涔浜浠浼浣渚淇鍊鍋鍌鍍鍎鍏鍐鍑鍒鍓鍔鍕鍖鍗鍘鍙鍚鍛鍜鍝鍞鍟鍠鍡鍢鍣鍤鍥鍦鍧鍨鍩\
    鍫濉澧澹澶濂濡濮濞濠濯瀚瀣瀛瀹瀵灏灞宀宄宕宓宥宸甯骞搴寤寮褰寰蹇鎬鎭鎮鎯鎰鎱鎲鎳鎴鎵鎶鎷鎸鎹鎺鎻\
    鎼鎽鎾鎿鏀鏁鏂鏃鏄鏅鏆鏇鏈鏉鏋鏌鏍妗姊妫妞妤姒妲妯姗妾娅娆姝娈姣姘姹娌娉娲娴娑娣娓婀婧婊婕娼婢婵\
    鐎鐏鐐鐑鐒鐓鐔鐕鐖鐗鐘鐙鐚鐛鐜鐝鐞鐟鐠鐡鐢鐣鐤鐥鐦鐧鐨鐩鐪鐫鐬鐭鐮纭纰纾绀绁绂绉绋绌绐绔绗绛绠绡\
    绨绫绮绯绱绲缍绶绺绻绾缁缂缃缇缈鑰鑱鑲鑳鑴鑵鑶鑷鑸鑹鑺鑻鑼鑽鑾鑿钀钁钂钃钄钑钖钘铇铏铓铔铚铦铻锜\
    锠琛琚瑁瑜瑗瑕瑙瑷瑭瑾璜璎璀璁璇璋璞璨璩璐璧瓒璺韪韫韬杌杓杞杈杩閫閬閭閮閯閰閱閲閳閴閵閶閷閸閹閺\
    閻閼閽閾閿闀闁闂闃闄闅闆闇闈闉闊闋椤棰椋椁楗棣椐楱椹楠楂楝榄楫榀榘楸椴槌榇榈槎榉楦楣楹榛榧榻榫榭";

/// Whether `text` shows the traces of a wrong encoding: lost characters, UTF-8 read as Latin-1 or GBK, GBK read as
/// Latin-1, or an escape that was escaped again.
pub(super) fn is_garbled(text: &str) -> bool {
    text.contains('\u{fffd}')
        || text.contains("锟斤拷")
        || lost_to_question_marks(text)
        || utf8_as_latin1(text)
        || gbk_as_latin1(text)
        || utf8_as_gbk(text)
        || escaped_twice(text)
}

fn lost_to_question_marks(text: &str) -> bool {
    text.contains("???")
}

/// `è®¾å¤‡`: a lead byte and a continuation byte, each shown as a character of its own.
fn utf8_as_latin1(text: &str) -> bool {
    neighbours(text).any(|(first, second)| ('\u{c2}'..='\u{f4}').contains(&first) && continues(second))
}

/// A continuation byte of UTF-8 as Latin-1 or Windows-1252 shows it.
fn continues(character: char) -> bool {
    ('\u{80}'..='\u{bf}').contains(&character) || "€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ".contains(character)
}

/// `Éè±¸`: four bytes above ASCII in a row.
fn gbk_as_latin1(text: &str) -> bool {
    let characters: Vec<char> = text.chars().collect();
    characters.windows(4).any(|run| run.iter().all(|character| ('\u{a1}'..='\u{ff}').contains(character)))
}

fn utf8_as_gbk(text: &str) -> bool {
    let traces = text.chars().filter(|&character| UTF8_READ_AS_GBK.contains(character)).count();
    let beyond_ascii = text.chars().filter(|character| !character.is_ascii()).count();
    traces >= 2 && traces * 6 >= beyond_ascii
}

/// `\u8bbe` or `&#35774;` left in the text.
fn escaped_twice(text: &str) -> bool {
    let four_hex = |rest: &str| rest.len() >= 4 && rest.bytes().take(4).all(|byte| byte.is_ascii_hexdigit());
    text.split("\\u").skip(1).any(four_hex) || text.contains("&#")
}

fn neighbours(text: &str) -> impl Iterator<Item = (char, char)> + '_ {
    text.chars().zip(text.chars().skip(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_wrong_encoding_is_recognised() {
        let garbled = [
            "è®¾å¤‡ä¿¡æ¯ä¸å®Œæ•´",
            "璁惧淇℃伅涓嶅畬鏁",
            "clientId涓嶈兘涓虹┖",
            "楠岃瘉鐮佸彂閫佸け璐",
            "Éè±¸ÐÅÏ¢²»ÍêÕû",
            "锟斤拷锟斤拷",
            "clientId\u{fffd}\u{fffd}",
            "clientId????",
            "clientId\\u4e0d\\u80fd",
            "clientId&#19981;",
        ];
        for text in garbled {
            assert!(is_garbled(text), "{text}");
        }
    }

    #[test]
    fn sound_text_is_not_garbled() {
        let sound = [
            "设备信息不完整",
            "图形验证码校验通过令牌已失效",
            "上海市徐汇区漕溪北路，澹台先生",
            "clientId cannot be empty",
            "Why? café déjà vu",
            "",
        ];
        for text in sound {
            assert!(!is_garbled(text), "{text}");
        }
    }
}
