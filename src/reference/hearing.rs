//! The rules of an endpoint, in an order that is data.
//!
//! In: a request, the world, the conduct, the seeded breaches. Out: accepted, or the first reason against it; and what
//! that changes in the world. Never: words an answer.

use std::time::Instant;

use super::Product;
use super::ask::{Ask, Presence};
use super::conduct::{Conduct, Order, Quirk};
use super::document::{Channel, Document, Place, Purpose};
use super::fault::{Breach, Lapse};
use super::refusal::Reason;
use super::world::{Accounts, CLIENT_ID, Match, Standing, World};

/// The scene whose codes log in.
const LOGIN_SCENE: &str = "LOGIN_SMS";

/// One thing that is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rule {
    MediaType,
    WellFormed,
    Required(&'static str),
    KnownClient,
    KnownScene,
    CaptchaValid,
    CaptchaMatches,
    Deliverable,
    Registered,
    Unlocked,
    CodeGood,
    OptionalHeaders,
}

/// One request before the rules.
pub(super) struct Hearing<'a> {
    pub(super) ask: &'a Ask,
    pub(super) conduct: &'a Conduct,
    pub(super) breaches: &'a [&'a Breach],
    pub(super) now: Instant,
}

impl Hearing<'_> {
    /// Judges the request and lets it take effect.
    pub(super) fn settle(&self, world: &mut World) -> Result<(), Reason> {
        let judged = order(self.ask.document, self.conduct.order)
            .into_iter()
            .try_for_each(|rule| self.objection(rule, world).map_or(Ok(()), Err));
        match self.ask.document.purpose {
            Purpose::Send(_) => self.settle_send(world, judged),
            Purpose::Login => self.settle_login(world, judged),
        }
        judged
    }

    fn settle_send(&self, world: &mut World, judged: Result<(), Reason>) {
        let spent = judged.is_ok()
            || self.conduct.has(Quirk::TokenBurntByAnyRequest)
            || judged == Err(Reason::NotDelivered) && !self.conduct.has(Quirk::TokenKeptOnFailedSend);
        if let Some(token) = self.ask.text("captcha_token").filter(|_| spent) {
            world.captcha.spend(&token);
        }
        if let (Ok(()), Some(recipient)) = (judged, self.recipient()) {
            let scene = self.ask.text("type").unwrap_or_default();
            world.deliver(&recipient, &scene, self.conduct.code_length, self.now);
        }
    }

    fn settle_login(&self, world: &mut World, judged: Result<(), Reason>) {
        let spent = judged.is_ok() || self.conduct.has(Quirk::CodeBurntByAnyRequest);
        if let Some(code) = self.ask.text("verify_code").filter(|_| spent) {
            world.codes.burn(&code);
        }
        match (self.recipient(), judged) {
            (Some(mobile), Ok(())) => world.accounts.succeeded(&mobile),
            (Some(mobile), Err(Reason::WrongCode)) => world.accounts.failed(&mobile, self.now),
            (Some(_) | None, _) => {}
        }
    }

    fn recipient(&self) -> Option<String> {
        self.ask.text(self.ask.document.recipient())
    }

    /// What this rule has against the request. A field that is missing is nobody's business but `Required`'s.
    fn objection(&self, rule: Rule, world: &World) -> Option<Reason> {
        match rule {
            Rule::MediaType => self.media_type(),
            Rule::WellFormed => (!self.ask.well_formed()).then_some(Reason::Malformed),
            Rule::Required(name) => self.required(name),
            Rule::KnownClient => self.known_client(),
            Rule::KnownScene => self.known_scene(),
            Rule::CaptchaValid => self.captcha_valid(world),
            Rule::CaptchaMatches => self.captcha_matches(world),
            Rule::Deliverable => self.deliverable(world),
            Rule::Registered => self.registered(),
            Rule::Unlocked => self.unlocked(world),
            Rule::CodeGood => self.code_good(world),
            Rule::OptionalHeaders => self.optional_headers(),
        }
    }

    fn lapses(&self) -> impl Iterator<Item = &Lapse> {
        self.breaches.iter().filter_map(|breach| breach.lapse(self.ask.document))
    }

    fn lapsed(&self, lapse: &Lapse) -> bool {
        self.lapses().any(|seeded| seeded == lapse)
    }

    fn media_type(&self) -> Option<Reason> {
        let given = self.ask.media_type();
        let tolerated =
            self.lapses().any(|lapse| matches!(lapse, Lapse::ContentType { others } if *others || given.is_none()));
        (given.as_deref() != Some("application/json") && !tolerated).then_some(Reason::MediaType)
    }

    fn required(&self, name: &'static str) -> Option<Reason> {
        let presence = self.ask.presence(name);
        let passes = |lapse: &Lapse| match (lapse, &presence) {
            (Lapse::Required { names, missing, .. }, Presence::Missing) => *missing && names.contains(&name),
            (Lapse::Required { names, blank, .. }, Presence::Blank) => *blank && names.contains(&name),
            _ => false,
        };
        let absent = matches!(presence, Presence::Missing | Presence::Blank);
        (absent && !self.lapses().any(passes)).then_some(Reason::Absent(name))
    }

    fn known_client(&self) -> Option<Reason> {
        let client = self.ask.text("X-client-id")?;
        (client != CLIENT_ID && !self.lapsed(&Lapse::UnknownClient)).then_some(Reason::UnknownClient)
    }

    fn known_scene(&self) -> Option<Reason> {
        let document = self.ask.document;
        let scene = self.ask.text("type")?;
        if self.breaches.iter().any(|breach| breach.denies_scene(document, &scene)) {
            return Some(Reason::UnknownScene);
        }
        let channel = other_channel(document.purpose);
        let tolerated = self.lapsed(&Lapse::AnyScene)
            || self.lapsed(&Lapse::SceneInLowerCase) && document.has_scene(&scene.to_uppercase())
            || self.lapsed(&Lapse::SceneOfOtherProduct) && elsewhere(Product::Eiam, document.purpose, &scene)
            || self.lapsed(&Lapse::SceneOfOtherChannel) && elsewhere(document.product, channel, &scene);
        (!document.has_scene(&scene) && !tolerated).then_some(Reason::UnknownScene)
    }

    fn standing(&self, world: &World) -> Option<Standing> {
        let token = self.ask.text("captcha_token")?;
        let recipient = self.recipient();
        Some(world.captcha.standing(&token, recipient.as_deref(), &self.conduct.captchas, self.now))
    }

    fn captcha_valid(&self, world: &World) -> Option<Reason> {
        let tolerated: &[Lapse] = match self.standing(world)? {
            Standing::Stale => &[Lapse::UsedToken, Lapse::InvalidToken],
            Standing::Invented => &[Lapse::InventedToken, Lapse::InvalidToken],
            Standing::Good | Standing::Altered | Standing::Foreign => return None,
        };
        let mismatch =
            self.conduct.has(Quirk::NeverIssuedIsMismatch) && self.standing(world) == Some(Standing::Invented);
        let reason = if mismatch { Reason::TokenMismatch } else { Reason::TokenInvalid };
        (!tolerated.iter().any(|lapse| self.lapsed(lapse))).then_some(reason)
    }

    fn captcha_matches(&self, world: &World) -> Option<Reason> {
        match self.standing(world)? {
            Standing::Altered | Standing::Foreign => {
                (!self.lapsed(&Lapse::AlteredToken)).then_some(Reason::TokenMismatch)
            }
            Standing::Good | Standing::Stale | Standing::Invented => None,
        }
    }

    fn deliverable(&self, world: &World) -> Option<Reason> {
        let recipient = self.recipient()?;
        let goes_out = world.deliverable(&recipient, self.conduct.interval, self.now);
        (!goes_out && !self.lapsed(&Lapse::Undeliverable)).then_some(Reason::NotDelivered)
    }

    fn registered(&self) -> Option<Reason> {
        let stranger = !Accounts::known(&self.recipient()?);
        (stranger && self.conduct.has(Quirk::RegisteredOnly)).then_some(Reason::Unregistered)
    }

    fn unlocked(&self, world: &World) -> Option<Reason> {
        world.accounts.locked(&self.recipient()?, self.now).then_some(Reason::Locked)
    }

    fn code_good(&self, world: &World) -> Option<Reason> {
        let code = self.ask.text("verify_code")?;
        let tolerated = match world.codes.matches(self.recipient().as_deref(), LOGIN_SCENE, &code, self.now) {
            Match::Good => return None,
            Match::Used => Lapse::UsedCode,
            Match::OtherScene => Lapse::CodeOfOtherScene,
            Match::OtherRecipient => Lapse::CodeOfOtherRecipient,
            Match::Wrong => Lapse::WrongCode,
            Match::Expired => return Some(Reason::WrongCode),
        };
        (!self.lapsed(&tolerated)).then_some(Reason::WrongCode)
    }

    /// Documented as optional: only a breach cares.
    fn optional_headers(&self) -> Option<Reason> {
        self.breaches.iter().filter_map(|breach| breach.optional_header(self.ask.document)).find_map(
            |(header, demanded)| {
                let given = matches!(self.ask.presence(header), Presence::Given(_));
                (given != demanded).then_some(Reason::OptionalHeader(header))
            },
        )
    }
}

