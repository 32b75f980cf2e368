//! Protocols on a single run: P0-rand, P0-class and P0-chron. They show what is wrong with them (MODELS.md B.7).

use super::purge::{Gap, purge};
use super::{Split, cuts, part_at, rng, shares};
use crate::config::{DetectConfig, DetectProtocol};
use crate::detect::error::DetectError;
use crate::detect::fold::Window;
use crate::detect::run::Run;

/// Cuts the first run that holds a fault.
pub(super) fn split(runs: &[Run], config: &DetectConfig) -> Result<Split, DetectError> {
    let run = runs.iter().find(|run| !run.episodes.is_empty()).ok_or(DetectError::NoFaults)?;
    Ok(match config.split.protocol {
        DetectProtocol::P0Rand => at_random(&run.windows, config),
        DetectProtocol::P0Class => {
            let mut split = by_class(&run.windows, config);
            purge(&mut split, Gap::of(config, false));
            split
        }
        _ => {
            let mut split = by_time(run, config);
            purge(&mut split, Gap::of(config, false));
            split
        }
    })
}

/// Windows of each class.
fn classes(windows: &[Window]) -> [Vec<Window>; 2] {
    [false, true].map(|label| windows.iter().filter(|window| window.label == label).copied().collect())
}

/// Windows of each class at random: neighbours that share snapshots stand on different sides.
fn at_random(windows: &[Window], config: &DetectConfig) -> Split {
    let mut rng = rng(config, "windows");
    let mut split = Split::default();
    for mut class in classes(windows) {
        rng.shuffle(&mut class);
        deal(&mut split, &class, config);
    }
    split
}

/// Each class cut by time: the same episode on all sides.
fn by_class(windows: &[Window], config: &DetectConfig) -> Split {
    let mut split = Split::default();
    for class in classes(windows) {
        deal(&mut split, &class, config);
    }
    split
}

fn deal(split: &mut Split, windows: &[Window], config: &DetectConfig) {
    let cuts = cuts(windows.len(), shares(config));
    for (place, window) in windows.iter().enumerate() {
        split.of(part_at(place, cuts)).push(*window);
    }
}

/// All cut by time, at shares of the run.
fn by_time(run: &Run, config: &DetectConfig) -> Split {
    let cuts = cuts(run.n() as usize, shares(config));
    let mut split = Split::default();
    for window in &run.windows {
        split.of(part_at(window.last as usize, cuts)).push(*window);
    }
    split
}

#[cfg(test)]
mod tests {
    use super::super::Part;
    use super::*;
    use crate::detect::made::{config, published};

    fn n_faulty(split: &Split) -> [usize; 3] {
        Part::ALL.map(|part| split.parts[part as usize].iter().filter(|window| window.label).count())
    }

    // MODELS.md B.7.
    #[test]
    fn the_published_run_has_all_faults_in_training_or_the_same_one_everywhere() {
        let run = published();
        assert_eq!(run.windows.len(), 2876);
        let config = config(DetectProtocol::P0Chron);
        assert_eq!(n_faulty(&by_time(&run, &config)), [540, 0, 0]);
        assert_eq!(n_faulty(&by_class(&run.windows, &config)), [270, 135, 135]);
        assert_eq!(n_faulty(&at_random(&run.windows, &config)), [270, 135, 135]);
        let sizes = at_random(&run.windows, &config).parts.map(|part| part.len());
        assert_eq!(sizes, [270 + 1168, 135 + 584, 135 + 584]);
    }

    #[test]
    fn only_the_random_split_lets_windows_of_two_parts_share_snapshots() {
        let runs = [published()];
        for (protocol, is_leaky) in
            [(DetectProtocol::P0Rand, true), (DetectProtocol::P0Class, false), (DetectProtocol::P0Chron, false)]
        {
            let split = split(&runs, &config(protocol)).expect("a fault");
            let [train, validation, test] = &split.parts;
            let distance = |others: &[Window], window: &Window| {
                let train = others.iter().map(|other| other.last.abs_diff(window.last));
                train.min().expect("windows")
            };
            let least = test.iter().map(|window| distance(train, window).min(distance(validation, window))).min();
            // A sequence of 5 snapshots and a purge of 12.
            assert_eq!(least, Some(if is_leaky { 1 } else { 17 }), "{protocol:?}");
        }
    }
}
