//! Variants: conforming behaviours that differ where the documents are silent.
//!
//! In: the product. Out: the catalogue; each entry changes the conduct of a deployment. Never: breaks a promise.

use std::time::Duration;

use super::Product;
use super::ask::Language;
use super::conduct::{Algorithm, Conduct, Order, Quirk};

/// A conforming difference from the default deployment.
#[derive(Clone, Copy, Debug)]
pub struct Variant {
    id: &'static str,
    describes: &'static str,
    scope: Scope,
    change: Change,
}

/// Where a variant means anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Scope {
    Both,
    Only(Product),
}

#[derive(Clone, Copy, Debug)]
enum Change {
    Quirk(Quirk),
    Set(fn(&mut Conduct)),
}

impl Variant {
    /// Unique within its product: `order-reversed`.
    #[must_use]
    pub fn id(&self) -> &str {
        self.id
    }

    /// What differs, and why the documents allow it.
    #[must_use]
    pub fn describes(&self) -> &str {
        self.describes
    }

    pub(super) fn apply(&self, conduct: &mut Conduct) {
        match self.change {
            Change::Quirk(quirk) => conduct.add(quirk),
            Change::Set(set) => set(conduct),
        }
    }
}

/// Every variant of this product.
#[must_use]
pub fn variants(product: Product) -> Vec<Variant> {
    let here = |variant: &&Variant| match variant.scope {
        Scope::Both => true,
        Scope::Only(only) => only == product,
    };
    [ORDER, WIRE, WORDING, CAPTCHA, SENDING, LOGIN].concat().iter().filter(here).copied().collect()
}

const fn set(id: &'static str, describes: &'static str, change: fn(&mut Conduct)) -> Variant {
    Variant { id, describes, scope: Scope::Both, change: Change::Set(change) }
}

const fn quirk(id: &'static str, describes: &'static str, quirk: Quirk) -> Variant {
    Variant { id, describes, scope: Scope::Both, change: Change::Quirk(quirk) }
}

impl Variant {
    const fn only(self, product: Product) -> Self {
        Self { scope: Scope::Only(product), ..self }
    }
}

const ORDER: &[Variant] = &[
    set("order-reversed", "the rules are judged in reverse; no document gives an order", |conduct| {
        conduct.order = Order::Reversed;
    }),
    set("order-rotated-by-3", "the first three rules come last; no document gives an order", |conduct| {
        conduct.order = Order::Rotated(3);
    }),
    set("order-rotated-by-6", "the first six rules come last; no document gives an order", |conduct| {
        conduct.order = Order::Rotated(6);
    }),
    set("order-rotated-by-9", "the first nine rules come last; no document gives an order", |conduct| {
        conduct.order = Order::Rotated(9);
    }),
    set("order-members-first", "members are judged before headers; no document gives an order", |conduct| {
        conduct.order = Order::MembersFirst;
    }),
];

const WIRE: &[Variant] = &[
    set("charset-upper-case", "`application/json;charset=UTF-8`: the same media type", |conduct| {
        conduct.media = "application/json;charset=UTF-8";
    }),
    set("charset-quoted", "`application/json; charset=\"utf-8\"`: the same media type", |conduct| {
        conduct.media = "application/json; charset=\"utf-8\"";
    }),
    set("media-type-in-capitals", "`Application/JSON`: HTTP does not tell capitals in media types", |conduct| {
        conduct.media = "Application/JSON";
    }),
    quirk(
        "header-names-in-lower-case",
        "header names are in lower case: HTTP does not tell capitals in them",
        Quirk::LowerCaseHeaders,
    ),
    quirk(
        "no-reason-phrase",
        "the status line ends after the number: HTTP lets the reason be empty",
        Quirk::NoReasonPhrase,
    ),
    quirk("chunked", "answers come in chunks: HTTP leaves the framing to the server", Quirk::Chunked),
    quirk("gzip", "answers are packed where `Accept-Encoding` allows it", Quirk::Gzip),
    quirk("connection-close", "each connection serves one request", Quirk::ConnectionClose),
    quirk("json-escaped", "characters outside of ASCII are written `\\uXXXX`: the same JSON", Quirk::EscapedJson),
    quirk("json-pretty", "JSON is indented: the same JSON", Quirk::PrettyJson),
    quirk("json-padded", "white space stands around JSON: the same JSON", Quirk::PaddedJson),
    quirk("members-reversed", "members stand in another order, which means nothing in JSON", Quirk::ReversedMembers),
    quirk("extra-headers", "answers have headers of a gateway; none is forbidden", Quirk::ExtraHeaders),
    quirk("request-id", "answers have an `X-Request-Id`; none is forbidden", Quirk::RequestId),
    quirk("cookie", "answers set the cookie of a load balancer; none is forbidden", Quirk::Cookie),
    set("slow", "an answer takes 40 ms; no document promises speed", |conduct| {
        conduct.delay = Duration::from_millis(40);
    }),
];

