//! Recordings that are normal for a while: what follows the longest such stretch is scored.

use super::purge::{Gap, purge};
use super::{Part, Split, cuts, shares};
use crate::config::DetectConfig;
use crate::detect::error::DetectError;
use crate::detect::fold::Window;
use crate::detect::run::Run;

/// Of each recording with a labelled interval, the longest stretch of normal windows that has such an interval behind it
/// is for training, its end for validation, and all that follows is scored. What stands before it is left out: a
/// detector knows its past only.
pub(super) fn split(runs: &[Run], config: &DetectConfig) -> Result<Split, DetectError> {
    let [train, validation, _] = shares(config);
    let shares = [train / (train + validation), validation / (train + validation), 0.0];
    let mut split = Split::default();
    for run in runs {
        let Some((begin, end)) = longest(&run.windows) else { continue };
        let cut = begin + cuts(end - begin, shares)[0];
        split.of(Part::Train).extend(&run.windows[begin..cut]);
        split.of(Part::Validation).extend(&run.windows[cut..end]);
        split.of(Part::Test).extend(&run.windows[end..]);
    }
    purge(&mut split, Gap::of(config, false));
    Ok(split)
}

/// First window of the stretch, and the one behind its last; of equal ones the first.
fn longest(windows: &[Window]) -> Option<(usize, usize)> {
    let last_fault = windows.iter().rposition(|window| window.label)?;
    let mut best: Option<(usize, usize)> = None;
    let mut begin = None;
    for (idx, window) in windows[..=last_fault].iter().enumerate() {
        match begin {
            None if window.is_normal() => begin = Some(idx),
            Some(first) if !window.is_normal() => {
                begin = None;
                if best.is_none_or(|(from, to)| idx - first > to - from) {
                    best = Some((first, idx));
                }
            }
            _ => {}
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::DetectProtocol;
    use crate::detect::made::{config, published, stream};
    use crate::detect::{Source, Window};

    fn window(last: u32, label: bool) -> Window {
        Window { run: 0, last, label, buffer: false, episode: None }
    }

    #[test]
    fn the_longest_normal_stretch_with_a_fault_behind_it_trains() {
        let labels = [0, 0, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0];
        let windows: Vec<Window> = labels.iter().zip(0..).map(|(&label, last)| window(last, label == 1)).collect();
        assert_eq!(longest(&windows), Some((3, 6)));
        assert_eq!((longest(&windows[..3]), longest(&windows[2..4]), longest(&[])), (Some((0, 2)), None, None));
    }

    #[test]
    fn what_is_scored_comes_after_what_is_learned_and_holds_the_fault() {
        let run = published();
        let split = split(std::slice::from_ref(&run), &config(DetectProtocol::Testbed)).expect("a recording");
        let [train, validation, test] = &split.parts;
        let ends = |windows: &[Window]| (windows[0].last, windows[windows.len() - 1].last);
        let ((_, train), (first, validation), (scored, last)) = (ends(train), ends(validation), ends(test));
        assert!(train < first && validation < scored && last == 2879);
        assert!(split.parts[..2].iter().flatten().all(Window::is_normal));
        // The fault is that of snapshots 720 to 1259.
        assert_eq!(test.iter().filter(|window| window.label).count(), 540);
        assert!(scored <= 720 && validation + 5 + 12 <= scored);
    }

    #[test]
    fn a_recording_with_many_faults_is_scored_behind_the_first_long_stretch() {
        let source = Source::new(&stream(), &config(DetectProtocol::Testbed)).expect("a stream");
        let fold = source.fold(0).expect("a fold");
        assert!(fold.train.iter().all(|train| fold.test.iter().all(|test| test.last > train.last)));
        assert!(fold.test.iter().any(|window| window.label));
    }
}
