//! The target file says what is so.

use super::variant;
use crate::reference::{Config, Product, target_file};

const URL: &str = "http://127.0.0.1:9000";

#[test]
fn each_product_has_what_it_needs_and_no_more() {
    let eiam = target_file(&Config::new(Product::Eiam), "reference-eiam", URL);
    let ciam = target_file(&Config::new(Product::Ciam), "reference-ciam", URL);
    for line in ["product = \"eiam\"", "[accounts]", "jwks = \"http://127.0.0.1:9000/api/v1/oauth2/keys\""] {
        assert!(eiam.contains(line) && !ciam.contains(line), "{line}");
    }
    for line in ["default_language = \"zh\"", "allow = true", "interval = \"0s\"", "single_use = true"] {
        assert!(eiam.contains(line) && ciam.contains(line), "{line}");
    }
}

#[test]
fn a_variant_that_a_caller_must_know_of_is_told() {
    for (id, line) in [
        ("default-language-en", "default_language = \"en\""),
        ("send-interval", "interval = \"350ms\""),
        ("token-invalid-by-age", "lifetime = \"1s\""),
        ("id-token-1h", "lifetime = \"1h\""),
        ("id-token-flat", "issuer = \"https://login.example.com/api/v1/oauth2\""),
    ] {
        let config = Config::new(Product::Eiam).with_variant(variant(Product::Eiam, id));
        let file = target_file(&config, "varied", URL);
        assert!(file.contains(line), "{line} in\n{file}");
        assert_eq!(file.contains("single_use"), id != "token-invalid-by-age");
    }
}

#[test]
fn names_are_quoted() {
    let file = target_file(&Config::new(Product::Ciam), "a \"b\" \\ c", URL);
    assert!(file.contains(r#"name = "a \"b\" \\ c""#));
}