const WORDING: &[Variant] = &[
    set("default-language-en", "messages are English when `X-L` is absent; no document gives the default", |conduct| {
        conduct.language = Language::En;
    }),
    quirk(
        "messages-padded",
        "messages have white space at their ends, which is not held against them",
        Quirk::MessagesPadded,
    ),
    quirk(
        "messages-full-width",
        "commas in messages are full-width; the documents themselves mix them",
        Quirk::MessagesFullWidth,
    )
    .only(Product::Ciam),
    quirk("trace-id", "errors have an undocumented `trace_id` beside code and message", Quirk::TraceId),
    quirk(
        "media-type-in-json",
        "another content type is refused with 400 and an envelope; the documents have no error for it",
        Quirk::MediaTypeAnsweredInJson,
    ),
    quirk(
        "email-has-its-own-code",
        "a missing `email` is `USER.0005` as in the vendor's longer list; the printed row speaks of a mobile number",
        Quirk::EmailHasItsOwnCode,
    )
    .only(Product::Ciam),
    quirk(
        "messages-without-full-stop",
        "`… cannot be left blank` without its full stop",
        Quirk::MessagesWithoutFullStop,
    )
    .only(Product::Eiam),
    quirk("english-only", "messages are English under every `X-L`; the documents print no Chinese", Quirk::EnglishOnly)
        .only(Product::Eiam),
    quirk(
        "device-headers-by-name",
        "a missing device header is refused by its name; no document prints that refusal",
        Quirk::DeviceHeadersByName,
    )
    .only(Product::Eiam),
    quirk("one-code-for-the-rest", "every refusal that no document prints has one code", Quirk::OneCodeForTheRest)
        .only(Product::Eiam),
];

const CAPTCHA: &[Variant] = &[
    quirk(
        "never-issued-is-mismatch",
        "a token that was never issued is a mismatch rather than invalid; the wording fits both",
        Quirk::NeverIssuedIsMismatch,
    ),
    quirk(
        "token-burnt-by-any-request",
        "the first request that carries a token spends it, whatever its answer; nothing is said of it",
        Quirk::TokenBurntByAnyRequest,
    ),
    quirk(
        "token-kept-on-failed-send",
        "a token is not spent where nothing was sent; nothing is said of it",
        Quirk::TokenKeptOnFailedSend,
    ),
    quirk(
        "puzzle-with-key",
        "a puzzle has a `secretKey`, under which its point must be encrypted; the documents do not describe the puzzle",
        Quirk::PuzzleWithKey,
    ),
    set("token-unbound", "a token is good for any recipient; nothing says it is bound to one", |conduct| {
        conduct.captchas.bound = false;
    }),
    set(
        "token-invalid-by-age",
        "a token is good for one second, however often it is used; what makes it invalid is not said",
        |conduct| {
            conduct.captchas.single_use = false;
            conduct.captchas.lifetime = Duration::from_secs(1);
        },
    ),
    set("token-opaque", "a token shows no point; its format is printed by example only", |conduct| {
        conduct.captchas.opaque = true;
        conduct.add(Quirk::NeverIssuedIsMismatch);
    }),
];

