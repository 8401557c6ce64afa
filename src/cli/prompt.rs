//! Asks for codes on the terminal.
//!
//! In: what waits at the desk, lines that are typed. Out: questions on stderr, codes to the desk. Never: asks two at once,
//! writes over the progress bar.

use std::io::{self, BufRead as _, Write as _};
use std::sync::Arc;

use tokio::sync::mpsc;

use super::screen::Screen;
use crate::desk::{Desk, Kind, Ticket, code_form};
use crate::report::{Language, person};

/// What leaves a code out.
const SKIP: &str = "skip";

/// Asks until nothing more can be typed.
pub(crate) async fn ask(desk: Arc<Desk>, screen: Arc<Screen>, language: Language) {
    let mut prompt = Prompt { desk, screen, language, asked: None };
    let mut queue = prompt.desk.changes();
    let mut lines = None;
    loop {
        queue.mark_unchanged();
        prompt.look();
        if prompt.asked.is_none() && lines.is_none() {
            // Nobody is read from before somebody is asked: standard input may be meant for others.
            if queue.changed().await.is_err() {
                return;
            }
            continue;
        }
        let typed = lines.get_or_insert_with(typed_lines);
        tokio::select! {
            told = queue.changed() => if told.is_err() { return },
            line = typed.recv() => match line {
                Some(line) => prompt.heard(&line),
                None => return prompt.end(),
            },
        }
    }
}

/// The lines of standard input. The thread ends with the process: nothing else can end a read.
fn typed_lines() -> mpsc::UnboundedReceiver<String> {
    let (sender, receiver) = mpsc::unbounded_channel();
    std::thread::spawn(move || {
        for line in io::stdin().lock().lines() {
            let Ok(line) = line else { return };
            if sender.send(line).is_err() {
                return;
            }
        }
    });
    receiver
}

struct Prompt {
    desk: Arc<Desk>,
    screen: Arc<Screen>,
    language: Language,
    /// The ticket of the question that stands on the screen.
    asked: Option<u64>,
}

impl Prompt {
    /// Asks for the oldest code that waits, where it is not the one that is asked for already.
    fn look(&mut self) {
        let waiting: Vec<Ticket> = self.desk.view().tickets.into_iter().filter(|t| t.kind == Kind::Code).collect();
        if let Some(asked) = self.asked
            && !waiting.iter().any(|ticket| ticket.id == asked)
        {
            write(&format!("\n{}\n", person::gone(self.language)));
            self.close();
        }
        if let (None, Some((first, rest))) = (self.asked, waiting.split_first()) {
            self.screen.hold();
            write(&person::question(first, rest.len(), self.language));
            self.asked = Some(first.id);
        }
    }

    fn heard(&mut self, line: &str) {
        let Some(asked) = self.asked else { return };
        self.desk.seen(Kind::Code);
        if line.trim().eq_ignore_ascii_case(SKIP) {
            self.close();
            let _ = self.desk.leave_out(asked);
        } else if let Some(code) = code_form(line) {
            self.close();
            if !self.desk.give(asked, code) {
                write(&format!("{}\n", person::gone(self.language)));
            }
        } else {
            write(&format!("  {}\n{}", person::no_code(self.language), person::place(self.language)));
        }
    }

    fn end(&mut self) {
        if self.asked.is_some() {
            write("\n");
        }
        write(&format!("{}\n", person::no_more_typed(self.language)));
        self.close();
    }

    fn close(&mut self) {
        self.asked = None;
        self.screen.release();
    }
}

fn write(text: &str) {
    let mut stderr = io::stderr().lock();
    let _ = stderr.write_all(text.as_bytes()).and_then(|()| stderr.flush());
}
