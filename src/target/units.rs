//! Durations, sizes and rates as people write them.
//!
//! In: `3m`, `1MiB`, `10/s`. Out: a duration, bytes, requests a second, or what is expected instead. Never: guesses a
//! unit.

use std::time::Duration;

/// A century, in milliseconds: more is beyond the clock arithmetic that follows.
const LONGEST: u64 = 100 * 366 * 24 * 60 * 60 * 1000;

/// The duration that `500ms`, `60s`, `3m` or `2h` means.
///
/// # Errors
/// What is expected instead.
pub fn duration(text: &str) -> Result<Duration, &'static str> {
    const EXPECTED: &str = "a duration is a whole number and a unit: `500ms`, `60s`, `3m` or `2h`";
    let (number, unit) = number_and_unit(text).ok_or(EXPECTED)?;
    let milliseconds: u64 = match unit {
        "ms" => 1,
        "s" => 1000,
        "m" => 60 * 1000,
        "h" => 60 * 60 * 1000,
        _ => return Err(EXPECTED),
    };
    let total = number.checked_mul(milliseconds).filter(|&total| total <= LONGEST).ok_or(EXPECTED)?;
    Ok(Duration::from_millis(total))
}

/// The bytes that `1024`, `512KiB` or `1MiB` means.
///
/// # Errors
/// What is expected instead.
pub fn size(text: &str) -> Result<u64, &'static str> {
    const EXPECTED: &str = "a size is a whole number of bytes, or with a unit: `1024`, `512KiB`, `1MiB` or `1GiB`";
    let (number, unit) = number_and_unit(text).ok_or(EXPECTED)?;
    let bytes: u64 = match unit {
        "" | "B" => 1,
        "KiB" => 1 << 10,
        "MiB" => 1 << 20,
        "GiB" => 1 << 30,
        _ => return Err(EXPECTED),
    };
    number.checked_mul(bytes).filter(|&total| total > 0).ok_or(EXPECTED)
}

/// The requests a second that `10/s`, `30/m` or `none` means; infinite for `none`.
///
/// # Errors
/// What is expected instead.
pub fn rate(text: &str) -> Result<f64, &'static str> {
    const EXPECTED: &str = "a rate is a positive number and a unit: `10/s`, `30/m` or `1000/h`; `none` for no limit";
    if text == "none" {
        return Ok(f64::INFINITY);
    }
    let (number, unit) = text.split_once('/').ok_or(EXPECTED)?;
    if !number.chars().all(|c| c.is_ascii_digit() || c == '.') {
        return Err(EXPECTED);
    }
    let seconds = match unit {
        "s" => 1.0,
        "m" => 60.0,
        "h" => 3600.0,
        _ => return Err(EXPECTED),
    };
    let rate = number.parse::<f64>().map_err(|_| EXPECTED)? / seconds;
    if rate.is_finite() && rate > 0.0 { Ok(rate) } else { Err(EXPECTED) }
}

fn number_and_unit(text: &str) -> Option<(u64, &str)> {
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    Some((text[..digits].parse().ok()?, &text[digits..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_with_their_unit() {
        assert_eq!(duration("500ms"), Ok(Duration::from_millis(500)));
        assert_eq!(duration("60s"), Ok(Duration::from_secs(60)));
        assert_eq!(duration("3m"), Ok(Duration::from_secs(180)));
        assert_eq!(duration("2h"), Ok(Duration::from_secs(7200)));
    }

    #[test]
    fn a_duration_without_a_unit_is_not_guessed() {
        for text in ["", "60", "s", "-1s", "1.5s", "60 s", "1d", "99999999999999999999s", "18446744073709551615h"] {
            assert!(duration(text).is_err(), "{text}");
        }
    }

    #[test]
    fn sizes_are_read_with_or_without_a_unit() {
        assert_eq!(size("1024"), Ok(1024));
        assert_eq!(size("512KiB"), Ok(512 * 1024));
        assert_eq!(size("1MiB"), Ok(1024 * 1024));
        for text in ["", "0", "1MB", "KiB", "99999999999GiB"] {
            assert!(size(text).is_err(), "{text}");
        }
    }

    #[test]
    fn rates_are_requests_a_second() {
        assert_eq!(rate("10/s"), Ok(10.0));
        assert_eq!(rate("30/m"), Ok(0.5));
        assert_eq!(rate("none"), Ok(f64::INFINITY));
        for text in ["", "10", "0/s", "/s", "inf/s", "nan/s", "-1/s", "10/d"] {
            assert!(rate(text).is_err(), "{text}");
        }
    }
}