const SENDING: &[Variant] = &[
    quirk("sent-empty-object", "a send is answered with `{}`: no parameters", Quirk::SentEmptyObject),
    quirk("sent-white-space", "a send is answered with white space: no parameters", Quirk::SentWhiteSpace),
    quirk(
        "sent-json-type-without-body",
        "a send is answered with a JSON content type and no body: no parameters",
        Quirk::SentJsonTypeWithoutBody,
    ),
    set(
        "send-interval",
        "a second message within 300 ms is refused as not sent; carriers do so, and no document says when",
        |conduct| conduct.interval = Duration::from_millis(300),
    ),
    set("code-of-4-digits", "codes have four digits; their length is a setting of the tenant", |conduct| {
        conduct.code_length = 4;
    }),
];

const LOGIN: &[Variant] = &[
    quirk(
        "code-burnt-by-any-request",
        "the first login that carries a code spends it, whatever its answer; nothing is said of it",
        Quirk::CodeBurntByAnyRequest,
    )
    .only(Product::Eiam),
    quirk(
        "registered-only",
        "a mobile number without account is refused; automatic registration is a setting",
        Quirk::RegisteredOnly,
    )
    .only(Product::Eiam),
    set("two-methods", "two methods are offered for the second factor", |conduct| {
        conduct.methods = r#"["SMS","EMAIL"]"#;
    })
    .only(Product::Eiam),
    set("methods-spaced", "the list of methods is written with spaces: the same JSON", |conduct| {
        conduct.methods = r#" [ "OTP" ] "#;
    })
    .only(Product::Eiam),
    set("expire-432000", "sessions last five days; the number is printed by example only", |conduct| {
        conduct.expire = "432000";
    })
    .only(Product::Eiam),
    set("expire-with-fraction", "`expire` is written `604800.0`: a number all the same", |conduct| {
        conduct.expire = "604800.0";
    })
    .only(Product::Eiam),
    quirk("extra-login-member", "login answers have an undocumented `trace_id`", Quirk::ExtraLoginMember)
        .only(Product::Eiam),
    quirk("session-uuid", "session tokens are UUIDs; their format is printed by example only", Quirk::SessionAsUuid)
        .only(Product::Eiam),
    quirk("state-opaque", "state tokens are no JWTs; their format is printed by example only", Quirk::StateOpaque)
        .only(Product::Eiam),
    quirk(
        "denied-in-language",
        "`data` of a denied login is in the language asked for; the table says it returns access denied",
        Quirk::DeniedInWordsAskedFor,
    )
    .only(Product::Eiam),
    set("id-token-1h", "id tokens live one hour: configurable, as the document says", |conduct| {
        conduct.id_tokens.lifetime = Duration::from_secs(3600);
    })
    .only(Product::Eiam),
    set("id-token-flat", "id tokens have a real issuer and flat claims; the claims are not listed", |conduct| {
        conduct.id_tokens.issuer = "https://login.example.com/api/v1/oauth2";
        conduct.id_tokens.audience = super::world::CLIENT_ID;
        conduct.add(Quirk::ClaimsFlat);
    })
    .only(Product::Eiam),
    set("id-token-rs384", "id tokens are signed with RS384; the algorithm is printed by example only", |conduct| {
        conduct.id_tokens.algorithm = Algorithm::Rs384;
    })
    .only(Product::Eiam),
    set("id-token-rs512", "id tokens are signed with RS512; the algorithm is printed by example only", |conduct| {
        conduct.id_tokens.algorithm = Algorithm::Rs512;
    })
    .only(Product::Eiam),
    quirk("id-token-with-typ", "the header of id tokens has a `typ`, as JWTs may", Quirk::TokenHeaderWithType)
        .only(Product::Eiam),
    quirk("id-token-audience-list", "`aud` is a list of one, as JWTs may have it", Quirk::ClaimsAudienceList)
        .only(Product::Eiam),
    quirk("two-keys", "the key set has the former key too", Quirk::KeysOfTwoGenerations).only(Product::Eiam),
];
