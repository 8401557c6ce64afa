//! The keys that sign id tokens.
//!
//! In: `id_token.jwks`. Out: a line. Never: takes a key for usable that the vendor does not sign with.

use std::time::Duration;

use super::{Check, Line, Preflight, Said};
use crate::check;
use crate::target::Jwks;

/// How long the keys are waited for.
const PATIENCE: Duration = Duration::from_secs(10);

/// Whether the keys can be had, and one of them can verify a token.
pub(super) async fn examine(preflight: &Preflight<'_>) -> Line {
    if !preflight.gives_id_tokens() {
        let said = Said::new("no document of this product gives id tokens", "该产品的文档不涉及 id_token");
        return Line::not_checked(Check::Jwks, said);
    }
    let read = match &preflight.target.id_token.jwks {
        None => {
            let said =
                Said::new("not named: signatures of id tokens are not checked", "未指定：不会验证 id_token 的签名");
            let advice = Said::new(
                "set `id_token.jwks` to the key set, usually `…/api/v1/oauth2/keys`",
                "请把 `id_token.jwks` 设为公钥集地址，通常是 `…/api/v1/oauth2/keys`",
            );
            return Line::warning(Check::Jwks, said, advice);
        }
        Some(Jwks::File(path)) => std::fs::read(path).map_err(|error| error.to_string()),
        Some(Jwks::Url(url)) => fetch(preflight, url).await,
    };
    judge(&read)
}

async fn fetch(preflight: &Preflight<'_>, url: &str) -> Result<Vec<u8>, String> {
    // As in a run: beside the API the same trust and proxy.
    let beside = url.starts_with(&preflight.target.url);
    let client = if beside { &preflight.client } else { &preflight.sources };
    let answer = client.fetch(url, PATIENCE).await.map_err(|failure| failure.text().to_owned())?;
    match answer.status {
        200 => Ok(answer.body.to_vec()),
        status => Err(format!("HTTP {status}")),
    }
}

fn judge(read: &Result<Vec<u8>, String>) -> Line {
    let advice = Said::new(
        "check `id_token.jwks`: without it every login that succeeds ends as `error`",
        "请检查 `id_token.jwks`：否则每个成功的登录用例都会以 `error` 结束",
    );
    let keys = match read.as_deref().map_err(Clone::clone).and_then(check::keys) {
        Ok(keys) => keys,
        Err(why) => {
            let said = Said::new(format!("the keys cannot be had: {why}"), format!("无法取得公钥：{why}"));
            return Line::wrong(Check::Jwks, said, advice);
        }
    };
    match keys.usable() {
        0 => {
            let said = Said::new(
                "it holds no key that verifies RS256, RS384 or RS512",
                "其中没有可用于验证 RS256、RS384 或 RS512 的公钥",
            );
            Line::wrong(Check::Jwks, said, advice)
        }
        count => {
            let said = Said::new(format!("usable keys: {count}"), format!("可用的公钥：{count} 个"));
            Line::ok(Check::Jwks, said)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::State;
    use super::*;
    use crate::report::Language;

    #[test]
    fn a_key_set_is_of_use_when_it_holds_a_key_that_the_vendor_signs_with() {
        let of = |json: &str| judge(&Ok(json.as_bytes().to_vec()));
        let rsa = r#"{"kty":"RSA","n":"sXchTg","e":"AQAB","use":"sig","kid":"a"}"#;
        let keys = |keys: &str| of(&format!("{{\"keys\":[{keys}]}}"));
        assert_eq!(keys(rsa).state, State::Ok);
        assert_eq!(keys(&rsa.replace("\"sig\"", "\"enc\"")).state, State::Wrong);
        assert_eq!(keys(&rsa.replace("\"use\":\"sig\"", "\"alg\":\"RSA-OAEP\"")).state, State::Wrong);
        assert_eq!(keys(r#"{"kty":"oct","k":"c2VjcmV0"}"#).state, State::Wrong);
        assert_eq!(keys("").state, State::Wrong);
        let garbage = of("<html>");
        assert!(garbage.said.of(Language::English).contains("not a JSON Web Key Set"), "{garbage:?}");
        assert_eq!(judge(&Err("HTTP 404".into())).said.of(Language::Chinese), "无法取得公钥：HTTP 404");
    }
}