/// Whether a document of `product` and `purpose` prints this scene.
fn elsewhere(product: Product, purpose: Purpose, scene: &str) -> bool {
    super::document::documents(product).iter().any(|other| other.purpose == purpose && other.has_scene(scene))
}

fn other_channel(purpose: Purpose) -> Purpose {
    match purpose {
        Purpose::Send(Channel::Sms) => Purpose::Send(Channel::Email),
        Purpose::Send(Channel::Email) => Purpose::Send(Channel::Sms),
        Purpose::Login => Purpose::Login,
    }
}

/// The rules of a document, in the order of the conduct.
fn order(document: &Document, order: Order) -> Vec<Rule> {
    let envelope = [Rule::MediaType, Rule::WellFormed];
    let headers = headers(document);
    let members = required(document, Place::Member);
    let meanings = meanings(document.purpose);
    let mut rules = match order {
        Order::MembersFirst => [&envelope[..], &members, &headers, meanings].concat(),
        Order::AsPrinted | Order::Reversed | Order::Rotated(_) => {
            [&envelope[..], &headers, &[Rule::KnownClient], &members, meanings].concat()
        }
    };
    match order {
        Order::AsPrinted => {}
        Order::MembersFirst => rules.push(Rule::KnownClient),
        Order::Reversed => rules.reverse(),
        Order::Rotated(by) => {
            let by = by % rules.len();
            rules.rotate_left(by);
        }
    }
    rules.push(Rule::OptionalHeaders);
    rules
}

/// EIAM names a missing client id before anything else; CIAM goes by its table.
fn headers(document: &Document) -> Vec<Rule> {
    let mut rules = required(document, Place::Header);
    rules.sort_by_key(|rule| document.product == Product::Eiam && *rule != Rule::Required("X-client-id"));
    rules
}

/// The required fields of the table, but for the content type, which has a rule of its own.
fn required(document: &Document, place: Place) -> Vec<Rule> {
    let fields = document.fields.iter().filter(|field| field.required && field.place == place);
    fields.filter(|field| field.name != "content-type").map(|field| Rule::Required(field.name)).collect()
}

/// What the fields say, once they are there.
fn meanings(purpose: Purpose) -> &'static [Rule] {
    match purpose {
        Purpose::Send(_) => &[Rule::KnownScene, Rule::CaptchaValid, Rule::CaptchaMatches, Rule::Deliverable],
        Purpose::Login => &[Rule::Registered, Rule::Unlocked, Rule::CodeGood],
    }
}
