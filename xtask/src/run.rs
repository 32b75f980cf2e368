//! Child processes: run, probe, stream, and say how long it took.

use anyhow::{Context, Result, bail};
use std::fmt;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Runs `work` under a heading and prints how long it took, whatever the outcome.
pub fn step<T>(heading: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    println!("\n── {heading}");
    let started = Instant::now();
    let outcome = work();
    let verdict = if outcome.is_ok() { "done in" } else { "failed after" };
    println!("── {heading}: {verdict} {}", Took(started.elapsed()));
    outcome
}

/// Runs a command with this process's own input and output; an exit code other than 0 is an error.
pub fn run(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| cannot_start(command))?;
    if !status.success() {
        bail!("`{}` failed ({status})", line(command));
    }
    Ok(())
}

/// Runs a command silently; its standard output if it could be started and succeeded.
pub fn probe(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Runs a command and hands every line of its standard output to `each` as it comes.
/// Standard error goes straight to the terminal. Returns whether the command succeeded.
pub fn stream(command: &mut Command, mut each: impl FnMut(&str)) -> Result<bool> {
    let mut child = command.stdout(Stdio::piped()).spawn().with_context(|| cannot_start(command))?;
    let output = child.stdout.take().context("the command has no standard output")?;
    let mut output = BufReader::new(output);
    let mut bytes = Vec::new();
    while output.read_until(b'\n', &mut bytes)? > 0 {
        each(String::from_utf8_lossy(&bytes).trim_end());
        bytes.clear();
    }
    Ok(child.wait()?.success())
}

fn cannot_start(command: &Command) -> String {
    format!("`{}` cannot be started", command.get_program().to_string_lossy())
}

/// The command as one would type it.
fn line(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}

/// A duration as a reader wants it: `0.3 s`, `42 s`, `7 min 5 s`.
#[derive(Clone, Copy, Debug)]
pub struct Took(pub Duration);

impl fmt::Display for Took {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0.as_secs();
        match seconds {
            0..10 => write!(f, "{:.1} s", self.0.as_secs_f64()),
            10..60 => write!(f, "{seconds} s"),
            _ => write!(f, "{} min {} s", seconds / 60, seconds % 60),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_well() {
        let text = |millis| Took(Duration::from_millis(millis)).to_string();
        assert_eq!(text(340), "0.3 s");
        assert_eq!(text(42_900), "42 s");
        assert_eq!(text(425_000), "7 min 5 s");
    }

    #[test]
    fn a_failing_command_is_one_sentence() {
        let error = run(Command::new("false").arg("--flag")).unwrap_err();
        assert_eq!(error.to_string(), "`false --flag` failed (exit status: 1)");
    }

    #[test]
    fn a_missing_program_is_named() {
        let error = run(&mut Command::new("no-such-program")).unwrap_err();
        assert_eq!(error.to_string(), "`no-such-program` cannot be started");
    }

    #[test]
    fn lines_come_one_by_one() {
        let mut lines = Vec::new();
        let succeeded = stream(Command::new("printf").arg("a\\nb\\n"), |line| lines.push(line.to_owned())).unwrap();
        assert!(succeeded);
        assert_eq!(lines, ["a", "b"]);
    }
}
