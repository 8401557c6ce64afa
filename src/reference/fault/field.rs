//! Every header and member row: the required ones not asked for, the optional ones demanded or not suffered; and the
//! rules that follow from what the fields are.
//!
//! In: the field rows of a document. Out: a fault for each row and way. Never: changes how a refusal is worded.

use super::{Breach, Fault, Lapse};
use crate::reference::Product;
use crate::reference::document::{Document, Field, Place};

pub(super) fn faults(document: &'static Document) -> Vec<Fault> {
    let mut all: Vec<_> = document.fields.iter().flat_map(|field| of_field(document, field)).collect();
    all.extend(rules(document));
    all
}

fn of_field(document: &'static Document, field: &'static Field) -> Vec<Fault> {
    match (field.name, field.required) {
        ("content-type", _) => content_type(document, field),
        (_, true) => required(document, field),
        (_, false) => optional(document, field),
    }
}

fn fault(document: &'static Document, field: &Field, id: &str, does: &str, breach: Breach) -> Fault {
    let row = match field.place {
        Place::Header => format!("header/{}", field.name),
        Place::Member => format!("member/{}", field.name),
    };
    Fault::new(
        document.clause(&format!("{row}/{id}")),
        vec![document.clause(&row)],
        format!("`{}` ({}) {does}", field.name, field.title),
        breach,
    )
}

fn required(document: &'static Document, field: &'static Field) -> Vec<Fault> {
    let lapse = |missing, blank| {
        let lapse = Lapse::Required { names: vec![field.name], missing, blank };
        Breach::Lapse { document, lapse }
    };
    vec![
        fault(document, field, "not-enforced", "may be missing or blank", lapse(true, true)),
        fault(document, field, "blank-accepted", "may be blank, though it may not be missing", lapse(false, true)),
        fault(document, field, "missing-accepted", "may be missing, though it may not be blank", lapse(true, false)),
    ]
}

fn optional(document: &'static Document, field: &'static Field) -> Vec<Fault> {
    let breach = |demanded| Breach::OptionalHeader { document, header: field.name, demanded };
    vec![
        fault(document, field, "demanded", "is optional, but demanded", breach(true)),
        fault(document, field, "not-suffered", "is documented, but a request that has it is refused", breach(false)),
    ]
}

fn content_type(document: &'static Document, field: &'static Field) -> Vec<Fault> {
    let breach = |others| Breach::Lapse { document, lapse: Lapse::ContentType { others } };
    vec![
        fault(document, field, "not-enforced", "may be missing, or any other", breach(true)),
        fault(document, field, "missing-accepted", "may be missing, though it may not be any other", breach(false)),
    ]
}

/// What no table says, but follows from the text.
fn rules(document: &'static Document) -> Vec<Fault> {
    let fault = |(rule, id, does, lapse): Row| {
        Fault::new(
            document.clause(&format!("rule/{rule}/{id}")),
            vec![document.clause(&format!("rule/{rule}"))],
            does,
            Breach::Lapse { document, lapse },
        )
    };
    let rules = match (document.product, document.sends()) {
        (Product::Ciam, _) => ciam_send(),
        (Product::Eiam, true) => eiam_send(),
        (Product::Eiam, false) => return login(document, fault),
    };
    rules.into_iter().map(fault).collect()
}

type Row = (&'static str, &'static str, &'static str, Lapse);

fn ciam_send() -> Vec<Row> {
    vec![
        ("scene-exact", "lower-case", "a scene in lower case is accepted", Lapse::SceneInLowerCase),
        ("scene-exact", "other-product", "a scene of the other product is accepted", Lapse::SceneOfOtherProduct),
        ("scene-exact", "other-channel", "a scene of the other channel is accepted", Lapse::SceneOfOtherChannel),
    ]
}

fn eiam_send() -> Vec<Row> {
    vec![
        ("captcha-genuine", "altered-accepted", "an altered captcha token is accepted", Lapse::AlteredToken),
        ("captcha-genuine", "invented-accepted", "an invented captcha token is accepted", Lapse::InventedToken),
        ("captcha-once", "used-accepted", "a used captcha token is accepted", Lapse::UsedToken),
        ("known-scene", "not-enforced", "an unknown scene is accepted", Lapse::AnyScene),
        ("known-client", "not-enforced", "an unknown client id is accepted", Lapse::UnknownClient),
    ]
}

fn login(document: &'static Document, fault: impl Fn(Row) -> Fault) -> Vec<Fault> {
    let rows: [Row; 4] = [
        ("code-genuine", "wrong-accepted", "a code that was never sent is accepted", Lapse::WrongCode),
        ("code-once", "used-accepted", "a used code is accepted", Lapse::UsedCode),
        ("code-of-login-scene", "not-enforced", "a code sent for another scene is accepted", Lapse::CodeOfOtherScene),
        ("known-client", "not-enforced", "an unknown client id is accepted", Lapse::UnknownClient),
    ];
    let mut all: Vec<_> = rows.into_iter().map(fault).collect();
    all.push(Fault::new(
        document.clause("rule/code-genuine/foreign-accepted"),
        vec![document.clause("rule/code-genuine"), document.clause("member/mobile")],
        "a code sent to another mobile number is accepted",
        Breach::Lapse { document, lapse: Lapse::CodeOfOtherRecipient },
    ));
    all
}
