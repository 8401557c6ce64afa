//! Exit codes, as documented.

/// Conforms; a command that did what it was asked.
pub(crate) const OK: u8 = 0;
/// A documented promise is broken; a clause without a trial.
pub(crate) const DEVIATES: u8 = 1;
/// Usage, target file, case file or schema wrong: nothing was sent.
pub(crate) const USAGE: u8 = 2;
/// Nothing selected.
pub(crate) const NOTHING_SELECTED: u8 = 4;
/// A bug of ours.
pub(crate) const BUG: u8 = 70;
/// A report could not be written.
pub(crate) const UNWRITTEN: u8 = 74;
/// Interrupted by Ctrl-C, after the reports were written.
pub(crate) const INTERRUPTED: u8 = 130;
/// Terminated, after the reports were written.
pub(crate) const TERMINATED: u8 = 143;

/// Exit codes of several targets, the worst first.
const SEVERITY: [u8; 9] = [INTERRUPTED, TERMINATED, BUG, UNWRITTEN, 3, DEVIATES, 5, 6, OK];

/// The exit code of the worst of several targets.
pub(crate) fn worst(codes: impl IntoIterator<Item = u8>) -> u8 {
    let rank = |code: &u8| SEVERITY.iter().position(|known| known == code).unwrap_or(0);
    codes.into_iter().min_by_key(rank).unwrap_or(OK)
}

#[cfg(test)]
mod tests {
    use super::worst;

    #[test]
    fn the_worst_target_decides() {
        assert_eq!(worst([0, 5, 1]), 1);
        assert_eq!(worst([1, 3, 0]), 3);
        assert_eq!(worst([74, 3]), 74);
        assert_eq!(worst([6, 0]), 6);
        assert_eq!(worst([6, 5]), 5);
        assert_eq!(worst([]), 0);
    }
}
